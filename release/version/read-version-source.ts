import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { valid } from 'semver';
import { ReleaseError } from '../release-error.ts';
import { type PendingChanges, readChangesets } from './read-changesets.ts';
import type { Run, RunResult } from './run.ts';

/** Everything that the version of a release is decided from. */
export interface VersionSource {
  /** The version in `release/package.json`. */
  readonly packageVersion: string;
  /** What the changesets that are not released yet make of it; undefined where there are none. */
  readonly pending: PendingChanges | undefined;
  /** Undefined without git, and before the first commit. */
  readonly git: GitState | undefined;
}

export interface GitState {
  /** Nothing changed and nothing untracked. */
  readonly clean: boolean;
  readonly shallow: boolean;
  readonly head: string;
  /** The commit on the first-parent line that last changed the version. */
  readonly versionCommit: string | undefined;
  readonly tagsAtHead: readonly string[];
}

/**
 * Reads version, changesets and git's state.
 * @param repository the root of the workspace
 * @param run runs programs there
 * @param changesets how changesets are read; their library, unless something else is given
 * @throws ReleaseError `package-version-invalid`, `git-failed`, and those of `readChangesets`
 */
export async function readVersionSource(
  repository: string,
  run: Run,
  changesets: (repository: string) => Promise<PendingChanges | undefined> = readChangesets,
): Promise<VersionSource> {
  const packageVersion = await readPackageVersion(repository);
  return { packageVersion, pending: await changesets(repository), git: await readGit(run) };
}

async function readPackageVersion(repository: string): Promise<string> {
  const path = join(repository, 'release/package.json');
  const fault = (received: string, cause?: unknown): ReleaseError =>
    new ReleaseError(
      {
        code: 'package-version-invalid',
        where: path,
        received,
        expected: '"version" with a semantic version such as 1.4.0',
        remedy: 'restore the file; npm run version is what raises its version',
      },
      { cause },
    );
  let version: unknown;
  try {
    version = (JSON.parse(await readFile(path, 'utf8')) as { version?: unknown } | null)?.version;
  } catch (cause) {
    if (cause instanceof SyntaxError) throw fault(cause.message, cause);
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') throw fault('no such file', cause);
    throw cause;
  }
  if (typeof version === 'string' && valid(version) === version) return version;
  throw fault(JSON.stringify(version) ?? 'no version');
}

async function readGit(run: Run): Promise<GitState | undefined> {
  const inside = await run('git', ['rev-parse', '--is-inside-work-tree']);
  if (inside.exitCode === 127 || /not a git repository/.test(inside.stderr)) return undefined;
  if (output(inside, 'rev-parse') !== 'true') return undefined;
  const head = await run('git', ['rev-parse', '--verify', '--quiet', 'HEAD']);
  // git's word for a repository without a commit: exit code 1, and nothing said.
  if (head.exitCode === 1 && head.stderr === '') return undefined;

  const [status, shallow, versionCommit, tags] = await Promise.all([
    run('git', ['status', '--porcelain', '--untracked-files=normal', '--', '.']),
    run('git', ['rev-parse', '--is-shallow-repository']),
    run('git', [
      '-c',
      'log.showSignature=false',
      'log',
      '-1',
      '--first-parent',
      // Merges count, by what they change in their first parent: so a version's pull request does.
      '-m',
      '-G"version":',
      '--no-patch',
      '--format=%H',
      '--',
      'release/package.json',
    ]),
    run('git', ['tag', '--points-at', 'HEAD']),
  ]);
  return {
    clean: output(status, 'status') === '',
    shallow: output(shallow, 'rev-parse') === 'true',
    head: output(head, 'rev-parse'),
    versionCommit: output(versionCommit, 'log') || undefined,
    tagsAtHead: output(tags, 'tag').split('\n').filter(Boolean),
  };
}

function output({ exitCode, stdout, stderr }: RunResult, command: string): string {
  if (exitCode === 0) return stdout.trim();
  throw new ReleaseError({
    code: 'git-failed',
    where: `git ${command}`,
    received: `exit code ${exitCode}: ${stderr.trim()}`,
    expected: 'exit code 0',
    remedy: 'run the command yourself, and follow what git says',
  });
}

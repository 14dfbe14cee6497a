import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fault } from '@bitclouded/documents';
import type { Config, NewChangeset, Packages, PreState } from '@changesets/types';
import { entriesOf } from '../read-files.ts';
import { ReleaseError, type ReleaseErrorCode } from '../release-error.ts';

/** The one package that has a version. */
export const VERSIONED_PACKAGE = '@bitclouded/release';

/** Changes that wait for a version. */
export interface PendingChanges {
  /** The version that they make, a prerelease while changesets' prerelease mode is on. */
  readonly version: string;
  /** By their file's name. */
  readonly changes: readonly PendingChange[];
}

export interface PendingChange {
  readonly id: string;
  readonly bump: 'major' | 'minor' | 'patch';
  readonly summary: string;
}

/** What stands in `.changeset` and is no changeset, as changesets' own reader has it. */
const NO_CHANGESETS = /^(?:\..*|readme\.md|AGENTS\.md|CLAUDE\.md|GEMINI\.md)$/i;

/**
 * Reads the changesets of a workspace, and lets changesets' own library say which version they make.
 * @returns undefined where no change waits
 * @throws ReleaseError `changeset-invalid` for each broken changeset, `changesets-unreadable` for their configuration
 */
export async function readChangesets(repository: string): Promise<PendingChanges | undefined> {
  const folder = join(repository, '.changeset');
  if ((await entriesOf(folder)).length === 0) return undefined;
  const changesets = await parseChangesets(folder);
  const pre = await readPreState(folder);
  const packages = await packagesOf(repository);
  const config = await readConfiguration(folder, packages);

  const { assembleReleasePlan } = await import('@changesets/assemble-release-plan');
  const plan = assembleReleasePlan(changesets, packages, config, pre);
  const release = plan.releases.find(({ name }) => name === VERSIONED_PACKAGE);
  if (!release?.newVersion || release.newVersion === release.oldVersion) return undefined;
  const changes = plan.changesets.flatMap(({ id, summary, releases }): PendingChange[] => {
    const bump = releases[0]?.type;
    return bump === undefined || bump === 'none' ? [] : [{ id, bump, summary }];
  });
  return { version: release.newVersion, changes };
}

/** The library's own reader names no file in its errors, and stops at the first. */
async function parseChangesets(folder: string): Promise<NewChangeset[]> {
  const { parseChangesetFile } = await import('@changesets/parse');
  const changesets: NewChangeset[] = [];
  const faults: Fault<ReleaseErrorCode>[] = [];
  for (const path of await changesetPaths(folder)) {
    const text = await readFile(join(folder, path), 'utf8');
    try {
      const changeset = parseChangesetFile(text);
      const other = changeset.releases.find(({ name }) => name !== VERSIONED_PACKAGE);
      if (other) faults.push(invalid(folder, path, `a change of ${other.name}`));
      else if (changeset.releases.length > 0 && changeset.summary === '')
        faults.push(invalid(folder, path, 'no sentence that says what changed'));
      else changesets.push({ ...changeset, id: path.replace(/\.md$/, '') });
    } catch (cause) {
      // The library throws plain errors with a message for people, and nothing else.
      if (!(cause instanceof Error)) throw cause;
      faults.push(invalid(folder, path, cause.message.split('\n')[0]!));
    }
  }
  if (faults.length > 0) throw new ReleaseError(faults);
  return changesets;
}

/** Changesets, and those that a prerelease has used already, which stand in `pre/`. */
async function changesetPaths(folder: string): Promise<readonly string[]> {
  const pre = await entriesOf(join(folder, 'pre'));
  const paths = [
    ...(await entriesOf(folder)).map(({ name }) => ({ name, path: name })),
    ...pre.map(({ name }) => ({ name, path: `pre/${name}` })),
  ];
  return paths.filter(({ name }) => name.endsWith('.md') && !NO_CHANGESETS.test(name)).map(({ path }) => path);
}

async function readPreState(folder: string): Promise<PreState | undefined> {
  const path = join(folder, 'pre.json');
  let state: Partial<PreState> | null;
  try {
    state = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    if (!(cause instanceof SyntaxError)) throw cause;
    throw unreadable(path, [cause.message]);
  }
  if ((state?.mode === 'pre' || state?.mode === 'exit') && typeof state.tag === 'string')
    return { mode: state.mode, tag: state.tag };
  throw unreadable(path, [JSON.stringify(state)]);
}

/** The versioned package alone: nothing depends on it, so changesets need not know the others. */
async function packagesOf(repository: string): Promise<Packages> {
  const dir = join(repository, 'release');
  const packageJson = JSON.parse(await readFile(join(dir, 'package.json'), 'utf8'));
  const root = { dir: repository, packageJson: { name: 'root', version: '0.0.0' } };
  return {
    rootDir: repository,
    rootPackage: root,
    packages: [{ dir, packageJson }],
    tool: { type: 'npm' },
  };
}

async function readConfiguration(folder: string, packages: Packages): Promise<Config> {
  const { validateConfig } = await import('@changesets/config');
  const path = join(folder, 'config.json');
  let written: unknown;
  try {
    written = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    if (!(cause instanceof SyntaxError) && (cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw unreadable(path, [(cause as Error).message]);
  }
  const { config, errors } = validateConfig(written, packages);
  if (config === undefined) throw unreadable(path, errors);
  return config;
}

function invalid(folder: string, path: string, received: string): Fault<ReleaseErrorCode> {
  return {
    code: 'changeset-invalid',
    where: join(folder, path),
    received,
    expected: `front matter that names ${VERSIONED_PACKAGE} with major, minor or patch, and a sentence for the changelog`,
    remedy: 'correct the file, or write it anew with npx changeset add',
  };
}

function unreadable(path: string, received: readonly string[]): ReleaseError {
  return new ReleaseError(
    received.map((message) => ({
      code: 'changesets-unreadable',
      where: path,
      received: message,
      expected: 'a configuration that changesets understands',
      remedy: 'restore the file; changesets.dev describes its options',
    })),
  );
}

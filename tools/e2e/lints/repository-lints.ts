import { lstat, open } from 'node:fs/promises';
import { join } from 'node:path';
import { E2eError } from '../e2e-error.ts';
import type { Paths } from '../paths.ts';
import { runProgram } from '../run-program.ts';
import type { Finding } from './finding.ts';
import { runLinter } from './run-linter.ts';

/** A linter with the files of this repository that it is for. */
export interface RepositoryLint {
  readonly name: string;
  /** Relative to the repository's root; an empty list has nothing to check. */
  readonly files: readonly string[];
  /** @throws E2eError `lint-failed` when the linter itself fails */
  check(): Promise<Finding[]>;
}

/** The linters of workflows, shell scripts and Dockerfiles. All that git does not ignore is checked, committed or not. */
export async function repositoryLints(paths: Paths): Promise<RepositoryLint[]> {
  const files = await gitFiles(paths);
  const workflows = files.filter((file) => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(file));
  const actions = files.filter((file) => /^\.github\/actions\/.+\/action\.ya?ml$/.test(file));
  const dockerfiles = files.filter((file) => /^packages\/images\/(.+\/)?Dockerfile(\..+)?$/.test(file));
  const scripts = await shellScripts(paths, files);
  return [
    { name: 'actionlint', files: workflows, check: () => actionlint(paths, workflows) },
    { name: 'zizmor', files: [...workflows, ...actions], check: () => zizmor(paths, [...workflows, ...actions]) },
    { name: 'shellcheck', files: scripts, check: () => shellcheck(paths, scripts) },
    { name: 'hadolint', files: dockerfiles, check: () => hadolint(paths, dockerfiles) },
  ];
}

async function gitFiles(paths: Paths): Promise<string[]> {
  const all = await gitList(paths, ['--cached', '--others', '--exclude-standard', '--deduplicate']);
  const deleted = new Set(await gitList(paths, ['--deleted']));
  return all.filter((file) => !deleted.has(file));
}

async function gitList(paths: Paths, which: readonly string[]): Promise<string[]> {
  const { exitCode, stdout, stderr } = await runProgram('git', ['ls-files', '-z', ...which], { cwd: paths.repository });
  if (exitCode === 0) return stdout.split('\0').filter(Boolean);
  throw new E2eError({
    code: 'lint-failed',
    where: 'git ls-files',
    received: stderr,
    expected: 'the names of the files in this repository',
    remedy: 'run the lints in a git work tree',
  });
}

async function shellScripts(paths: Paths, files: readonly string[]): Promise<string[]> {
  const isScript = await Promise.all(files.map((file) => isShellScript(paths, file)));
  return files.filter((_, index) => isScript[index]);
}

async function isShellScript(paths: Paths, file: string): Promise<boolean> {
  if (/\.(ba)?sh$/.test(file)) return true;
  // A script without an extension says what it is in its first line.
  if (/\.[^/]+$/.test(file)) return false;
  const path = join(paths.repository, file);
  // Git lists links too, to folders as well.
  if (!(await lstat(path)).isFile()) return false;
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(64), 0, 64, 0);
    return /^#!.*\b(ba|da|k)?sh\b/.test(buffer.toString('latin1', 0, bytesRead));
  } finally {
    await handle.close();
  }
}

async function actionlint(paths: Paths, files: readonly string[]): Promise<Finding[]> {
  interface Problem {
    readonly kind: string;
    readonly filepath: string;
    readonly line: number;
    readonly message: string;
  }
  const args = ['-format', '{{json .}}', '-shellcheck', join(paths.programs, 'shellcheck'), '-pyflakes', '', ...files];
  const { stdout } = await runLinter(paths, 'actionlint', args, [0, 1]);
  return (JSON.parse(stdout || '[]') as Problem[]).map(({ kind, filepath, line, message }) => {
    return { rule: kind, level: 'error', file: filepath, line, message };
  });
}

async function zizmor(paths: Paths, files: readonly string[]): Promise<Finding[]> {
  interface Location {
    readonly symbolic: { readonly key: { readonly Local?: { readonly verbatim_path: string } }; readonly kind: string };
    readonly concrete: { readonly location: { readonly start_point: { readonly row: number } } };
  }
  interface Problem {
    readonly ident: string;
    readonly desc: string;
    readonly url: string;
    readonly locations: readonly Location[];
  }
  const args = ['--offline', '--quiet', '--strict-collection', '--format', 'json', ...files];
  // 11 to 14 tell the gravest finding's severity ("Exit codes" in zizmor's documentation).
  const { stdout } = await runLinter(paths, 'zizmor', args, [0, 11, 12, 13, 14]);
  return (JSON.parse(stdout || '[]') as Problem[]).map(({ ident, desc, url, locations }) => {
    const at = locations.find((location) => location.symbolic.kind === 'Primary') ?? locations[0]!;
    const file = at.symbolic.key.Local?.verbatim_path ?? '';
    return {
      rule: ident,
      level: 'error',
      file,
      line: at.concrete.location.start_point.row + 1,
      message: `${desc} (${url})`,
    };
  });
}

async function shellcheck(paths: Paths, files: readonly string[]): Promise<Finding[]> {
  interface Problem {
    readonly code: number;
    readonly level: string;
    readonly file: string;
    readonly line: number;
    readonly message: string;
  }
  const { stdout } = await runLinter(paths, 'shellcheck', ['--format', 'json', '--external-sources', ...files], [0, 1]);
  return (JSON.parse(stdout || '[]') as Problem[]).map(({ code, level, file, line, message }) => {
    return { rule: `SC${code}`, level: levelOf(level), file, line, message };
  });
}

async function hadolint(paths: Paths, files: readonly string[]): Promise<Finding[]> {
  interface Problem {
    readonly code: string;
    readonly level: string;
    readonly file: string;
    readonly line: number;
    readonly message: string;
  }
  const { stdout } = await runLinter(paths, 'hadolint', ['--format', 'json', ...files], [0, 1]);
  return (JSON.parse(stdout || '[]') as Problem[]).map(({ code, level, file, line, message }) => {
    return { rule: code, level: levelOf(level), file, line, message };
  });
}

function levelOf(word: string): Finding['level'] {
  return word === 'error' || word === 'warning' ? word : 'info';
}

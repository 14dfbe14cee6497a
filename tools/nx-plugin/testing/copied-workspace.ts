import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative, sep } from 'node:path';
import { unitKinds } from '../inference/unit.ts';
import { repository, writeFiles } from './temporary-workspace.ts';

/** What is made, installed or kept by git: a copy has its own. */
const LEFT_OUT = new Set(['node_modules', '.git', 'dist', '.nx', 'tmp', '.venv', 'coverage']);

/**
 * A copy of the repository in a folder with a space in its name. Packages of the workspace are the copy's own,
 * all others are links to the installed ones.
 * @param units files of units; without them the copy has the repository's own units
 */
export function copyWorkspace(units?: Readonly<Record<string, string>>): string {
  const root = join(realpathSync(mkdtempSync(join(tmpdir(), 'nx-plugin-'))), 'a copy');
  const ownUnits = Object.values(unitKinds).map(({ folder }) => join(repository, folder));
  cpSync(repository, root, {
    recursive: true,
    filter: (path) => !LEFT_OUT.has(basename(path)) && (!units || !ownUnits.includes(path)),
  });
  linkPackages(root);
  writeFiles(root, units ?? {});
  return root;
}

export function removeWorkspace(root: string): void {
  rmSync(join(root, '..'), { recursive: true });
}

function linkPackages(root: string): void {
  mkdirSync(join(root, 'node_modules', '@bitclouded'), { recursive: true });
  for (const name of readdirSync(join(repository, 'node_modules')).filter((name) => name !== '@bitclouded'))
    symlinkSync(join(repository, 'node_modules', name), join(root, 'node_modules', name));
  for (const name of readdirSync(join(repository, 'node_modules', '@bitclouded'))) {
    const place = relative(repository, realpathSync(join(repository, 'node_modules', '@bitclouded', name)));
    symlinkSync(join(root, place), join(root, 'node_modules', '@bitclouded', name));
  }
}

export interface Run {
  readonly exitCode: number | null;
  readonly output: string;
  /** Tasks that were executed, and tasks that came from the cache, in code-unit order. */
  readonly ran: readonly string[];
  readonly cached: readonly string[];
}

/** Runs Nx in a workspace, and reads from the record that Nx keeps of the run what it did. */
export function nx(
  root: string,
  args: readonly string[],
  { environment = {}, umask = '022' }: { environment?: Record<string, string>; umask?: string } = {},
): Run {
  const record = join(root, '.nx', 'cache', 'run.json');
  rmSync(record, { force: true });
  const inherited = Object.entries(process.env).filter(([name]) => !/^(?:NX_|JEST_|NODE_ENV$|FORCE_COLOR$)/.test(name));
  const { status, stdout, stderr } = spawnSync('sh', ['-c', `umask ${umask}; exec nx "$@"`, 'nx', ...args], {
    cwd: root,
    encoding: 'utf8',
    env: {
      ...Object.fromEntries(inherited),
      PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH}`,
      NX_DAEMON: 'false',
      NO_COLOR: '1',
      ...environment,
    },
  });
  const tasks = existsSync(record)
    ? (JSON.parse(readFileSync(record, 'utf8')) as { tasks: { taskId: string; cacheStatus: string }[] }).tasks
    : [];
  const idsOf = (hit: boolean): string[] =>
    tasks
      .filter(({ cacheStatus }) => (cacheStatus !== 'cache-miss') === hit)
      .map(({ taskId }) => taskId)
      .sort();
  return { exitCode: status, output: `${stdout}${stderr}`, ran: idsOf(false), cached: idsOf(true) };
}

/** Every file below `dist` with the SHA-256 of its bytes. */
export function hashesOf(root: string): Record<string, string> {
  const dist = join(root, 'dist');
  const files = readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dist, join(entry.parentPath, entry.name)).replaceAll(sep, '/'));
  return Object.fromEntries(
    files.sort().map((file) => [
      file,
      createHash('sha256')
        .update(readFileSync(join(dist, file)))
        .digest('hex'),
    ]),
  );
}

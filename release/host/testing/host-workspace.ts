import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AwsHost } from '@bitclouded/documents';
import { inFolder } from '../../testing/in-folder.ts';
import { packageOf, writeFiles } from '../../testing/repository.ts';
import { catalogueNameOf, HOST_TEMPLATES } from '../host-stacks.ts';

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The release program in a workspace of a test. */
export interface HostWorkspace {
  start(...args: string[]): { readonly child: ChildProcess; readonly ended: Promise<Ended> };
  run(...args: string[]): Promise<Ended>;
  /** On a terminal of its own, whose screen is the child's standard output. */
  startOnTerminal(...args: string[]): ChildProcess;
}

/** Where the tests run: the repository, and the folder of Python's programs. */
export interface Places {
  readonly repository: string;
  readonly programs: string;
}

/** Builds the templates of a host, and what they are built against. */
export async function buildHostTemplates({ repository }: Places): Promise<void> {
  const projects = HOST_TEMPLATES.map((template) => `template/${catalogueNameOf(template)}`).join(',');
  const child = spawn(process.execPath, [require.resolve('nx/bin/nx.js'), 'run-many', '-t', 'build', '-p', projects], {
    cwd: repository,
    env: { ...process.env, NX_DAEMON: 'false', NX_ISOLATE_PLUGINS: 'false' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { code, out, err } = await endOf(child);
  if (code !== 0) throw new Error(`the templates of a host do not build:\n${out}${err}`);
}

/** A workspace with one host and the built templates: Nx, which the program starts, finds nothing to do. */
export function withHostWorkspace(
  { repository, programs }: Places,
  host: Omit<AwsHost, 'name'>,
  env: Readonly<Record<string, string>>,
  work: (workspace: HostWorkspace) => Promise<void>,
): Promise<void> {
  return inFolder(async (folder) => {
    await writeFiles(folder, {
      ...packageOf('1.0.0'),
      'package.json': '{"type":"module","workspaces":["release"]}',
      'bitclouded.config.ts': `export default ${JSON.stringify({ hosts: { production: host } })};\n`,
      'node_modules/nx/package.json': '{"name":"nx"}',
      'node_modules/nx/bin/nx.js': '',
    });
    for (const unit of ['wiring', ...(await neededUnits(join(repository, 'dist')))])
      await cp(join(repository, 'dist', unit), join(folder, 'dist', unit), { recursive: true });

    const program = (args: readonly string[]): string[] => [
      join(repository, 'release/bin.ts'),
      ...args,
      '--host',
      'production',
    ];
    const options = { cwd: folder, env: { ...process.env, ...env } };
    const start = (...args: string[]) => {
      const child = spawn(process.execPath, program(args), { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
      return { child, ended: endOf(child) };
    };
    const python = join(programs, 'python');
    const terminal = 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))';
    // A terminal is born without a width.
    const wide = ['sh', '-c', 'stty columns 200 rows 50; exec "$@"', 'sh'];
    const startOnTerminal = (...args: string[]) =>
      spawn(python, ['-c', terminal, ...wide, process.execPath, ...program(args)], { ...options, stdio: 'pipe' });
    await work({ start, startOnTerminal, run: (...args) => start(...args).ended });
  });
}

function endOf(child: ChildProcess): Promise<Ended> {
  let [out, err] = ['', ''];
  child.stdout?.on('data', (text) => (out += text));
  child.stderr?.on('data', (text) => (err += text));
  return once(child, 'close').then(([code]) => ({ code, out, err }));
}

/** Folders of the host's templates, and of all that they are built against, below `dist`. */
async function neededUnits(dist: string): Promise<ReadonlySet<string>> {
  const needed = new Set<string>();
  const add = async (reference: string): Promise<void> => {
    const folder = reference.replace(':', 's/');
    if (needed.has(folder)) return;
    needed.add(folder);
    const build = JSON.parse(await readFile(join(dist, folder, 'build.json'), 'utf8')) as { uses: { unit: string }[] };
    for (const { unit } of build.uses) await add(unit);
  };
  for (const template of HOST_TEMPLATES) await add(`template:${catalogueNameOf(template)}`);
  return needed;
}

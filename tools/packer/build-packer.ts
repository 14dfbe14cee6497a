import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  findPacker,
  isPackerThere,
  PACKER_VERSION,
  type Packer,
  PLUGIN_VERSION,
  packerFolder,
  packerIn,
} from './find-packer.ts';
import { PackerError } from './packer-error.ts';

/** How a program ended. */
interface Ended {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, in a folder; the environment is added to one's own. */
export type Run = (
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> },
) => Promise<Ended>;

/** Go modules with the hashes that Go's checksum database has of them. */
const PACKER = {
  module: `github.com/hashicorp/packer@v${PACKER_VERSION}`,
  sum: 'h1:5PBKxoRXClaOVLe8g0tqQtZnEWyrbsyUkQOTIxANeTY=',
};
const PLUGIN = {
  module: `github.com/hashicorp/packer-plugin-amazon@v${PLUGIN_VERSION}`,
  sum: 'h1:1rQoaKTdhE40+w1x2+A2SZZHoDTVTAXqNxq1wYrx5yY=',
};
const OUTPUT_LINES = 10;

/**
 * Builds Packer and its plugin from their Go modules, unless they are there. No registry of packages ships them in
 * these versions; their modules' own sums hold what they depend on.
 * @param report is told each step that takes time
 * @throws PackerError `packer-build-failed`
 */
export async function buildPacker(repository: string, run: Run, report: (step: string) => void): Promise<Packer> {
  if (await isPackerThere(repository)) return findPacker(repository);
  const folder = packerFolder(repository);
  // Another process may be building too: each in a folder of its own, and the first that is done wins.
  const part = `${folder}.${randomUUID()}.part`;
  const packer = packerIn(part);
  await mkdir(part, { recursive: true });
  try {
    await build(PACKER, packer.program, run, report);
    const plugin = join(part, 'packer-plugin-amazon');
    await build(PLUGIN, plugin, run, report);
    const install = ['plugins', 'install', '--path', plugin, 'github.com/hashicorp/amazon'];
    await succeed(run, packer.program, install, { env: packer.environment });
    await rm(plugin);
    await mkdir(dirname(folder), { recursive: true });
    await rename(part, folder);
  } catch (cause) {
    await rm(part, { recursive: true, force: true });
    if (!['EEXIST', 'ENOTEMPTY'].includes((cause as NodeJS.ErrnoException).code ?? '')) throw cause;
  }
  return packerIn(folder);
}

async function build(
  { module, sum }: { readonly module: string; readonly sum: string },
  output: string,
  run: Run,
  report: (step: string) => void,
): Promise<void> {
  report(`${module}, built from its Go module`);
  const { stdout } = await succeed(run, 'go', ['mod', 'download', '-json', module], { env: { GOFLAGS: '-mod=mod' } });
  const { Sum, Dir } = JSON.parse(stdout) as { readonly Sum: string; readonly Dir: string };
  if (Sum !== sum) throw failed(module, `the module ${Sum}`, sum, 'do not use it: it is not what was pinned');
  const args = ['build', '-trimpath', '-ldflags', '-s -w', '-o', output, '.'];
  await succeed(run, 'go', args, { cwd: Dir, env: { CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false' } });
}

async function succeed(run: Run, program: string, args: readonly string[], options: Parameters<Run>[2]) {
  const ended = await run(program, args, options);
  if (ended.exitCode === 0) return ended;
  const lines = `${ended.stdout}${ended.stderr}`.trim().split('\n').slice(-OUTPUT_LINES);
  throw failed(
    [program, ...args].join(' '),
    ended.exitCode === undefined ? 'no such program on PATH' : `exit code ${ended.exitCode}`,
    'exit code 0: Go 1.24 or newer on PATH, and a proxy of Go modules within reach',
    ['install Go (go.dev/dl) and run it again; its last lines were:', ...lines].join('\n    '),
  );
}

function failed(where: string, received: string, expected: string, remedy: string): PackerError {
  return new PackerError({ code: 'packer-build-failed', where, received, expected, remedy });
}

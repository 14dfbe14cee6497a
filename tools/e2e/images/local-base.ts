import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { E2eError } from '../e2e-error.ts';
import type { Paths } from '../paths.ts';
import { runProgram } from '../run-program.ts';

/** Where Debian and Ubuntu say what apt fetches from. */
const SOURCES = '/etc/apt/sources.list.d';
const LEAST_BYTES = 1_000_000;

/**
 * A base for images where no registry can be reached: this machine's own release of Debian or Ubuntu, with what every
 * system has and nothing more. Made once and kept beside the tools, since it takes half a minute.
 * @returns as a Dockerfile may say `FROM`
 * @throws E2eError `server-failed` with the last words of what failed
 */
export async function localBase(paths: Paths): Promise<string> {
  const release = /^VERSION_CODENAME=(\w+)$/m.exec(await readFile('/etc/os-release', 'utf8'))?.[1] ?? 'unknown';
  const kept = join(paths.environment, `images/${release}-${process.arch}.tar`);
  const isThere = await stat(kept).then(
    ({ size }) => size > LEAST_BYTES,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
  if (!isThere) await makeBase(release, kept);
  return `oci-archive:${kept}`;
}

async function makeBase(release: string, kept: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bitclouded-base-'));
  try {
    const system = join(folder, 'system.tar');
    const sources = (await readdir(SOURCES)).filter((name) => /^(debian|ubuntu)\.sources$/.test(name));
    const without = ['man', 'doc', 'locale'].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`);
    const files = sources.map((name) => join(SOURCES, name));
    await run(
      'mmdebstrap',
      '--quiet',
      '--variant=minbase',
      '--include=ca-certificates',
      ...without,
      release,
      system,
      ...files,
    );
    const container = await run('buildah', 'from', 'scratch');
    await run('buildah', 'add', '--quiet', container, system, '/');
    const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
    await run('buildah', 'config', '--cmd', '/bin/bash', '--env', path, container);
    const image = await run('buildah', 'commit', '--quiet', '--rm', '--timestamp', '0', container);
    const partial = join(folder, 'base.tar');
    await run('buildah', 'push', '--quiet', image, `oci-archive:${partial}`);
    await run('buildah', 'rmi', image);
    // Late: a set-up that runs at the same time may make the environment anew.
    await mkdir(dirname(kept), { recursive: true });
    await rename(partial, `${kept}.${process.pid}`).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EXDEV') throw error;
      await run('cp', partial, `${kept}.${process.pid}`);
    });
    await rename(`${kept}.${process.pid}`, kept);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(program: string, ...args: string[]): Promise<string> {
  const { exitCode, failure, stdout, stderr } = await runProgram(program, args);
  if (exitCode === 0) return stdout.trim();
  throw new E2eError({
    code: 'server-failed',
    where: `${program} ${args[0]}`,
    received: failure ?? `exit code ${exitCode}`,
    expected: 'a base for images',
    remedy: `read what it said last:\n${stderr.slice(-2000)}`,
  });
}

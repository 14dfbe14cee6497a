import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool } from '../../../release/images/run-tool.ts';
import { findPaths } from '../paths.ts';
import type { ContainerHost } from './container-host.ts';
import { localBase } from './local-base.ts';
import { serveDownloads } from './wordpress-archive.ts';

export interface BuiltWordpress {
  /** As `host.run` takes it. */
  readonly reference: string;
  /** The archive of WordPress that is in it. */
  readonly archiveFile: string;
  /** What it is built on, as a Dockerfile says `FROM`. */
  readonly base: string;
}

/**
 * Builds the image from its own Dockerfile, for this machine's architecture. Its base and the WordPress in it are this
 * machine's distribution's, given as build arguments.
 * @throws Error with the build's last words
 */
export async function buildWordpress(host: ContainerHost): Promise<BuiltWordpress> {
  const { repository } = findPaths();
  const [base, downloads] = await Promise.all([localBase(findPaths()), serveDownloads(host.folder)]);
  try {
    const given = Object.entries({ BASE: base, ...downloads.buildArguments });
    const reference = await buildImageOf(host, join(repository, 'packages/images/wordpress'), given);
    return { reference, archiveFile: downloads.archiveFile, base };
  } finally {
    await downloads.stop();
  }
}

/** Builds a folder's Dockerfile into the host's own storage, without what was built before. @returns the image's id */
export async function buildImageOf(
  host: ContainerHost,
  contextFolder: string,
  buildArguments: readonly (readonly [string, string])[],
): Promise<string> {
  const idFile = join(host.folder, 'id');
  const given = buildArguments.map(([name, value]) => `--build-arg=${name}=${value}`);
  const options = ['--format=oci', '--timestamp=0', '--no-cache', `--iidfile=${idFile}`, ...given];
  const ended = await runTool('buildah', ['bud', ...options, contextFolder], AbortSignal.timeout(600_000));
  if (ended.exitCode !== 0) throw new Error(`buildah bud ${contextFolder}: ${ended.all.slice(-2000)}`);
  return (await readFile(idFile, 'utf8')).trim();
}

/** What the definition says of itself, and what its Dockerfile does. */
export async function filesOfWordpress(): Promise<{ readonly definition: string; readonly dockerfile: string }> {
  const file = (name: string): Promise<string> =>
    readFile(join(findPaths().repository, 'packages/images/wordpress', name), 'utf8');
  const [definition, dockerfile] = await Promise.all([file('image.ts'), file('Dockerfile')]);
  return { definition, dockerfile };
}

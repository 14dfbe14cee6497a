import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Host, parseHosts } from '@bitclouded/documents';
import { ReleaseError } from './release-error.ts';

/** The one file that says who hosts. */
export const CONFIG_FILE = 'bitclouded.config.ts';

/**
 * The folder of the workspace: the nearest one at or above `folder` that has a `bitclouded.config.ts`.
 * @throws ReleaseError `config-unreadable` where there is none
 */
export async function findWorkspace(folder: string): Promise<string> {
  for (let at = folder; ; at = dirname(at)) {
    if (await isThere(join(at, CONFIG_FILE))) return at;
    if (at === dirname(at)) break;
  }
  throw new ReleaseError({
    code: 'config-unreadable',
    where: folder,
    received: `no ${CONFIG_FILE} here or above`,
    expected: `a workspace, which has a ${CONFIG_FILE} that names the hosts`,
    remedy: 'run this inside the repository',
  });
}

/**
 * Reads the hosts of a workspace.
 * @param load imports a module by its address
 * @throws ReleaseError `config-unreadable` when the file cannot be imported; DocumentError `config-invalid` with
 *   every fault of its content
 */
export async function loadHosts(
  workspace: string,
  load: (address: string) => Promise<{ readonly default?: unknown }>,
): Promise<readonly Host[]> {
  const path = join(workspace, CONFIG_FILE);
  let module: { readonly default?: unknown };
  try {
    module = await load(pathToFileURL(path).href);
  } catch (cause) {
    // The file is a program: it may throw anything, and all of it means that the file is at fault.
    throw new ReleaseError(
      {
        code: 'config-unreadable',
        where: path,
        received: cause instanceof Object && 'message' in cause ? String(cause.message) : String(cause),
        expected: 'a module whose default export is defineConfig({ hosts: … })',
        remedy: 'correct the file',
      },
      { cause },
    );
  }
  return parseHosts(module.default, path);
}

/** @throws ReleaseError `host-unknown` */
export function hostNamed(hosts: readonly Host[], name: string): Host {
  const host = hosts.find((one) => one.name === name);
  if (host !== undefined) return host;
  throw new ReleaseError({
    code: 'host-unknown',
    where: '--host',
    received: name,
    expected: `one of ${hosts.map((one) => one.name).join(', ') || 'no host at all'}, from ${CONFIG_FILE}`,
    remedy: 'correct the name, or add the host to that file',
  });
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    return false;
  }
}

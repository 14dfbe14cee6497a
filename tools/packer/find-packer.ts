import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { PackerError } from './packer-error.ts';

/** The one version that bakes and lints, and its plugin for AWS. */
export const PACKER_VERSION = '1.15.0';
export const PLUGIN_VERSION = '1.3.2';

/** Packer as it is started: its program, and what its environment needs beside one's own. */
export interface Packer {
  readonly program: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Where Packer and its plugin are kept, in the repository's cache. */
export function packerFolder(repository: string): string {
  return join(repository, 'node_modules/.cache/packer', `${PACKER_VERSION}-amazon-${PLUGIN_VERSION}`);
}

/** Packer in a folder: plugins beside it, and no question to HashiCorp whether there is a newer version. */
export function packerIn(folder: string): Packer {
  return {
    program: join(folder, 'packer'),
    environment: { PACKER_PLUGIN_PATH: join(folder, 'plugins'), CHECKPOINT_DISABLE: '1', PACKER_NO_COLOR: '1' },
  };
}

/** Whether it was built. It is put there whole or not at all. */
export async function isPackerThere(repository: string): Promise<boolean> {
  try {
    await access(packerIn(packerFolder(repository)).program, constants.X_OK);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    return false;
  }
}

/**
 * Finds the pinned Packer with its plugin.
 * @throws PackerError `packer-missing`
 */
export async function findPacker(repository: string): Promise<Packer> {
  const folder = packerFolder(repository);
  if (await isPackerThere(repository)) return packerIn(folder);
  throw new PackerError({
    code: 'packer-missing',
    where: folder,
    received: 'no Packer',
    expected: `Packer ${PACKER_VERSION} with the plugin amazon ${PLUGIN_VERSION}`,
    remedy: 'node tools/packer/run.ts, which builds both once, with Go, in some minutes',
  });
}

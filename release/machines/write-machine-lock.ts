import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ImageInterface, type ImageLock, parseDocument, serialise } from '@bitclouded/documents';
import { LOCK_FILE } from '../images/write-lock.ts';
import { readIfThere } from '../read-files.ts';
import { workspaceErrorOf } from '../workspace-error.ts';

/** Region → architecture → AMI. */
export type MachinesOfHost = NonNullable<ImageLock['machines']>[string];

/**
 * A lock with a host's AMIs. What it says of other hosts stays if it is of the same definition; else those hosts are
 * to be baked for again.
 */
export function lockedMachines(
  before: ImageLock | undefined,
  { name, contextSha256 }: Pick<ImageInterface, 'name' | 'contextSha256'>,
  host: string,
  machines: MachinesOfHost,
): ImageLock {
  const others = before?.contextSha256 === contextSha256 ? before.machines : {};
  return { schema: 'bitclouded.image-lock/1', name, contextSha256, machines: { ...others, [host]: machines } };
}

/**
 * Notes beside a machine image's definition which AMIs a host has of it.
 * @returns whether it says something new
 * @throws DocumentError when what stands there is no lock; ReleaseError `workspace-unwritable`
 */
export async function writeMachineLock(
  imageFolder: string,
  image: Pick<ImageInterface, 'name' | 'contextSha256'>,
  host: string,
  machines: MachinesOfHost,
): Promise<boolean> {
  const path = join(imageFolder, LOCK_FILE);
  const before = await readIfThere(path);
  const lock = lockedMachines(before && parseDocument('image-lock', before, path), image, host, machines);
  const bytes = serialise('image-lock', lock);
  if (before?.equals(bytes)) return false;
  const temporary = `${path}.${randomUUID()}.part`;
  try {
    await writeFile(temporary, bytes, { flag: 'wx' });
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw workspaceErrorOf(cause, path);
  }
  return true;
}

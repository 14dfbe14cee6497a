import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ImageInterface, type ImageLock, parseDocument, serialise } from '@bitclouded/documents';
import { readIfThere } from '../read-files.ts';
import { workspaceErrorOf } from '../workspace-error.ts';

export const LOCK_FILE = 'image.lock.json';

/**
 * Notes beside an image's definition which image was made from it. What the lock says of machines stays.
 * @returns whether it says something new
 * @throws DocumentError when what stands there is no lock; ReleaseError `workspace-unwritable`
 */
export async function writeLock(
  imageFolder: string,
  { name, contextSha256 }: Pick<ImageInterface, 'name' | 'contextSha256'>,
  digest: string,
): Promise<boolean> {
  const path = join(imageFolder, LOCK_FILE);
  const before = await readIfThere(path);
  const machines = before && parseDocument('image-lock', before, path).machines;
  const lock: ImageLock = {
    schema: 'bitclouded.image-lock/1',
    name,
    contextSha256,
    digest,
    ...(machines && { machines }),
  };
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

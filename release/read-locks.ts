import { join } from 'node:path';
import { DocumentError, type Fault, type ImageLock, parseDocument } from '@bitclouded/documents';
import type { Dist } from './read-dist.ts';
import { readIfThere } from './read-files.ts';
import { ReleaseError, type ReleaseErrorCode } from './release-error.ts';

/** The locks of the images that have one, by the image's name. */
export type Locks = ReadonlyMap<string, ImageLock>;

/**
 * Reads `image.lock.json` beside the definition of each built image.
 * @param imagesFolder `packages/images` of the repository
 * @throws ReleaseError with all faults: `lock-misnamed`, and those of the documents
 */
export async function readLocks(imagesFolder: string, dist: Dist): Promise<Locks> {
  const locks = new Map<string, ImageLock>();
  const faults: Fault<ReleaseErrorCode>[] = [];
  for (const { name } of dist.units.filter((unit) => unit.kind === 'image')) {
    const path = join(imagesFolder, name, 'image.lock.json');
    const bytes = await readIfThere(path);
    if (bytes === undefined) continue;
    try {
      const lock = parseDocument('image-lock', bytes, path);
      if (lock.name === name) locks.set(name, lock);
      else
        faults.push({
          code: 'lock-misnamed',
          where: path,
          received: `the lock of ${lock.name}`,
          expected: `the lock of ${name}`,
          remedy: 'put each lock beside the image that it was written for',
        });
    } catch (cause) {
      if (!(cause instanceof DocumentError)) throw cause;
      faults.push(...cause.faults);
    }
  }
  if (faults.length > 0) throw new ReleaseError(faults);
  return locks;
}

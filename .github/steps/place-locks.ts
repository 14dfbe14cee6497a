import { access, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDocument, serialise } from '@bitclouded/documents';
import { StepError } from './step-error.ts';

const PREFIX = 'lock-';

/**
 * Puts locks that other jobs wrote beside the images that they are of: `lock-<name>/image.lock.json` of a folder. What
 * a job hands over is believed to be a lock, and nothing else; a definition that is not there gets none.
 * @returns the images that got one
 * @throws StepError `lock-stranger`, DocumentError
 */
export async function placeLocks(folder: string, repository: string): Promise<readonly string[]> {
  const placed: string[] = [];
  const names = (await readdir(folder)).filter((name) => name.startsWith(PREFIX)).sort();
  for (const name of names.map((each) => each.slice(PREFIX.length))) {
    const path = join(folder, PREFIX + name, 'image.lock.json');
    const lock = parseDocument('image-lock', await readFile(path), path);
    const image = join(repository, 'packages/images', lock.name);
    if (lock.name !== name || !(await isThere(join(image, 'image.ts'))))
      throw new StepError({
        code: 'lock-stranger',
        where: path,
        received: `a lock of ${lock.name}`,
        expected: `a lock of ${name}, which stands in packages/images`,
        remedy: 'look at the job that made it',
      });
    await writeFile(join(image, 'image.lock.json'), serialise('image-lock', lock));
    placed.push(name);
  }
  return placed;
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return false;
  }
}

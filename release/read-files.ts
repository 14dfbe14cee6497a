import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface ListedFile {
  /** Relative to the folder, with forward slashes. */
  readonly path: string;
  /** False for links, sockets and whatever else has no bytes of its own. */
  readonly plain: boolean;
}

/**
 * Every file below a folder, in code-unit order of the paths. Links are listed, not followed.
 * A folder that does not exist has no files.
 */
export async function listFiles(folder: string): Promise<readonly ListedFile[]> {
  const found: ListedFile[] = [];
  await walk(folder, '', found);
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function walk(folder: string, prefix: string, found: ListedFile[]): Promise<void> {
  for (const entry of await entriesOf(folder)) {
    const path = prefix + entry.name;
    if (entry.isDirectory()) await walk(join(folder, entry.name), `${path}/`, found);
    else found.push({ path, plain: entry.isFile() });
  }
}

/** A folder's entries by name; none where the folder is absent. */
export async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw cause;
  }
}

/** A file's bytes; undefined where it is absent. */
export async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause;
  }
}

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs a test in a folder of its own, which is removed afterwards. */
export async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bitclouded-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Every file below a folder with its content, the lock files left out. */
export async function contentsOf(folder: string): Promise<Record<string, string>> {
  const contents: Record<string, string> = {};
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && entry.name !== '.writers')
      contents[path.slice(folder.length + 1)] = await readFile(path, 'latin1');
  }
  return Object.fromEntries(Object.entries(contents).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What a promise that must fail failed with. */
export async function failureOf(work: Promise<unknown>): Promise<{
  code: string;
  message: string;
  faults: { code: string; where: string; received: string; expected: string }[];
}> {
  try {
    await work;
  } catch (error) {
    return error as never;
  }
  throw new Error('it did not fail');
}

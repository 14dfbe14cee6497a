import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DocumentKind, type DocumentOf, parseDocument, serialise } from '@bitclouded/documents';
import { workspaceErrorOf } from './workspace-error.ts';

/** The documents that stages leave for each other in `dist/release/<host>`. */
export type StageDocument = Extract<DocumentKind, 'plan' | 'verification' | 'seen'>;

/** @returns undefined where the stage did not run */
export async function readStageDocument<K extends StageDocument>(
  folder: string,
  kind: K,
): Promise<DocumentOf<K> | undefined> {
  const path = join(folder, `${kind}.json`);
  try {
    return parseDocument(kind, await readFile(path), path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    return undefined;
  }
}

/**
 * Replaces a stage's document whole.
 * @throws ReleaseError `workspace-unwritable`
 */
export async function writeStageDocument<K extends StageDocument>(
  folder: string,
  kind: K,
  document: DocumentOf<K>,
): Promise<void> {
  const path = join(folder, `${kind}.json`);
  const temporary = `${path}.${randomUUID()}.part`;
  const bytes = serialise(kind, document);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(temporary, bytes, { flag: 'wx' });
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw workspaceErrorOf(cause, path);
  }
}

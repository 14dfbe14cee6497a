import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageInterface } from '@bitclouded/documents';
import { listFiles } from '../read-files.ts';
import { ReleaseError } from '../release-error.ts';

/** A tag that names another digest than an image's definition. */
export interface MovedBase {
  /** `registry/name:tag@sha256:…`, as the definition has it. */
  readonly base: string;
  /** What the tag names now. */
  readonly digest: string;
}

/**
 * Looks up what the tags of an image's bases name.
 * @param digestOf asks a registry; undefined: there is no such tag any more
 * @throws ReleaseError `image-missing`
 */
export async function movedBases(
  { name, bases }: Pick<ImageInterface, 'name' | 'bases'>,
  digestOf: (base: string) => Promise<string | undefined>,
): Promise<readonly MovedBase[]> {
  const moved: MovedBase[] = [];
  for (const base of bases) {
    const digest = await digestOf(base);
    if (digest === undefined)
      throw new ReleaseError({
        code: 'image-missing',
        where: `image ${name}`,
        received: `no tag ${base.split('@')[0]} any more`,
        expected: 'a tag that its publisher keeps',
        remedy: 'choose another tag, and name it with its digest in image.ts',
      });
    if (!base.endsWith(`@${digest}`)) moved.push({ base, digest });
  }
  return moved;
}

/**
 * Writes new digests wherever an image's folder names the old ones. The image gets a version of its own, so that it
 * gets a tag of its own: a tag that people have read is not moved.
 * @returns the files that changed, from the folder
 */
export async function refreshFolder(
  folder: string,
  version: string,
  moved: readonly MovedBase[],
): Promise<readonly string[]> {
  const changed: string[] = [];
  for (const { path, plain } of await listFiles(folder)) {
    if (!plain || path === 'image.lock.json') continue;
    // One character a byte, so that no byte of any file is lost.
    const before = await readFile(join(folder, path), 'latin1');
    let text = before;
    for (const { base, digest } of moved) text = text.replaceAll(base.split('@')[1]!, digest);
    if (path === 'image.ts') text = text.replace(`version: '${version}'`, `version: '${nextRevision(version)}'`);
    if (text === before) continue;
    await writeFile(join(folder, path), text, 'latin1');
    changed.push(path);
  }
  return changed;
}

/** `2.36.7` becomes `2.36.7-r1`, and that `2.36.7-r2`: the same contents, on another base. */
export function nextRevision(version: string): string {
  const [, start = version, revision = '0'] = /^(.*)-r(\d+)$/.exec(version) ?? [];
  return `${start}-r${Number(revision) + 1}`;
}

import { createReadStream } from 'node:fs';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere } from '../read-files.ts';
import { ReleaseError } from '../release-error.ts';
import { heldTo } from './held-to.ts';
import { type Descriptor, differs, digestOf, type ImageSource, parseManifest } from './oci.ts';

/** Source: OCI Image Specification, "Image Layout Specification". */
const VERSION_FILE = 'oci-layout';
const INDEX_FILE = 'index.json';

/** A folder that holds images, as the OCI Image Specification lays them out. Everything read is held to its digest. */
export function layoutSource(folder: string): ImageSource {
  const pathOf = (digest: string): string => join(folder, 'blobs', ...digest.split(':'));
  return {
    name: folder,
    async manifest(digest) {
      const bytes = await readIfThere(pathOf(digest));
      if (bytes === undefined) throw missing('image-missing', pathOf(digest));
      if (digestOf(bytes) !== digest) throw differs(pathOf(digest), digestOf(bytes), digest);
      return bytes;
    },
    async *blob(descriptor, signal) {
      const path = pathOf(descriptor.digest);
      if (!(await isThere(path))) throw missing('image-blob-missing', path);
      yield* heldTo(descriptor, createReadStream(path, { signal }), path);
    },
  };
}

/**
 * The images that a layout names.
 * @throws ReleaseError `image-layout-missing`, `image-not-oci`
 */
export async function imagesOfLayout(folder: string, remedy: string): Promise<readonly Descriptor[]> {
  const path = join(folder, INDEX_FILE);
  const bytes = await readIfThere(path);
  if (bytes === undefined)
    throw new ReleaseError({
      code: 'image-layout-missing',
      where: folder,
      received: 'no image layout',
      expected: 'the image, built',
      remedy,
    });
  const parsed = parseManifest(bytes, path);
  return parsed.type === 'index' ? parsed.index.manifests : [];
}

/** Puts a manifest or an index into a layout. @returns its digest */
export async function addToLayout(folder: string, bytes: Uint8Array): Promise<string> {
  const digest = digestOf(bytes);
  await mkdir(join(folder, 'blobs/sha256'), { recursive: true });
  await writeFile(join(folder, 'blobs', ...digest.split(':')), bytes);
  return digest;
}

/** Says which images a layout has. */
export async function writeLayoutIndex(folder: string, images: readonly Descriptor[]): Promise<void> {
  await writeFile(join(folder, VERSION_FILE), '{"imageLayoutVersion":"1.0.0"}');
  await writeFile(join(folder, INDEX_FILE), JSON.stringify({ schemaVersion: 2, manifests: images }));
}

function missing(code: 'image-missing' | 'image-blob-missing', where: string): ReleaseError {
  return new ReleaseError({
    code,
    where,
    received: 'no such file',
    expected: 'what the image names',
    remedy: 'build the image again: the folder is not whole',
  });
}

async function isThere(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    return false;
  }
}

import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
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
  return (await namedIn(folder, remedy)).filter(({ artifactType }) => artifactType === undefined);
}

/** The documents about its images that a layout names, such as SBOMs. @throws as `imagesOfLayout` */
export async function documentsOfLayout(folder: string, remedy: string): Promise<readonly Descriptor[]> {
  return (await namedIn(folder, remedy)).filter(({ artifactType }) => artifactType !== undefined);
}

async function namedIn(folder: string, remedy: string): Promise<readonly Descriptor[]> {
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

/** Puts a blob into a layout as it comes; whoever reads it from there holds it to its digest. */
export async function writeBlob(
  folder: string,
  { digest }: Pick<Descriptor, 'digest'>,
  bytes: AsyncIterable<Uint8Array>,
): Promise<void> {
  await mkdir(join(folder, 'blobs/sha256'), { recursive: true });
  await pipeline(bytes, createWriteStream(join(folder, 'blobs', ...digest.split(':'))));
}

/** Says which images, and which documents about them, a layout has. */
export async function writeLayoutIndex(folder: string, images: readonly Descriptor[]): Promise<void> {
  await mkdir(folder, { recursive: true });
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

import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ImageInterface } from '@bitclouded/documents';
import { ReleaseError } from '../release-error.ts';
import { CONTEXT_ANNOTATION, finishLayout } from './finish-layout.ts';
import { documentsOfLayout, imagesOfLayout, layoutSource } from './layout.ts';
import { type Descriptor, parseManifest } from './oci.ts';
import { imagesFor, platformImages } from './platform-images.ts';

export interface JoinRequest {
  /** One an architecture, each built where that architecture is at home. */
  readonly layoutFolders: readonly string[];
  readonly face: ImageInterface;
  readonly annotations: Readonly<Record<string, string>>;
  /** Becomes the layout of all; what stood there goes. */
  readonly to: string;
}

/**
 * Makes one image of what was built in several places. It has the digest that one place would have given it.
 * @returns the digest of its index
 * @throws ReleaseError `image-layout-missing` where one was built from another definition, `image-architecture-wrong`
 */
export async function joinLayouts(
  { layoutFolders, face, annotations, to }: JoinRequest,
  signal: AbortSignal,
): Promise<string> {
  const remedy = `npm run release -- images build ${face.name}, on each machine from the same commit`;
  const partial = `${to}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  try {
    const found: Descriptor[] = [];
    /** By what they are about. */
    const documents = new Map<string, Descriptor[]>();
    for (const folder of layoutFolders) {
      const source = layoutSource(folder);
      for (const { digest, annotations: marks } of await imagesOfLayout(folder, remedy)) {
        if (marks?.[CONTEXT_ANNOTATION] !== face.contextSha256) throw stranger(folder, marks, face, remedy);
        found.push(...(await platformImages(source, digest, signal)));
      }
      for (const document of await documentsOfLayout(folder, remedy)) {
        const parsed = parseManifest(await source.manifest(document.digest, signal), folder);
        const subject = parsed.type === 'manifest' ? parsed.manifest.subject?.digest : undefined;
        if (subject !== undefined) documents.set(subject, [...(documents.get(subject) ?? []), document]);
      }
      await cp(join(folder, 'blobs'), join(partial, 'blobs'), { recursive: true });
    }
    const images = imagesFor(found, face.architectures, { where: layoutFolders.join(', ') || to, remedy });
    const { contextSha256, version } = face;
    const about = images.flatMap(({ digest }) => documents.get(digest) ?? []);
    const digest = await finishLayout(partial, { images, documents: about, annotations, contextSha256, version });
    await mkdir(dirname(to), { recursive: true });
    await rm(to, { recursive: true, force: true });
    await rename(partial, to);
    return digest;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

function stranger(
  where: string,
  marks: Readonly<Record<string, string>> | undefined,
  { contextSha256 }: ImageInterface,
  remedy: string,
): ReleaseError {
  return new ReleaseError({
    code: 'image-layout-missing',
    where,
    received: `a build of the definition ${marks?.[CONTEXT_ANNOTATION]}`,
    expected: `a build of the definition ${contextSha256}, as it is now`,
    remedy,
  });
}

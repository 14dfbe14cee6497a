import type { Fault } from '@bitclouded/documents';
import { ReleaseError, type ReleaseErrorCode } from '../release-error.ts';
import { type Architecture, PLATFORM } from './builder.ts';
import { allOf } from './held-to.ts';
import { type Descriptor, type ImageSource, MANIFEST, parseConfiguration, parseManifest } from './oci.ts';

/**
 * The images that an index leads to, one a platform; or the one image that stands there alone.
 * @throws ReleaseError as the source does, and `image-not-oci`
 */
export async function platformImages(
  source: ImageSource,
  digest: string,
  signal: AbortSignal,
): Promise<readonly Descriptor[]> {
  const where = `${source.name}@${digest}`;
  const bytes = await source.manifest(digest, signal);
  const parsed = parseManifest(bytes, where);
  if (parsed.type === 'index') return parsed.index.manifests.filter(({ platform }) => platform?.os === 'linux');
  const { architecture, os } = parseConfiguration(await allOf(source.blob(parsed.manifest.config, signal)), where);
  const mediaType = parsed.mediaType ?? MANIFEST;
  return [{ mediaType, digest, size: bytes.byteLength, platform: { architecture, os } }];
}

/**
 * Those of the wanted architectures, in their order.
 * @throws ReleaseError `image-architecture-wrong` where one is missing
 */
export function imagesFor(
  images: readonly Descriptor[],
  architectures: readonly Architecture[],
  { where, remedy }: Pick<Fault<ReleaseErrorCode>, 'where' | 'remedy'>,
): readonly Descriptor[] {
  const found = architectures.flatMap(
    (architecture) => images.find(({ platform }) => platform?.architecture === PLATFORM[architecture]) ?? [],
  );
  if (found.length === architectures.length) return found;
  throw new ReleaseError({
    code: 'image-architecture-wrong',
    where,
    received: images.map(({ platform }) => platform?.architecture).join(', ') || 'no image',
    expected: architectures.map((architecture) => PLATFORM[architecture]).join(', '),
    remedy,
  });
}

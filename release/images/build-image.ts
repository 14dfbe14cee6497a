import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Fault } from '@bitclouded/documents';
import { ReleaseError, type ReleaseErrorCode } from '../release-error.ts';
import { type Architecture, type Builder, type BuildRequest, PLATFORM } from './builder.ts';
import { finishLayout } from './finish-layout.ts';
import { allOf } from './held-to.ts';
import { imagesOfLayout, layoutSource } from './layout.ts';
import type { MakeSbom } from './make-sbom.ts';
import { packagesOf } from './normalise-sbom.ts';
import { type Descriptor, type ImageSource, type Manifest, parseConfiguration, parseManifest } from './oci.ts';
import { addSbom } from './sbom-manifest.ts';
import { scanLayers } from './scan-layers.ts';

export interface BuiltImage {
  /** Of the image's index. */
  readonly digest: string;
  readonly layers: number;
  /** Files of all layers, looked through for secrets. */
  readonly files: number;
  /** What is installed, in one SBOM an architecture. */
  readonly packages: Readonly<Record<string, number>>;
}

export interface LayoutRequest extends BuildRequest {
  readonly builder: Builder;
  readonly makeSbom: MakeSbom;
  /** As people know the image. */
  readonly name: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** The definition's hash, and the tag that people read. */
  readonly contextSha256: string;
  readonly version: string;
}

/**
 * Builds an image into an OCI layout: one index over all architectures. The layout appears whole or not at all, and
 * only when what was built is what was asked for: its architectures, a user that is not root, no secret in any layer.
 * Beside the image the layout has an SBOM of each architecture.
 * @throws ReleaseError `image-build-failed`, `image-smoke-test-failed`, `image-secret-found`, `sbom-failed`, or with all of
 *   `image-architecture-wrong` and `image-runs-as-root`
 */
export async function buildImage(
  request: LayoutRequest,
  signal: AbortSignal,
  onStep: (step: string) => void,
): Promise<BuiltImage> {
  const { layoutFolder, builder, architectures, annotations, contextSha256, name, version, makeSbom } = request;
  const partial = `${layoutFolder}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  try {
    await builder.build({ ...request, layoutFolder: partial }, signal, onStep);
    const source = layoutSource(partial);
    const images = await checkedImages(source, await imagesOfLayout(partial, 'build again'), architectures, signal);
    onStep('look for secrets');
    const scanned = await scanLayers(
      source,
      images.map(({ digest, platform }) => ({ digest, architecture: platform!.architecture })),
      signal,
    );
    onStep('list what is installed');
    const packages: Record<string, number> = {};
    const sboms: Descriptor[] = [];
    for (const image of images) {
      const sbom = await makeSbom({ layoutFolder: partial, image, name, version }, signal);
      packages[image.platform!.architecture] = packagesOf(sbom, name).length;
      sboms.push(await addSbom(partial, image, sbom));
    }
    const parts = { images, documents: sboms, annotations, contextSha256, version };
    const digest = await finishLayout(partial, parts);
    await mkdir(dirname(layoutFolder), { recursive: true });
    await rm(layoutFolder, { recursive: true, force: true });
    await rename(partial, layoutFolder);
    return { digest, ...scanned, packages };
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/**
 * The images of a layout, one an architecture, in the order in which they were asked for, by what their
 * configurations say.
 */
async function checkedImages(
  source: ImageSource,
  built: readonly Descriptor[],
  architectures: readonly Architecture[],
  signal: AbortSignal,
): Promise<readonly Descriptor[]> {
  const faults: Fault<ReleaseErrorCode>[] = [];
  const found: Descriptor[] = [];
  for (const { descriptor, manifest } of await flat(source, built, signal)) {
    const where = `${source.name}@${manifest.config.digest}`;
    const config = parseConfiguration(await allOf(source.blob(manifest.config, signal)), where);
    const { architecture, os } = config;
    found.push({ ...descriptor, platform: { architecture, os } });
    const user = config.config?.User ?? '';
    if (['', '0', 'root'].includes(user.split(':')[0]!))
      faults.push({
        code: 'image-runs-as-root',
        where: `${source.name} (${architecture})`,
        received: user === '' ? 'no USER' : `USER ${user}`,
        expected: 'a user that is not root',
        remedy: 'end the Dockerfile with USER and a number, such as USER 65532:65532',
      });
  }
  const platforms = found.map(({ platform }) => `${platform!.os}/${platform!.architecture}`);
  const wanted = architectures.map((architecture) => `linux/${PLATFORM[architecture]}`);
  if ([...platforms].sort().join() !== [...wanted].sort().join())
    faults.push({
      code: 'image-architecture-wrong',
      where: source.name,
      received: platforms.join(', ') || 'no image',
      expected: wanted.join(', '),
      remedy: 'build on a base that has every architecture, where the machine can run it (qemu-user-static)',
    });
  if (faults.length > 0) throw new ReleaseError(faults);
  return wanted.map((platform) => found[platforms.indexOf(platform)]!);
}

interface Image {
  /** Without what a builder writes beside it. */
  readonly descriptor: Descriptor;
  readonly manifest: Manifest;
}

/** The images that descriptors lead to, through indexes. */
async function flat(source: ImageSource, built: readonly Descriptor[], signal: AbortSignal): Promise<Image[]> {
  const images: Image[] = [];
  for (const { mediaType, digest, size } of built) {
    const parsed = parseManifest(await source.manifest(digest, signal), `${source.name}@${digest}`);
    if (parsed.type === 'index') images.push(...(await flat(source, parsed.index.manifests, signal)));
    else images.push({ descriptor: { mediaType, digest, size }, manifest: parsed.manifest });
  }
  return images;
}

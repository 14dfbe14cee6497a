import { copyImage } from './copy-image.ts';
import type { MakeSbom } from './make-sbom.ts';
import type { Descriptor, ImageSource } from './oci.ts';
import { referrersOf } from './referrers.ts';
import type { RegistrySession } from './registry-session.ts';
import { addSbom, CYCLONEDX } from './sbom-manifest.ts';

export interface MirroredSboms {
  readonly source: ImageSource;
  /** One an architecture. */
  readonly images: readonly Descriptor[];
  /** Where the image goes. What has an SBOM there gets no other one. */
  readonly session: RegistrySession;
  readonly name: string;
  readonly version: string;
  readonly makeSbom: MakeSbom;
  /** Becomes an OCI layout of what was read. */
  readonly layoutFolder: string;
}

/**
 * Makes the SBOMs that a mirrored image lacks in its repository, of the bytes that are copied there.
 * @returns the digests of their manifests in the layout
 */
export async function sbomsToAdd(
  { source, images, session, name, version, makeSbom, layoutFolder }: MirroredSboms,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const added: string[] = [];
  for (const image of images) {
    const { documents } = await referrersOf(session, image.digest, signal);
    if (documents.some(({ artifactType }) => artifactType === CYCLONEDX)) continue;
    await copyImage(source, image, layoutFolder, signal);
    const sbom = await makeSbom({ layoutFolder, image, name, version }, signal);
    added.push((await addSbom(layoutFolder, image, sbom)).digest);
  }
  return added;
}

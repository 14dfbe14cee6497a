import { addToLayout } from './layout.ts';
import { type Descriptor, MANIFEST } from './oci.ts';

/** Source: IANA media types, "vnd.cyclonedx+json". */
export const CYCLONEDX = 'application/vnd.cyclonedx+json';

/** Source: OCI Image Specification, "Guidance for an Empty Descriptor". */
const EMPTY = 'application/vnd.oci.empty.v1+json';

/**
 * Puts an SBOM into a layout, as a manifest whose subject is the image that it is of.
 * Source: OCI Image Specification, "Guidelines for Artifact Usage".
 * @returns the manifest's descriptor
 */
export async function addSbom(layoutFolder: string, image: Descriptor, sbom: Uint8Array): Promise<Descriptor> {
  const { mediaType, digest, size } = image;
  const add = async (bytes: Uint8Array, type: string): Promise<Descriptor> => ({
    mediaType: type,
    digest: await addToLayout(layoutFolder, bytes),
    size: bytes.byteLength,
  });
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST,
    artifactType: CYCLONEDX,
    config: await add(Buffer.from('{}'), EMPTY),
    layers: [await add(sbom, CYCLONEDX)],
    subject: { mediaType, digest, size },
  };
  const described = await add(Buffer.from(JSON.stringify(manifest)), MANIFEST);
  return { ...described, artifactType: CYCLONEDX };
}

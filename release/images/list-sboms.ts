import { allOf } from './held-to.ts';
import { packagesOf } from './normalise-sbom.ts';
import { type Descriptor, parseManifest } from './oci.ts';
import { referrersOf } from './referrers.ts';
import type { RegistrySession } from './registry-session.ts';
import { registrySource } from './registry-source.ts';
import { CYCLONEDX } from './sbom-manifest.ts';

/** An SBOM that hangs on an image in a registry. */
export interface ListedSbom {
  /** In GOARCH's names. */
  readonly architecture: string;
  /** `registry/repository@sha256:…`, of its manifest. */
  readonly reference: string;
  readonly packages: number;
  /** CycloneDX, as JSON. */
  readonly bytes: Uint8Array;
}

/**
 * Reads the SBOMs of images from their registry. The registry says which there are; of each, every byte is held to its
 * digest.
 * @param images one an architecture
 */
export async function listSboms(
  session: RegistrySession,
  images: readonly Descriptor[],
  signal: AbortSignal,
): Promise<readonly ListedSbom[]> {
  const source = registrySource(session);
  const sboms: ListedSbom[] = [];
  for (const { digest: subject, platform } of images) {
    const { documents } = await referrersOf(session, subject, signal);
    for (const { digest } of documents.filter(({ artifactType }) => artifactType === CYCLONEDX)) {
      const reference = `${source.name}@${digest}`;
      const parsed = parseManifest(await source.manifest(digest, signal), reference);
      const [layer] = parsed.type === 'manifest' ? parsed.manifest.layers : [];
      if (layer === undefined) continue;
      const bytes = await allOf(source.blob(layer, signal));
      const architecture = platform?.architecture ?? '';
      sboms.push({ architecture, reference, packages: packagesOf(bytes, reference).length, bytes });
    }
  }
  return sboms;
}

import { addToLayout, writeLayoutIndex } from './layout.ts';
import { type Descriptor, INDEX } from './oci.ts';

/** The annotation of a layout that says which definition it was built from. */
export const CONTEXT_ANNOTATION = 'bitclouded.context-sha256';

export interface LayoutParts {
  /** One an architecture, in the order in which the definition names them. */
  readonly images: readonly Descriptor[];
  /** Manifests that say something about them, in the same order. */
  readonly documents: readonly Descriptor[];
  readonly annotations: Readonly<Record<string, string>>;
  /** The definition's hash, and the tag that people read. */
  readonly contextSha256: string;
  readonly version: string;
}

/**
 * Puts one index over the images of a layout, and names it and the documents. Equal parts have equal digests, wherever
 * and in how many steps they were built.
 * @returns the digest of the index
 */
export async function finishLayout(
  folder: string,
  { images, documents, annotations, contextSha256, version }: LayoutParts,
): Promise<string> {
  const index = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: images, annotations }));
  const digest = await addToLayout(folder, index);
  const marks = { 'org.opencontainers.image.ref.name': version, [CONTEXT_ANNOTATION]: contextSha256 };
  const described = { mediaType: INDEX, digest, size: index.byteLength, annotations: marks };
  await writeLayoutIndex(folder, [described, ...documents]);
  return digest;
}

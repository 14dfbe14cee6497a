import { addToLayout, writeBlob } from './layout.ts';
import { type Descriptor, type ImageSource, parseManifest } from './oci.ts';

/** Reads the image of one architecture into an OCI layout, every byte held to its digest. */
export async function copyImage(
  source: ImageSource,
  { digest }: Descriptor,
  layoutFolder: string,
  signal: AbortSignal,
): Promise<void> {
  const bytes = await source.manifest(digest, signal);
  await addToLayout(layoutFolder, bytes);
  const parsed = parseManifest(bytes, `${source.name}@${digest}`);
  if (parsed.type === 'index') return;
  for (const blob of [parsed.manifest.config, ...parsed.manifest.layers])
    await writeBlob(layoutFolder, blob, source.blob(blob, signal));
}

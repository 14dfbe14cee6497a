import { createHash } from 'node:crypto';
import { type Descriptor, differs } from './oci.ts';

/**
 * Passes bytes on, and fails at their end if they are not those of the descriptor. Whoever reads must not act on
 * them before the end.
 * @throws ReleaseError `image-differs`
 */
export async function* heldTo(
  { digest, size }: Pick<Descriptor, 'digest' | 'size'>,
  bytes: AsyncIterable<Uint8Array>,
  where: string,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of bytes) {
    hash.update(chunk);
    sizeBytes += chunk.byteLength;
    // A source that sends without end is not read without end.
    if (sizeBytes > size) break;
    yield chunk;
  }
  if (sizeBytes !== size)
    throw differs(where, sizeBytes > size ? `more than ${size} bytes` : `${sizeBytes} bytes`, `${size} bytes`);
  const received = `sha256:${hash.digest('hex')}`;
  if (received !== digest) throw differs(where, received, digest);
}

/** All bytes at once: for configurations, which are small. */
export async function allOf(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

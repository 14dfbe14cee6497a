import { createHash } from 'node:crypto';
import { type DocumentKind, type DocumentOf, documentSchemas } from './parse-document.ts';
import { INDEX_PAYLOAD_TYPE, type IndexEnvelope, type ReleaseIndex } from './release-index.ts';

/**
 * A document's bytes: two spaces, a newline at the end, properties in the schema's order,
 * so that equal documents have equal bytes however they were put together.
 */
export function serialise<K extends DocumentKind>(kind: K, document: DocumentOf<K>): Buffer {
  return json(documentSchemas[kind].parse(document));
}

/** The index as an unsigned envelope: for hosts that have no signing key. */
export function serialiseUnsignedIndex(index: ReleaseIndex): Buffer {
  const envelope: IndexEnvelope = {
    payloadType: INDEX_PAYLOAD_TYPE,
    payload: serialise('index', index).toString('base64'),
    signatures: [],
  };
  return json(envelope);
}

/** Lower-case hexadecimal SHA-256. */
export function sha256Of(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function json(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}

import { createHash } from 'node:crypto';
import { DocumentError } from './document-error.ts';
import { type DocumentKind, type DocumentOf, documentSchemas } from './parse-document.ts';
import { INDEX_PAYLOAD_TYPE, type IndexEnvelope, type ReleaseIndex } from './release-index.ts';
import { faultsOf } from './zod-faults.ts';

/**
 * A document's bytes: two spaces, a newline at the end, properties in the schema's order,
 * so that equal documents have equal bytes however they were put together.
 * @throws DocumentError `document-invalid` when `parseDocument` would refuse the bytes for their content
 */
export function serialise<K extends DocumentKind>(kind: K, document: DocumentOf<K>): Buffer {
  const parsed = documentSchemas[kind].safeParse(document);
  if (!parsed.success)
    throw new DocumentError(faultsOf(parsed.error, document, 'document-invalid', `the ${kind} document to write`));
  return json(parsed.data);
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

import type { z } from 'zod';
import { buildRecord } from './build-record.ts';
import { DocumentError, type DocumentErrorCode } from './document-error.ts';
import { imageLock } from './image-lock.ts';
import { unitInterface } from './interface.ts';
import { claim, manifest } from './manifest.ts';
import { plan } from './plan.ts';
import { alias, indexEnvelope, type ReleaseIndex, releaseIndex } from './release-index.ts';
import { seen } from './seen.ts';
import { verification } from './verification.ts';
import { faultsOf } from './zod-faults.ts';

/** The largest document that is read, in bytes. */
export const DOCUMENT_LIMIT_BYTES = 32 * 1024 * 1024;
/** The deepest nesting that is read. */
export const DOCUMENT_LIMIT_DEPTH = 64;
/** The most values that are read: a wrong one costs a fault, 1 KB of memory, where it stands in two bytes of the document. */
export const DOCUMENT_LIMIT_VALUES = 250_000;

/** Each kind of document with its schema; the key is the name inside `bitclouded.<name>/1`. */
export const documentSchemas = {
  interface: unitInterface,
  build: buildRecord,
  manifest,
  claim,
  index: releaseIndex,
  alias,
  plan,
  verification,
  seen,
  'image-lock': imageLock,
} as const;
export type DocumentKind = keyof typeof documentSchemas;
export type DocumentOf<K extends DocumentKind> = z.infer<(typeof documentSchemas)[K]>;

/**
 * Reads one document from bytes that nobody vouches for.
 * @param where what the message calls the source: a path or an address
 * @throws DocumentError with every fault of the document
 */
export function parseDocument<K extends DocumentKind>(kind: K, bytes: Uint8Array, where: string): DocumentOf<K> {
  const value = parseJson(bytes, where);
  checkSchemaName(kind, value, where);
  return validate<DocumentOf<K>>(documentSchemas[kind] as unknown as z.ZodType<DocumentOf<K>>, value, where);
}

/**
 * Opens the index's envelope. The signatures are returned, not judged.
 * @throws DocumentError with every fault of the envelope or of its payload
 */
export function parseIndex(bytes: Uint8Array, where: string): { index: ReleaseIndex; signatures: number } {
  const envelope = validate(indexEnvelope, parseJson(bytes, where), where);
  const index = parseDocument('index', Buffer.from(envelope.payload, 'base64'), `${where} (payload)`);
  return { index, signatures: envelope.signatures.length };
}

function validate<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new DocumentError(faultsOf(parsed.error, value, 'document-invalid', where));
  return parsed.data;
}

function parseJson(bytes: Uint8Array, where: string): unknown {
  if (bytes.byteLength > DOCUMENT_LIMIT_BYTES)
    throw fault(
      'document-too-large',
      where,
      `${bytes.byteLength} bytes`,
      `at most ${DOCUMENT_LIMIT_BYTES} bytes`,
      'check what wrote this file',
    );
  const text = decode(bytes, where);
  checkShape(text, where);
  let value: unknown;
  try {
    value = JSON.parse(text, (key, inner) => {
      if (key === '__proto__' || key === 'constructor' || key === 'prototype')
        throw fault(
          'document-forbidden-name',
          where,
          `a property named ${key}`,
          'no property that names a prototype',
          'do not use this file: it was made to do harm',
        );
      return inner;
    });
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw fault(
      'document-not-json',
      where,
      cause.message,
      'one JSON value',
      'restore the file from where it came',
      cause,
    );
  }
  return value;
}

function decode(bytes: Uint8Array, where: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw cause;
    throw fault(
      'document-not-utf8',
      where,
      'bytes that are not UTF-8',
      'UTF-8',
      'restore the file from where it came',
      cause,
    );
  }
}

/** Counts brackets and commas outside strings before parsing, so that no parser meets a bomb. */
function checkShape(text: string, where: string): void {
  let depth = 0;
  let values = 1;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text.charCodeAt(i);
    if (quoted) {
      if (character === 0x5c) i++;
      else if (character === 0x22) quoted = false;
    } else if (character === 0x22) quoted = true;
    else if (character === 0x5b || character === 0x7b) {
      if (++depth > DOCUMENT_LIMIT_DEPTH)
        throw fault(
          'document-too-deep',
          where,
          `more than ${DOCUMENT_LIMIT_DEPTH} levels`,
          `at most ${DOCUMENT_LIMIT_DEPTH} levels`,
          'check what wrote this file',
        );
    } else if (character === 0x5d || character === 0x7d) depth--;
    else if (character === 0x2c && ++values > DOCUMENT_LIMIT_VALUES)
      throw fault(
        'document-too-large',
        where,
        `more than ${DOCUMENT_LIMIT_VALUES} values`,
        `at most ${DOCUMENT_LIMIT_VALUES} values`,
        'check what wrote this file',
      );
  }
}

function checkSchemaName(kind: DocumentKind, value: unknown, where: string): void {
  const received = (value as { schema?: unknown } | null)?.schema;
  const expected = `bitclouded.${kind}/1`;
  if (received === expected) return;
  const match = typeof received === 'string' ? /^bitclouded\.([a-z-]+)\/(\d{1,6})$/.exec(received) : null;
  if (match?.[1] === kind && Number(match[2]) > 1)
    throw fault(
      'document-newer-schema',
      where,
      String(received),
      expected,
      `read it with a release of BitClouded that knows ${received}`,
    );
  throw fault(
    'document-wrong-kind',
    where,
    JSON.stringify(received) ?? 'no schema',
    `"schema": "${expected}"`,
    `give a ${kind} document here`,
  );
}

function fault(
  code: DocumentErrorCode,
  where: string,
  received: string,
  expected: string,
  remedy: string,
  cause?: unknown,
): DocumentError {
  return new DocumentError({ code, where, received, expected, remedy }, { cause });
}

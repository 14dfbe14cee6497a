import { OBJECT_LIMIT_BYTES, tooLarge } from './object-faults.ts';
import { isPassing, S3Refusal } from './s3-refusal.ts';
import type { S3Access } from './s3-request.ts';

export interface Download<T> {
  readonly result: T;
  /** The entity tag, which is no hash. */
  readonly tag: string;
}

export interface ObjectPlace {
  readonly region: string;
  readonly bucket: string;
  readonly key: string;
  /** The account that the bucket must belong to; strangers do not know it. */
  readonly owner?: string;
}

/** A body that breaks off is fetched again: the attempts of a request end where the body begins. */
const BODIES = 4;

/**
 * Gets an object and lets `consume` take its bytes as they come, each attempt anew.
 * @returns undefined where S3 says that there is no such key
 */
export async function download<T>(
  { send }: S3Access,
  { region, bucket, key, owner }: ObjectPlace,
  signal: AbortSignal,
  consume: (body: AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<Download<T> | undefined> {
  const request = { method: 'GET', region, bucket, key, headers: { 'x-amz-expected-bucket-owner': owner } } as const;
  for (let attempt = 1; ; attempt++) {
    const answer = await unlessMissing(send(request, signal));
    if (answer === undefined) return undefined;
    const { headers, body } = answer;
    const sizeBytes = Number(headers['content-length'] ?? 0);
    if (sizeBytes > OBJECT_LIMIT_BYTES) {
      body.destroy();
      throw tooLarge(`${region}: ${key}`, sizeBytes);
    }
    try {
      return { result: await consume(body), tag: headers.etag ?? '' };
    } catch (cause) {
      signal.throwIfAborted();
      if (attempt === BODIES || !isPassing(cause)) throw cause;
    }
  }
}

/** A bucket that is missing has a name of its own, and 403 says nothing about whether there is an object. */
async function unlessMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (cause) {
    if (!(cause instanceof S3Refusal) || cause.name !== 'NoSuchKey') throw cause;
    return undefined;
  }
}

/** The whole body in one piece: for objects that are needed whole. */
export async function wholeBody(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

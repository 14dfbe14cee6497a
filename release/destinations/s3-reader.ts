import { type AwsHost, bucketOf } from '@bitclouded/documents';
import { ReleaseError } from '../release-error.ts';
import type { Reader } from './destination.ts';
import { digestOf } from './digest-of.ts';
import { s3Access } from './s3-access.ts';
import { type Download, download, wholeBody } from './s3-download.ts';
import { isWithoutCredentials, s3ErrorOf } from './s3-faults.ts';
import { listKeys } from './s3-list.ts';
import { S3Refusal } from './s3-refusal.ts';
import type { S3Access } from './s3-request.ts';

/**
 * A host on AWS as strangers read it: every object is fetched without a signature.
 *
 * A bucket that does not let strangers list its keys answers 403 for an object that is not there, and also for one
 * that they may not read. Which of the two it is only credentials can ask, where there are any.
 */
export function openS3Reader(
  host: AwsHost,
  anonymous: S3Access = s3Access('anonymous'),
  signed: S3Access = s3Access('signed'),
): Reader {
  const account = host.account;

  async function get<T>(
    region: string,
    key: string,
    signal: AbortSignal,
    consume: (body: AsyncIterable<Uint8Array>) => Promise<T>,
  ): Promise<Download<T> | undefined> {
    const bucket = bucketOf(host, region);
    signal.throwIfAborted();
    try {
      return await download(anonymous, { region, bucket, key }, signal, consume);
    } catch (cause) {
      signal.throwIfAborted();
      if (cause instanceof S3Refusal && cause.status === 403) return whyForbidden(region, key, signal, cause.name);
      throw s3ErrorOf(cause, { region, bucket, key, account });
    }
  }

  /** @returns undefined where those who may list the bucket are told that there is no such object */
  async function whyForbidden(region: string, key: string, signal: AbortSignal, said: string): Promise<undefined> {
    const bucket = bucketOf(host, region);
    const where = `${region}: ${key}`;
    // Not HEAD: its answer tells no reason.
    const headers = { range: 'bytes=0-0', 'x-amz-expected-bucket-owner': account };
    try {
      const { body } = await signed.send({ method: 'GET', region, bucket, key, headers }, signal);
      body.destroy();
    } catch (cause) {
      signal.throwIfAborted();
      if (cause instanceof S3Refusal && cause.name === 'NoSuchKey') return undefined;
      const isDenied = cause instanceof S3Refusal && cause.name === 'AccessDenied';
      if (!isDenied && !isWithoutCredentials(cause)) throw s3ErrorOf(cause, { region, bucket, key, account });
      throw new ReleaseError(
        {
          code: 'access-denied',
          where,
          received: `403 ${said} for everybody, and ${isDenied ? 'the same for these credentials' : 'no credentials to ask with'}: the object may be missing, or not public`,
          expected: 'an object that everybody may read, or credentials that may list the bucket, to see if it is there',
          remedy: `sign in to account ${account}, then: npm run release -- doctor --host ${host.name}`,
        },
        { cause },
      );
    }
    throw new ReleaseError({
      code: 'object-not-public',
      where,
      received: `403 ${said} for everybody, though it is there`,
      expected: 'an object that everybody may read',
      remedy: `look at the bucket's policy and at Block Public Access: npm run release -- doctor --host ${host.name}`,
    });
  }

  return {
    name: `s3://${bucketOf(host, host.homeRegion)}`,
    async read(region, key, signal) {
      const stored = await get(region, key, signal, wholeBody);
      return stored && { bytes: stored.result, tag: stored.tag };
    },
    async digest(region, key, signal) {
      return (await get(region, key, signal, digestOf))?.result;
    },
    async list(region, signal) {
      const bucket = bucketOf(host, region);
      try {
        return await listKeys(signed, { region, bucket, owner: account }, signal);
      } catch (cause) {
        signal.throwIfAborted();
        // Without credentials there is nobody who may list.
        if (isWithoutCredentials(cause)) return undefined;
        throw s3ErrorOf(cause, { region, bucket, account });
      }
    },
  };
}

import { type AwsHost, bucketOf } from '@bitclouded/documents';
import type { Destination, HostObject } from './destination.ts';
import { digestOf } from './digest-of.ts';
import { differs } from './object-faults.ts';
import { s3Access } from './s3-access.ts';
import { download, type ObjectPlace, wholeBody } from './s3-download.ts';
import { s3ErrorOf } from './s3-faults.ts';
import { listKeys } from './s3-list.ts';
import { S3Refusal } from './s3-refusal.ts';
import type { S3Access } from './s3-request.ts';

/** Functions are named by their content, so most stand there already: to look costs less than to send these in vain. */
const LOOK_FIRST_BYTES = 64 * 1024;
const isWorthALook = ({ bytes }: HostObject): boolean => bytes.byteLength > LOOK_FIRST_BYTES;

/**
 * The buckets of a host on AWS, one a region, with the credentials that the SDK finds.
 *
 * Requests are tried again, so an answer may be lost after S3 has acted. Every conditional write is therefore followed,
 * where S3 says that the condition does not hold, by a look at what stands there: own bytes are a success.
 */
export function openS3(host: AwsHost, access: S3Access = s3Access('signed')): Destination {
  const owner = host.account;
  const placeOf = (region: string, key: string): Required<ObjectPlace> => ({
    region,
    bucket: bucketOf(host, region),
    key,
    owner,
  });

  /** Runs one verb, and turns what S3 answers into the release's errors. */
  async function at<T>(
    region: string,
    key: string | undefined,
    signal: AbortSignal,
    work: () => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (cause) {
      signal.throwIfAborted();
      throw s3ErrorOf(cause, { region, bucket: bucketOf(host, region), key, account: owner });
    }
  }

  async function hashOf(region: string, key: string, signal: AbortSignal): Promise<string | undefined> {
    const { bucket } = placeOf(region, key);
    const headers = { 'x-amz-checksum-mode': 'ENABLED', 'x-amz-expected-bucket-owner': owner };
    try {
      const answer = await access.send({ method: 'HEAD', region, bucket, key, headers }, signal);
      await wholeBody(answer.body);
      const { 'x-amz-checksum-sha256': checksum, 'x-amz-checksum-type': type } = answer.headers;
      // A checksum of parts is none of the bytes. Source: Amazon S3 User Guide, "Checking object integrity".
      if (checksum !== undefined && type !== 'COMPOSITE') return Buffer.from(checksum, 'base64').toString('hex');
    } catch (cause) {
      if (!(cause instanceof S3Refusal) || cause.status >= 500) throw cause;
      // Of a bucket too that is missing; whoever writes next is told so.
      if (cause.status === 404) return undefined;
      // An answer to HEAD tells no reason; one to GET does.
    }
    return (await download(access, placeOf(region, key), signal, digestOf))?.result.sha256;
  }

  /** @returns false where the condition does not hold */
  async function write(
    region: string,
    object: HostObject,
    condition: { 'if-match'?: string; 'if-none-match'?: string },
    signal: AbortSignal,
  ): Promise<boolean> {
    const { key, bytes, sha256, contentType, cacheControl } = object;
    const headers = {
      'content-type': contentType,
      'cache-control': cacheControl,
      'x-amz-checksum-sha256': Buffer.from(sha256, 'hex').toString('base64'),
      'x-amz-expected-bucket-owner': owner,
      ...condition,
    };
    const { bucket } = placeOf(region, key);
    try {
      const answer = await access.send({ method: 'PUT', region, bucket, key, headers, body: bytes, sha256 }, signal);
      await wholeBody(answer.body);
      return true;
    } catch (cause) {
      if (!(cause instanceof S3Refusal)) throw cause;
      // What was to be replaced is not there any more.
      const isGone = condition['if-match'] !== undefined && cause.name === 'NoSuchKey';
      if (cause.status !== 412 && !isGone) throw cause;
      return false;
    }
  }

  return {
    name: `s3://${bucketOf(host, host.homeRegion)}`,
    hashOf: (region, key, signal) => at(region, key, signal, () => hashOf(region, key, signal)),
    read: (region, key, signal) =>
      at(region, key, signal, async () => {
        const stored = await download(access, placeOf(region, key), signal, wholeBody);
        return stored && { bytes: stored.result, tag: stored.tag };
      }),
    digest: (region, key, signal) =>
      at(region, key, signal, async () => (await download(access, placeOf(region, key), signal, digestOf))?.result),
    create: (region, object, signal) =>
      at(region, object.key, signal, async () => {
        const there = isWorthALook(object) ? await hashOf(region, object.key, signal) : undefined;
        if (there === undefined && (await write(region, object, { 'if-none-match': '*' }, signal))) return 'created';
        const received = there ?? (await hashOf(region, object.key, signal));
        if (received === undefined) throw differs(object, region, 'an object that came and went');
        if (received !== object.sha256) throw differs(object, region, `sha256 ${received}`);
        return 'same';
      }),
    swap: (region, object, tag, signal) =>
      at(region, object.key, signal, async () => {
        // S3 compares without the quotes, and Ceph's gateway finds no tag in quotes equal.
        // Source: Amazon S3 User Guide, "How to prevent object overwrites with conditional writes".
        const condition = tag === undefined ? { 'if-none-match': '*' } : { 'if-match': tag.replaceAll('"', '') };
        if (await write(region, object, condition, signal)) return 'swapped';
        return (await hashOf(region, object.key, signal)) === object.sha256 ? 'swapped' : 'moved';
      }),
    put: (region, object, signal) =>
      at(region, object.key, signal, async () => {
        await write(region, object, {}, signal);
      }),
    list: (region, signal) =>
      at(region, undefined, signal, () => listKeys(access, { region, bucket: bucketOf(host, region), owner }, signal)),
  };
}

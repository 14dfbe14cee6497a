import { setTimeout } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { ATTEMPTS, pauseMs } from './aws-retry.ts';
import { isPassing, isUnreached, refusalOf, S3Refusal } from './s3-refusal.ts';
import type { ClientOf, S3Access, S3Answer, S3Request } from './s3-request.ts';

/** A name that is unknown or a port that is closed is so a moment later too, as a rule: somebody waits for the word. */
const ATTEMPTS_TO_REACH = 5;

/** S3 tolerates 15 minutes. Source: Amazon S3 API Reference, RequestTimeTooSkewed. */
const TOLERATED_MS = 5 * 60_000;

/** A request as the SDK's signer and its connections take it. */
type HttpRequest = Parameters<S3Client['config']['requestHandler']['handle']>[0];

/** What of a bucket is the same for each request. */
interface Bucket {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: number | undefined;
  /** Before the key. */
  readonly path: string;
  readonly host: string;
  readonly connection: S3Client['config']['requestHandler'];
  sign(request: HttpRequest): Promise<HttpRequest>;
  /** Of the store's clock before this machine's, once it has told. */
  clockOffsetMs: number;
}

/**
 * Sends requests about single objects with the SDK's endpoint, signer and connections, and without its commands: what
 * these work out anew for each request takes four times as long as the request itself, and publishing a large release
 * is nothing but such requests (`npm run bench -- object-store`).
 */
export function s3Send(clientOf: ClientOf, identity: 'signed' | 'anonymous', random: () => number): S3Access['send'] {
  const buckets = new Map<string, Promise<Bucket>>();

  function bucketOf(region: string, name: string): Promise<Bucket> {
    const id = `${region} ${name}`;
    const known = buckets.get(id) ?? openBucket(clientOf, region, name, identity);
    buckets.set(id, known);
    return known;
  }

  return async (request, signal) => {
    for (let attempt = 1; ; attempt++) {
      signal.throwIfAborted();
      const bucket = await bucketOf(request.region, request.bucket);
      // Others may correct the clock while this request is on its way.
      const { clockOffsetMs } = bucket;
      try {
        return await sendOnce(bucket, request, signal);
      } catch (cause) {
        signal.throwIfAborted();
        const isCorrected =
          cause instanceof S3Refusal && cause.status === 403 && followClock(bucket, clockOffsetMs, cause.date);
        const attempts = isUnreached(cause) ? ATTEMPTS_TO_REACH : ATTEMPTS;
        if (attempt >= attempts || !(isCorrected || isPassing(cause))) throw counted(cause, attempt);
        await setTimeout(pauseMs(attempt, random), undefined, { signal });
      }
    }
  };
}

async function sendOnce(bucket: Bucket, request: S3Request, signal: AbortSignal): Promise<S3Answer> {
  const { protocol, hostname, port, path, host, connection } = bucket;
  const { method, key, body, sha256 } = request;
  const headers: Record<string, string> = { host, 'user-agent': 'bitclouded-release' };
  for (const [name, value] of Object.entries(request.headers)) if (value !== undefined) headers[name] = value;
  if (sha256 !== undefined) headers['x-amz-content-sha256'] = sha256;
  if (body !== undefined) headers['content-length'] = String(body.byteLength);
  const whole = { method, protocol, hostname, port, path: path + pathOf(key), query: {}, headers, body };
  const { response } = await connection.handle(await bucket.sign(whole as HttpRequest), { abortSignal: signal });
  const answer: S3Answer = { headers: response.headers, body: response.body };
  if (response.statusCode < 300) return answer;
  throw await refusalOf(response.statusCode, answer);
}

/** Lets the SDK work out once where a bucket is and who signs for it. */
async function openBucket(
  clientOf: ClientOf,
  region: string,
  name: string,
  identity: 'signed' | 'anonymous',
): Promise<Bucket> {
  const [client, { HeadObjectCommand }] = await Promise.all([clientOf(region), import('@aws-sdk/client-s3')]);
  let request: HttpRequest | undefined;
  const command = new HeadObjectCommand({ Bucket: name, Key: 'key' });
  command.middlewareStack.add(
    () => async (args) => {
      request = args.request as HttpRequest;
      // Nothing is sent.
      return { response: undefined, output: { $metadata: {} } };
    },
    { step: 'build', priority: 'high' },
  );
  await client.send(command);
  const { protocol, hostname, port, path } = request!;
  const signer = await client.config.signer({
    name: 'sigv4',
    signingName: 's3',
    signingRegion: region,
    properties: {},
  });
  const bucket: Bucket = {
    protocol,
    hostname,
    port,
    path: path.slice(0, -'key'.length),
    host: port === undefined ? hostname : `${hostname}:${port}`,
    connection: client.config.requestHandler,
    clockOffsetMs: 0,
    async sign(unsigned) {
      if (identity === 'anonymous') return unsigned;
      const signingDate = new Date(Date.now() + bucket.clockOffsetMs);
      return (await signer.sign(unsigned, { signingDate, signingRegion: region, signingService: 's3' })) as HttpRequest;
    },
  };
  return bucket;
}

/**
 * A refusal, to HEAD without any word, may come from a clock that is wrong.
 * @returns whether signing by the store's clock from now on changes anything
 */
function followClock(bucket: Bucket, signedWithMs: number, date: Date | undefined): boolean {
  if (date === undefined) return false;
  const offsetMs = date.getTime() - Date.now();
  if (Math.abs(offsetMs - signedWithMs) < TOLERATED_MS) return false;
  bucket.clockOffsetMs = offsetMs;
  return true;
}

/** As S3 signs it: everything but unreserved characters is encoded. Source: IAM User Guide, "Create a signed request". */
function pathOf(key: string): string {
  const encoded = (part: string): string =>
    encodeURIComponent(part).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  return key.split('/').map(encoded).join('/');
}

/** Notes how often it was tried. */
function counted(cause: unknown, attempts: number): unknown {
  return typeof cause === 'object' && cause !== null ? Object.assign(cause, { attempts }) : cause;
}

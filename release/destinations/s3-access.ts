import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import { ATTEMPTS, retryStrategy } from './aws-retry.ts';
import type { ClientOf, S3Access } from './s3-request.ts';
import { s3Send } from './s3-send.ts';

/** As many as work is done at once, and a few for what a request leaves open. */
const MAX_SOCKETS = 128;
const CONNECT_MS = 5_000;
/** Without a byte in either direction. */
const IDLE_MS = 15_000;

/**
 * Opens S3 with one client a region, made when it is first asked for. Credentials come from where the SDK finds them,
 * once for all regions.
 * @param identity `anonymous`: requests are not signed, as strangers send them
 * @param random from 0 to 1, for the pauses between attempts
 */
export function s3Access(
  identity: 'signed' | 'anonymous',
  environment: NodeJS.ProcessEnv = process.env,
  random: () => number = Math.random,
): S3Access {
  const clients = new Map<string, Promise<S3Client>>();
  let first: Promise<S3Client> | undefined;

  async function make(region: string, before: Promise<S3Client> | undefined): Promise<S3Client> {
    // Loaded when it is needed: whoever publishes to a folder need not wait for it.
    const { S3Client } = await import('@aws-sdk/client-s3');
    const shared = await before;
    return new S3Client({
      region,
      ...(identity === 'anonymous' ? UNSIGNED : shared && { credentials: shared.config.credentials }),
      forcePathStyle: hasOwnEndpoint(environment),
      retryStrategy: retryStrategy(random),
      maxAttempts: ATTEMPTS,
      requestHandler: {
        connectionTimeout: CONNECT_MS,
        socketTimeout: IDLE_MS,
        httpAgent: { keepAlive: true, maxSockets: MAX_SOCKETS },
        httpsAgent: { keepAlive: true, maxSockets: MAX_SOCKETS },
      },
    });
  }

  const clientOf: ClientOf = (region) => {
    const known = clients.get(region) ?? make(region, first);
    clients.set(region, known);
    first ??= known;
    return known;
  };
  return { clientOf, send: s3Send(clientOf, identity, random) };
}

const UNSIGNED: S3ClientConfig = {
  credentials: { accessKeyId: '', secretAccessKey: '' },
  signer: { sign: async (request) => request },
};

/** A store that is named by its address has no names for its buckets. Source: AWS SDKs Reference, "Service-specific endpoints". */
function hasOwnEndpoint(environment: NodeJS.ProcessEnv): boolean {
  if (environment.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS === 'true') return false;
  return Boolean(environment.AWS_ENDPOINT_URL_S3 || environment.AWS_ENDPOINT_URL);
}

import type { Fault } from '@bitclouded/documents';
import { ReleaseError, type ReleaseErrorCode } from '../release-error.ts';
import { S3Refusal } from './s3-refusal.ts';

/** What a request was about. */
export interface RequestPlace {
  readonly region: string;
  readonly bucket: string;
  /** Undefined for a request about the bucket. */
  readonly key?: string | undefined;
  /** Of the bucket, as the host's configuration says. */
  readonly account: string;
}

/** What the SDK throws, as far as it is looked at. Source: @smithy/core, ServiceException. */
export interface ServiceError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number };
}

export function isServiceError(cause: unknown): cause is ServiceError {
  return typeof cause === 'object' && cause !== null && 'name' in cause && 'message' in cause;
}

/** Names by which S3 says one thing. Source: Amazon S3 API Reference, "Error responses"; STS and the SDK for the rest. */
const EXPIRED = new Set(['ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired', 'RequestExpired']);
const INVALID = new Set([
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidIdentityToken',
  'InvalidToken',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);
const NO_CREDENTIALS = new Set(['CredentialsProviderError', 'TokenProviderError']);
const ELSEWHERE = new Set([
  'PermanentRedirect',
  'TemporaryRedirect',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
]);
const CORRUPTED = new Set(['BadDigest', 'InvalidDigest', 'XAmzContentSHA256Mismatch', 'XAmzContentChecksumMismatch']);
const SKEWED = new Set(['RequestTimeTooSkewed', 'RequestInTheFuture']);

/** Nobody is signed in. */
export function isWithoutCredentials(cause: unknown): boolean {
  return isServiceError(cause) && NO_CREDENTIALS.has(cause.name);
}

/** An answer of S3, or none, as the release's error. What no request can cause passes as it is. */
export function s3ErrorOf(cause: unknown, place: RequestPlace): unknown {
  if (cause instanceof ReleaseError || !isServiceError(cause)) return cause;
  const fault = faultOf(cause, place);
  return fault === undefined ? cause : new ReleaseError(fault, { cause });
}

function faultOf(cause: ServiceError, place: RequestPlace): Fault<ReleaseErrorCode> | undefined {
  const { name } = cause;
  const { region, bucket, key, account } = place;
  const status = statusOf(cause);
  const where = key === undefined ? `${region}: bucket ${bucket}` : `${region}: ${key}`;
  const received = receivedOf(cause);
  if (EXPIRED.has(name))
    return {
      code: 'credentials-expired',
      where,
      received,
      expected: 'credentials that last as long as the command',
      remedy: 'sign in again, then run this again: it goes on where it stopped',
    };
  if (SKEWED.has(name))
    return {
      code: 'clock-skewed',
      where,
      received: `${received}, at ${new Date().toISOString()} by this machine's clock`,
      expected: "a clock within 15 minutes of the host's",
      remedy: "set this machine's clock, then run this again",
    };
  if (NO_CREDENTIALS.has(name) || INVALID.has(name))
    return {
      code: 'credentials-invalid',
      where,
      received,
      expected: `credentials of account ${account} that ${region} knows`,
      remedy: 'sign in to that account (aws sso login, or AWS_PROFILE), then run this again',
    };
  if (name === 'NoSuchBucket')
    return {
      code: 'bucket-missing',
      where: `${region}: bucket ${bucket}`,
      received,
      expected: 'the bucket of the host in this region',
      remedy:
        'make the host (npm run release -- host up), or correct its prefix, account or regions in bitclouded.config.ts',
    };
  if (ELSEWHERE.has(name) || status === 301 || status === 307)
    return {
      code: 'bucket-elsewhere',
      where: `${region}: bucket ${bucket}`,
      received: `${received}${elsewhere(cause)}`,
      expected: `a bucket in ${region}`,
      remedy: 'correct the regions of the host in bitclouded.config.ts',
    };
  if (CORRUPTED.has(name))
    return {
      code: 'checksum-refused',
      where,
      received,
      expected: 'bytes that have the checksum which they were sent with',
      remedy: 'something between this machine and the host changes bytes: look for a proxy, then run this again',
    };
  if (status === 401 || status === 403)
    return {
      code: 'access-denied',
      where,
      received,
      expected: `leave for these credentials to do so in a bucket of account ${account}`,
      remedy: "compare who is signed in with the bucket's policy and the role's: npm run release -- doctor",
    };
  if (status === undefined || status >= 500 || [408, 409, 429].includes(status))
    return {
      code: 'host-unavailable',
      where,
      received: `${received}${attemptsOf(cause)}`,
      expected: 'an answer',
      remedy: 'look at the network and at the state of the service, then run this again: it goes on where it stopped',
    };
  return {
    code: 'host-unavailable',
    where,
    received,
    expected: 'an answer that S3 is known to give',
    remedy: 'is the endpoint one of S3? Look at AWS_ENDPOINT_URL, then run this again: it goes on where it stopped',
  };
}

function statusOf(cause: ServiceError): number | undefined {
  return cause instanceof S3Refusal ? cause.status : cause.$metadata?.httpStatusCode;
}

function receivedOf(cause: ServiceError): string {
  const { name, message, code } = cause;
  const said = [...new Set([name, code, message])].filter(
    (word) => word !== undefined && word !== '' && word !== 'Error',
  );
  return [statusOf(cause), said.join(': ')].filter((part) => part !== undefined).join(' ');
}

function attemptsOf(cause: ServiceError & { readonly attempts?: number }): string {
  const attempts = cause.attempts ?? cause.$metadata?.attempts ?? 1;
  return attempts > 1 ? `, ${attempts} times` : '';
}

function elsewhere(cause: ServiceError): string {
  const region = cause instanceof S3Refusal ? cause.headers['x-amz-bucket-region'] : undefined;
  return region === undefined ? '' : `; it is in ${region}`;
}

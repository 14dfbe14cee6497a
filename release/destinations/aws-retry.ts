import type { S3ClientConfig } from '@aws-sdk/client-s3';

type RetryStrategy = Extract<NonNullable<S3ClientConfig['retryStrategy']>, { acquireInitialRetryToken: unknown }>;
type RetryToken = Awaited<ReturnType<RetryStrategy['acquireInitialRetryToken']>>;

/** With the pauses below, the last attempt begins some 13 s after the first one on average, 25 s at most. */
export const ATTEMPTS = 9;
const BASE_MS = 100;
const LONGEST_PAUSE_MS = 20_000;

/** The pause after an attempt, the first one being 1: of random length, up to a bound that doubles. */
export function pauseMs(attempt: number, random: () => number): number {
  return random() * Math.min(LONGEST_PAUSE_MS, BASE_MS * 2 ** (attempt - 1));
}

/** Answers that say "try again" and that the SDK takes for refusals. Source: Amazon S3 API Reference, "Error responses". */
const CONFLICTS = new Set(['ConditionalRequestConflict', 'OperationAborted']);

/**
 * How often the SDK tries a request: a bounded number of times, with pauses of random length that double. The SDK's own
 * strategies share a small budget of retries over all requests of a client, which a storm of 503 over thousands of
 * objects spends in a moment, whereupon requests fail that need only wait.
 * @param random from 0 to 1
 */
export function retryStrategy(random: () => number = Math.random): RetryStrategy {
  const token = (count: number, delayMs: number): RetryToken => ({
    getRetryCount: () => count,
    getRetryDelay: () => delayMs,
  });
  return {
    acquireInitialRetryToken: async () => token(0, 0),
    async refreshRetryTokenForRetry(last, { error, errorType, retryAfterHint }) {
      const count = last.getRetryCount() + 1;
      const isRefusal =
        !CONFLICTS.has(nameOf(error)) && (errorType === 'CLIENT_ERROR' || isRefusalByClock(error, count));
      // Thrown to the SDK's loop, which takes it for "no" and throws the request's own error.
      if (isRefusal || count >= ATTEMPTS) throw new Error('not to be tried again');
      const askedMs = retryAfterHint === undefined ? 0 : retryAfterHint.getTime() - Date.now();
      return token(count, Math.min(Math.max(askedMs, pauseMs(count, random)), LONGEST_PAUSE_MS));
    },
    recordSuccess: () => undefined,
  };
}

/**
 * Where this machine's clock is minutes off, the SDK takes every refusal for one of the clock, which it corrects: also
 * that there is no such object. Once corrected, one more attempt tells. Source: @aws-sdk/core, AwsSdkSigV4Signer.
 */
function isRefusalByClock(error: unknown, count: number): boolean {
  const { httpStatusCode: status = 0, clockSkewCorrected = false } = metadataOf(error);
  if (!clockSkewCorrected || status < 400 || status >= 500 || status === 429) return false;
  return status === 404 || status === 412 || count > 1;
}

function metadataOf(error: unknown): { httpStatusCode?: number; clockSkewCorrected?: boolean } {
  return (error as { $metadata?: object } | undefined)?.$metadata ?? {};
}

function nameOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'name' in error ? String(error.name) : '';
}

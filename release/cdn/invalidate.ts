import { setTimeout } from 'node:timers/promises';
import type { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { type AwsHost, partitionOf } from '@bitclouded/documents';
import { ATTEMPTS, retryStrategy } from '../destinations/aws-retry.ts';
import { ReleaseError } from '../release-error.ts';
import type { Emit } from '../release-event.ts';
import type { Invalidation } from './invalidation.ts';

/** CloudFront takes a minute or two as a rule. */
const LONGEST_WAIT_MS = 15 * 60_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 10_000;

/** Where CloudFront's API is. Source: AWS General Reference, "Amazon CloudFront endpoints and quotas". */
const REGION = { aws: 'us-east-1', 'aws-cn': 'cn-northwest-1', 'aws-us-gov': 'us-gov-west-1' } as const;

export async function cloudFront(host: AwsHost): Promise<CloudFrontClient> {
  const { CloudFrontClient } = await import('@aws-sdk/client-cloudfront');
  return new CloudFrontClient({
    region: REGION[partitionOf(host.homeRegion)],
    retryStrategy: retryStrategy(),
    maxAttempts: ATTEMPTS,
    requestHandler: { connectionTimeout: 5_000, socketTimeout: 15_000 },
  });
}

/**
 * Lets a distribution forget paths, and waits until all of it has.
 * @param pause waits for so many milliseconds
 * @throws ReleaseError `cdn-failed`; what was promoted stays visible
 */
export async function invalidate(
  client: CloudFrontClient,
  distributionId: string,
  { callerReference, paths }: Invalidation,
  signal: AbortSignal,
  emit: Emit,
  pause: (ms: number) => Promise<unknown> = (ms) => setTimeout(ms, undefined, { signal }),
): Promise<void> {
  const { CreateInvalidationCommand, GetInvalidationCommand } = await import('@aws-sdk/client-cloudfront');
  const ask = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      signal.throwIfAborted();
      throw refused(distributionId, cause);
    }
  };
  const batch = { CallerReference: callerReference, Paths: { Quantity: paths.length, Items: [...paths] } };
  const command = new CreateInvalidationCommand({ DistributionId: distributionId, InvalidationBatch: batch });
  let { Invalidation: state } = await ask(() => client.send(command, { abortSignal: signal }));
  let waitedMs = 0;
  for (
    let pauseMs = FIRST_PAUSE_MS;
    state?.Status !== 'Completed';
    pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)
  ) {
    if (waitedMs > LONGEST_WAIT_MS) throw tooSlow(distributionId, `${state?.Id} ${state?.Status}`, waitedMs);
    emit({ type: 'invalidation-waits', distributionId, waitedMs });
    await pause(pauseMs);
    waitedMs += pauseMs;
    const look = new GetInvalidationCommand({ DistributionId: distributionId, Id: state!.Id });
    ({ Invalidation: state } = await ask(() => client.send(look, { abortSignal: signal })));
  }
}

const VISIBLE = 'the release is visible at S3, and the CDN follows within a minute by itself; the same command goes on';

function refused(distributionId: string, cause: unknown): ReleaseError {
  const { name, message } = cause as Error;
  return new ReleaseError(
    {
      code: 'cdn-failed',
      where: `distribution ${distributionId}`,
      received: `${name}: ${message}`,
      expected: 'an invalidation',
      remedy: `${remedyOf(name)}; ${VISIBLE}`,
    },
    { cause },
  );
}

function remedyOf(name: string): string {
  if (name === 'NoSuchDistribution') return 'correct cdn.distributionId in bitclouded.config.ts';
  if (name === 'AccessDenied') return 'let who promotes call cloudfront:CreateInvalidation and GetInvalidation on it';
  if (name === 'TooManyInvalidationsInProgress') return 'wait until the others are done';
  return 'look at the network and at the state of CloudFront';
}

function tooSlow(distributionId: string, received: string, waitedMs: number): ReleaseError {
  return new ReleaseError({
    code: 'cdn-failed',
    where: `distribution ${distributionId}`,
    received: `${received} after ${Math.round(waitedMs / 1000)} s`,
    expected: 'Completed',
    remedy: `look at the state of CloudFront; ${VISIBLE}`,
  });
}

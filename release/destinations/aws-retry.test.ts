import fc from 'fast-check';
import { ATTEMPTS, retryStrategy } from './aws-retry.ts';

type Strategy = ReturnType<typeof retryStrategy>;
type Refused = Parameters<Strategy['refreshRetryTokenForRetry']>[1];

/** The pauses before each further attempt of a request that always fails so, in milliseconds. */
async function pausesOf(strategy: Strategy, refused: Refused): Promise<number[]> {
  const pauses: number[] = [];
  let token = await strategy.acquireInitialRetryToken('');
  for (;;) {
    try {
      token = await strategy.refreshRetryTokenForRetry(token, refused);
    } catch {
      // The strategy's "no".
      return pauses;
    }
    pauses.push(token.getRetryDelay());
  }
}

it('tries what may pass a bounded number of times, each pause below twice the longest one before', () =>
  fc.assert(
    fc.asyncProperty(fc.double({ min: 0, max: 1, noNaN: true }), async (random) => {
      const pauses = await pausesOf(
        retryStrategy(() => random),
        { errorType: 'THROTTLING' },
      );
      expect(pauses).toEqual(Array.from({ length: ATTEMPTS - 1 }, (_, i) => random * Math.min(20_000, 100 * 2 ** i)));
    }),
  ));

it('never tries a refusal again, but the conflict of two writers', async () => {
  const named = (name: string): Refused => ({
    errorType: 'CLIENT_ERROR',
    error: Object.assign(new Error(), { name }) as never,
  });
  expect(await pausesOf(retryStrategy(), named('AccessDenied'))).toEqual([]);
  expect(await pausesOf(retryStrategy(), named('ConditionalRequestConflict'))).toHaveLength(ATTEMPTS - 1);
});

it('believes an answer where the clock of this machine is wrong, once the SDK has corrected it', async () => {
  const answered = (httpStatusCode: number): Refused => ({
    errorType: 'TRANSIENT',
    error: Object.assign(new Error(), { $metadata: { httpStatusCode, clockSkewCorrected: true } }) as never,
  });
  for (const status of [404, 412]) expect(await pausesOf(retryStrategy(), answered(status))).toEqual([]);
  for (const status of [400, 403]) expect(await pausesOf(retryStrategy(), answered(status))).toHaveLength(1);
  for (const status of [429, 503]) expect(await pausesOf(retryStrategy(), answered(status))).toHaveLength(ATTEMPTS - 1);
});

it('waits as long as the service asks for, within reason', async () => {
  const asked = (ms: number): Refused => ({ errorType: 'THROTTLING', retryAfterHint: new Date(Date.now() + ms) });
  const [short] = await pausesOf(
    retryStrategy(() => 0),
    asked(5_000),
  );
  expect(short).toBeGreaterThan(4_000);
  const [long] = await pausesOf(
    retryStrategy(() => 0),
    asked(3_600_000),
  );
  expect(long).toBe(20_000);
});

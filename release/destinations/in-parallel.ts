import pLimit from 'p-limit';
import { isHostFailure, ReleaseError } from '../release-error.ts';

/** How many objects are read or written at once. */
export const CONCURRENCY = 64;

/**
 * Works on each item, `CONCURRENCY` at once, and waits for all that began. A `ReleaseError` about one object
 * lets the others go on, so that all are reported together; a host that fails stops the rest.
 * @throws ReleaseError with the faults of all items, or the first other error
 */
export async function inParallel<Item>(
  items: readonly Item[],
  signal: AbortSignal,
  work: (item: Item, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const limit = pLimit(CONCURRENCY);
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const faults: ReleaseError[] = [];
  const failures: unknown[] = [];
  await Promise.all(
    items.map((item) =>
      limit(async () => {
        if (both.aborted) return;
        try {
          await work(item, both);
        } catch (cause) {
          // Nothing is swallowed: both lists are thrown below.
          if (cause instanceof ReleaseError && !isHostFailure(cause)) faults.push(cause);
          else {
            failures.push(cause);
            stop.abort();
          }
        }
      }),
    ),
  );
  signal.throwIfAborted();
  if (failures.length > 0) throw failures[0];
  if (faults.length > 0) throw new ReleaseError(faults.flatMap((error) => error.faults));
}

import type { Host } from '@bitclouded/documents';
import type { Destination } from '../destinations/destination.ts';
import type { Emit } from '../release-event.ts';
import type { IndexOperation } from './apply-to-index.ts';
import { changeIndex } from './change-index.ts';
import { type Reconciled, reconcile } from './reconcile.ts';

export interface Operated extends Reconciled {
  /** Whether this run wrote the index. */
  readonly indexChanged: boolean;
}

/**
 * Applies an operation to the index, then lets the aliases follow. Run again, it finishes what was left.
 * @throws what `changeIndex` and `reconcile` throw
 */
export async function operate(
  host: Host,
  destination: Destination,
  operation: IndexOperation,
  now: () => Date,
  signal: AbortSignal,
  emit: Emit,
): Promise<Operated> {
  await destination.tidy?.(signal);
  const { changed } = await changeIndex(host, destination, operation, now, signal, emit);
  return { indexChanged: changed, ...(await reconcile(host, destination, signal, emit)) };
}

import { type Host, keyOf, type ReleaseIndex, serialiseUnsignedIndex } from '@bitclouded/documents';
import type { Destination } from '../destinations/destination.ts';
import { hostObject } from '../destinations/host-object.ts';
import { ReleaseError } from '../release-error.ts';
import type { Emit } from '../release-event.ts';
import { applyToIndex, type IndexOperation } from './apply-to-index.ts';
import { readIndex } from './read-index.ts';

/** Each failed attempt means that somebody else got through, so this many are a host that answers wrongly. */
const ATTEMPTS = 50;

/**
 * Applies an operation by compare-and-swap: the release becomes visible in this one write.
 * Whoever is too late reads again and applies again, and so does whoever lost the answer to a write.
 * @returns the index that stands there now; `changed` says whether this run wrote it
 * @throws ReleaseError `index-moved` when it never gets through, and what `applyToIndex` throws
 */
export async function changeIndex(
  host: Host,
  destination: Destination,
  operation: IndexOperation,
  now: () => Date,
  signal: AbortSignal,
  emit: Emit,
): Promise<{ index: ReleaseIndex | undefined; changed: boolean }> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const stored = await readIndex(host, destination, signal);
    const index = applyToIndex(stored?.index, operation, host.name, now());
    if (index === undefined || index === stored?.index) return { index, changed: false };
    const object = hostObject(keyOf.index(), serialiseUnsignedIndex(index));
    if ((await destination.swap(host.homeRegion, object, stored?.tag, signal)) === 'swapped') {
      emit({ type: 'index-written', serial: index.serial });
      return { index, changed: true };
    }
    emit({ type: 'index-moved', attempt });
  }
  throw indexMoved(`${ATTEMPTS} attempts`);
}

/** Somebody else writes the index again and again. */
export function indexMoved(received: string): ReleaseError {
  return new ReleaseError({
    code: 'index-moved',
    where: keyOf.index(),
    received: `an index that moved in each of ${received}`,
    expected: 'a moment in which nobody else writes it',
    remedy: 'run this again: it goes on where it stopped',
  });
}

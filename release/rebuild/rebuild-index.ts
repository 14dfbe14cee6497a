import { type Host, keyOf, type ReleaseIndex, type Seen, serialiseUnsignedIndex } from '@bitclouded/documents';
import type { Destination } from '../destinations/destination.ts';
import { hostObject } from '../destinations/host-object.ts';
import { indexMoved } from '../promote/change-index.ts';
import { ReleaseError } from '../release-error.ts';
import type { Emit } from '../release-event.ts';
import { type Composed, composeIndex } from './compose-index.ts';
import { type Known, readKnown } from './known.ts';
import { readWholeReleases } from './whole-releases.ts';

export interface RebuildRequest {
  readonly host: Host;
  readonly destination: Destination;
  /** The newest index that this machine has seen. */
  readonly seen: Seen | undefined;
  /** The highest serial that somebody has seen elsewhere. */
  readonly serialSeen?: number | undefined;
}

export interface Rebuilt extends Composed {
  readonly index: ReleaseIndex;
  /** What was wrong with the index that stood there. */
  readonly why: string;
}

/** Whoever writes the index meanwhile makes a good one, as a rule: then this run refuses to go on. */
const ATTEMPTS = 5;

/**
 * Writes an index anew where it was lost or broken, from the claims, receipts and aliases of its host, by
 * compare-and-swap and with a serial above each that is known.
 * @throws ReleaseError `index-good`, `index-never-was`, `host-not-listed`, `release-none`, `index-moved`
 */
export async function rebuildIndex(
  request: RebuildRequest,
  now: () => Date,
  signal: AbortSignal,
  emit: Emit,
): Promise<Rebuilt> {
  const { host, destination, seen, serialSeen } = request;
  await destination.tidy?.(signal);
  const keys = await keysOf(host, destination, signal);
  const known = () => readKnown(host, destination, keys, seen, serialSeen, signal);
  // Before every object is read.
  checkLost(await known(), request);
  const { whole, broken } = await readWholeReleases(host, destination, keys, signal, emit);
  if (whole.length === 0)
    throw new ReleaseError({
      code: 'release-none',
      where: destination.name,
      received: broken.map(({ version, because }) => `${version}: ${because}`).join('; ') || 'no version',
      expected: 'a release that stands there whole',
      remedy: 'publish one, or repair one, and run this again',
    });
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const left = await known();
    const why = checkLost(left, request);
    const composed = composeIndex(whole, left, host.name, now());
    const object = hostObject(keyOf.index(), serialiseUnsignedIndex(composed.index));
    if ((await destination.swap(host.homeRegion, object, left.tag, signal)) === 'swapped') {
      emit({ type: 'index-written', serial: composed.index.serial });
      return { ...composed, why, leftOut: [...broken, ...composed.leftOut] };
    }
    emit({ type: 'index-moved', attempt });
  }
  throw indexMoved(`${ATTEMPTS} attempts`);
}

async function keysOf(host: Host, destination: Destination, signal: AbortSignal): Promise<readonly string[]> {
  const keys = await destination.list?.(host.homeRegion, signal);
  if (keys !== undefined) return keys;
  throw new ReleaseError({
    code: 'host-not-listed',
    where: destination.name,
    received: 'a host that does not let its keys be listed',
    expected: 'the keys of its home region, to find its releases',
    remedy: 'use credentials that may list the bucket (s3:ListBucket)',
  });
}

/** @returns what is wrong with the index */
function checkLost(known: Known, { host, seen, serialSeen }: RebuildRequest): string {
  const { standing, aliases, aliasesUnreadable } = known;
  if (standing === 'good')
    throw new ReleaseError({
      code: 'index-good',
      where: keyOf.index(),
      received: `a good index with serial ${known.index!.serial}`,
      expected: 'none, a broken one, or one that is older than what was seen',
      remedy: `nothing is to be rebuilt; aliases follow it by: npm run release -- reconcile --host ${host.name}`,
    });
  const told = seen !== undefined || serialSeen !== undefined || aliases.length + aliasesUnreadable.length > 0;
  if (standing === 'absent' && !told)
    throw new ReleaseError({
      code: 'index-never-was',
      where: keyOf.index(),
      received: 'no index, no alias, and none that this machine has seen',
      expected: 'a sign that there was an index',
      remedy: `promote what was published; if an index was lost, give its serial: npm run release -- index rebuild --host ${host.name} --seen <serial>`,
    });
  return known.why ?? 'it was gone';
}

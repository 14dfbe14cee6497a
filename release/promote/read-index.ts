import { type Fault, type Host, keyOf, parseIndex, type ReleaseIndex, sha256Of } from '@bitclouded/documents';
import { compare } from 'semver';
import type { Reader, StoredObject } from '../destinations/destination.ts';
import { ReleaseError, type ReleaseErrorCode } from '../release-error.ts';
import { channelsFor, channelsOf } from './channels-of.ts';

/** An index as it stands on a host. */
export interface StoredIndex {
  readonly index: ReleaseIndex;
  /** Of the whole envelope. */
  readonly sha256: string;
  readonly tag: string;
  /** 0: nobody signed it. */
  readonly signatures: number;
}

/**
 * @returns undefined where the host has no index
 * @throws DocumentError of a damaged index; ReleaseError `index-of-other-host`, `index-inconsistent`
 */
export async function readIndex(
  host: Host,
  reader: Pick<Reader, 'name' | 'read'>,
  signal: AbortSignal,
): Promise<StoredIndex | undefined> {
  const stored = await reader.read(host.homeRegion, keyOf.index(), signal);
  return stored && openIndex(host, reader.name, stored);
}

/**
 * Opens an index that was read.
 * @param place what messages call the host
 * @throws as `readIndex`
 */
export function openIndex(host: Host, place: string, stored: StoredObject): StoredIndex {
  const { index, signatures } = parseIndex(stored.bytes, keyOf.index());
  if (index.host !== host.name)
    throw new ReleaseError({
      code: 'index-of-other-host',
      where: `${keyOf.index()} of ${place}`,
      received: index.host,
      expected: host.name,
      remedy: 'restore the index of this host, or correct the name in bitclouded.config.ts',
    });
  checkConsistent(index);
  return { index, sha256: sha256Of(stored.bytes), tag: stored.tag, signatures };
}

/** What the schema cannot say: order, and that channels and pins agree with the releases. */
function checkConsistent(index: ReleaseIndex): void {
  const wrong: [received: string, expected: string][] = [];
  const { releases, channels, pins } = index;
  for (const [i, { version }] of releases.entries())
    if (i > 0 && compare(releases[i - 1]!.version, version) >= 0)
      wrong.push([`${version} after ${releases[i - 1]!.version}`, 'each version once, ascending']);
  const taken = new Set(releases.filter((release) => release.yanked === undefined).map(({ version }) => version));
  for (const [channel, { version }] of Object.entries(pins))
    if (!taken.has(version) || !channelsFor(version).includes(channel))
      wrong.push([`${channel} pinned to ${version}`, `a release of ${channel} that is in the index and not yanked`]);
  const computed = JSON.stringify(channelsOf(index));
  const stated = JSON.stringify(Object.fromEntries(Object.entries(channels).sort(([a], [b]) => (a < b ? -1 : 1))));
  if (computed !== stated) wrong.push([`channels ${stated}`, `channels ${computed}, as the releases and pins say`]);
  if (wrong.length > 0)
    throw new ReleaseError(
      wrong.map(
        ([received, expected]): Fault<ReleaseErrorCode> => ({
          code: 'index-inconsistent',
          where: keyOf.index(),
          received,
          expected,
          remedy: 'put the index back as the last command wrote it',
        }),
      ),
    );
}

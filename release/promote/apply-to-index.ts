import type { ReleaseIndex } from '@bitclouded/documents';
import { compare } from 'semver';
import { ReleaseError } from '../release-error.ts';
import { channelsFor, channelsOf } from './channels-of.ts';

/** What can be done to an index. */
export type IndexOperation =
  | {
      readonly type: 'promote';
      readonly version: string;
      readonly manifestSha256: string;
      /** SHA-256 of the attestations that are there. */
      readonly attestations: readonly string[];
    }
  | { readonly type: 'yank'; readonly version: string; readonly reason: string }
  | { readonly type: 'pin'; readonly channel: string; readonly version: string; readonly reason: string }
  | { readonly type: 'unpin'; readonly channel: string };

type Content = Pick<ReleaseIndex, 'releases' | 'pins'>;

const DAY_MS = 86_400_000;
/** Nobody should trust an index longer: an old one that is put back is found out by then. */
export const INDEX_LIFETIME_DAYS = 90;
/** With fewer days left, a promotion that changes nothing else renews the index. */
const RENEWAL_DAYS = 30;

/**
 * The index after an operation: the next serial, and the channels computed anew.
 * @param index undefined for a host that has none yet
 * @returns the same index where nothing changes
 * @throws ReleaseError `release-differs`, `release-yanked`, `release-unknown`, `release-pinned`,
 *   `channel-invalid`, `channel-mismatch`
 */
export function applyToIndex(
  index: ReleaseIndex | undefined,
  operation: IndexOperation,
  host: string,
  now: Date,
): ReleaseIndex | undefined {
  const before: Content = index ?? { releases: [], pins: {} };
  const after = change(before, operation);
  if (after === before && !(operation.type === 'promote' && expiresSoon(index, now))) return index;
  return {
    schema: 'bitclouded.index/1',
    host,
    serial: (index?.serial ?? 0) + 1,
    issued: now.toISOString(),
    expires: new Date(now.getTime() + INDEX_LIFETIME_DAYS * DAY_MS).toISOString(),
    releases: after.releases,
    channels: channelsOf(after),
    pins: after.pins,
  };
}

function change(index: Content, operation: IndexOperation): Content {
  switch (operation.type) {
    case 'promote':
      return promoted(index, operation);
    case 'yank':
      return yanked(index, operation);
    case 'pin':
      return pinned(index, operation);
    case 'unpin':
      return unpinned(index, operation);
  }
}

function promoted(index: Content, operation: IndexOperation & { type: 'promote' }): Content {
  const { version, manifestSha256, attestations } = operation;
  const there = index.releases.find((release) => release.version === version);
  if (there === undefined) {
    const release = { version, manifestSha256, attestations: [...attestations] };
    return { ...index, releases: [...index.releases, release].sort((a, b) => compare(a.version, b.version)) };
  }
  if (there.manifestSha256 !== manifestSha256)
    throw new ReleaseError({
      code: 'release-differs',
      where: `${version} in the index`,
      received: `manifest ${manifestSha256}`,
      expected: `manifest ${there.manifestSha256}, which was promoted`,
      remedy: 'release it as another version',
    });
  if (there.yanked !== undefined)
    throw new ReleaseError({
      code: 'release-yanked',
      where: `${version} in the index`,
      received: `a release that was yanked: ${there.yanked}`,
      expected: 'a release that may be taken',
      remedy: 'release another version',
    });
  return index;
}

function yanked(index: Content, { version, reason }: IndexOperation & { type: 'yank' }): Content {
  const there = releaseOf(index, version);
  if (there.yanked === reason) return index;
  const holders = Object.keys(index.pins).filter((channel) => index.pins[channel]!.version === version);
  if (holders.length > 0)
    throw new ReleaseError({
      code: 'release-pinned',
      where: `${version} in the index`,
      received: `a release that ${holders.join(' and ')} ${holders.length === 1 ? 'is' : 'are'} pinned to`,
      expected: 'a release that no channel is pinned to',
      remedy: `first: ${holders.map((channel) => `npm run release -- unpin ${channel}`).join('; ')}`,
    });
  return {
    ...index,
    releases: index.releases.map((release) => (release === there ? { ...there, yanked: reason } : release)),
  };
}

function pinned(index: Content, { channel, version, reason }: IndexOperation & { type: 'pin' }): Content {
  checkChannel(channel);
  const there = releaseOf(index, version);
  if (there.yanked !== undefined)
    throw new ReleaseError({
      code: 'release-yanked',
      where: `${version} in the index`,
      received: `a release that was yanked: ${there.yanked}`,
      expected: 'a release that may be taken',
      remedy: 'pin another one',
    });
  if (!channelsFor(version).includes(channel))
    throw new ReleaseError({
      code: 'channel-mismatch',
      where: channel,
      received: version,
      expected: `a stable release that belongs to ${channel}`,
      remedy: `pin one of: ${channelsFor(version).join(', ') || 'none, it is a prerelease'}`,
    });
  const so = index.pins[channel];
  if (so?.version === version && so.reason === reason) return index;
  return { ...index, pins: { ...index.pins, [channel]: { version, reason } } };
}

function unpinned(index: Content, { channel }: IndexOperation & { type: 'unpin' }): Content {
  checkChannel(channel);
  if (index.pins[channel] === undefined) return index;
  return { ...index, pins: Object.fromEntries(Object.entries(index.pins).filter(([name]) => name !== channel)) };
}

function releaseOf(index: Content, version: string): ReleaseIndex['releases'][number] {
  const there = index.releases.find((release) => release.version === version);
  if (there !== undefined) return there;
  throw new ReleaseError({
    code: 'release-unknown',
    where: 'the index',
    received: version,
    expected: `one of its releases: ${index.releases.map((release) => release.version).join(', ') || 'it has none'}`,
    remedy: 'name a release that was promoted',
  });
}

function checkChannel(channel: string): void {
  if (/^(?:latest|v\d+(?:\.\d+)?)$/.test(channel)) return;
  throw new ReleaseError({
    code: 'channel-invalid',
    where: 'the channel',
    received: channel,
    expected: 'latest, v<major> or v<major>.<minor>, such as v1 or v1.4',
    remedy: 'correct its name',
  });
}

/** Whether a promotion that changes nothing else would renew an index. */
export function expiresSoon(index: ReleaseIndex | undefined, now: Date): boolean {
  return index !== undefined && Date.parse(index.expires) - now.getTime() < RENEWAL_DAYS * DAY_MS;
}

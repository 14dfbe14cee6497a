import fc from 'fast-check';
import { satisfies } from 'semver';
import { channelsFor, channelsOf } from './channels-of.ts';

const release = (version: string, yanked?: string) => ({
  version,
  manifestSha256: 'a'.repeat(64),
  attestations: [],
  ...(yanked && { yanked }),
});

it('points each channel to the greatest stable release in its range', () => {
  const releases = ['1.3.9', '1.4.0', '1.10.2', '2.0.0', '2.1.0-rc.1'].map((version) => release(version));
  expect(channelsOf({ releases, pins: {} })).toEqual({
    latest: '2.0.0',
    v1: '1.10.2',
    'v1.10': '1.10.2',
    'v1.3': '1.3.9',
    'v1.4': '1.4.0',
    v2: '2.0.0',
    'v2.0': '2.0.0',
  });
});

it('passes over what was yanked, and drops a channel that has nothing else', () => {
  const releases = [release('1.4.0'), release('2.0.0', 'deletes data')];
  expect(channelsOf({ releases, pins: {} })).toEqual({ latest: '1.4.0', v1: '1.4.0', 'v1.4': '1.4.0' });
});

it('holds a pinned channel, and only that one', () => {
  const releases = [release('1.4.0'), release('1.5.0')];
  const pins = { latest: { version: '1.4.0', reason: '1.5.0 is slow' } };
  expect(channelsOf({ releases, pins })).toMatchObject({ latest: '1.4.0', v1: '1.5.0' });
});

const versions = fc
  .tuple(fc.nat(2), fc.nat(2), fc.nat(3), fc.constantFrom('', '-rc.1', '-dev.abc'))
  .map(([major, minor, patch, rest]) => `${major}.${minor}.${patch}${rest}`);
const releasesOf = fc
  .uniqueArray(fc.record({ version: versions, yanked: fc.boolean() }), { selector: (entry) => entry.version })
  .map((list) => list.map(({ version, yanked }) => release(version, yanked ? 'broken' : undefined)));

it('does not depend on the order of the releases', () => {
  fc.assert(
    fc.property(releasesOf, (releases) => {
      expect(channelsOf({ releases: releases.toReversed(), pins: {} })).toEqual(channelsOf({ releases, pins: {} }));
    }),
  );
});

it('never points to a prerelease, to what was yanked, or out of a range, and misses no greater release', () => {
  fc.assert(
    fc.property(releasesOf, (releases) => {
      const channels = channelsOf({ releases, pins: {} });
      const taken = releases.filter((entry) => entry.yanked === undefined && !entry.version.includes('-'));
      expect(Object.keys(channels).sort()).toEqual(
        [...new Set(taken.flatMap(({ version }) => channelsFor(version)))].sort(),
      );
      for (const [channel, version] of Object.entries(channels)) {
        const range = channel === 'latest' ? '*' : channel.slice(1);
        const inRange = taken.filter((entry) => satisfies(entry.version, range));
        expect(inRange.map((entry) => entry.version)).toContain(version);
        expect(inRange.every((entry) => satisfies(entry.version, `<=${version}`))).toBe(true);
      }
    }),
  );
});

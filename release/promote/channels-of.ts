import type { ReleaseIndex } from '@bitclouded/documents';
import { compare, parse } from 'semver';

/** The channels that a stable version belongs to: `latest`, `v1`, `v1.4`. None for a prerelease. */
export function channelsFor(version: string): readonly string[] {
  const { major, minor, prerelease } = parse(version)!;
  return prerelease.length > 0 ? [] : ['latest', `v${major}`, `v${major}.${minor}`];
}

/**
 * Where the channels point: each to the greatest stable release in its range that is not yanked, a pinned one to
 * its pin. A channel without such a release is absent.
 */
export function channelsOf(index: Pick<ReleaseIndex, 'releases' | 'pins'>): Record<string, string> {
  const channels = new Map<string, string>();
  for (const { version, yanked } of index.releases) {
    if (yanked !== undefined) continue;
    for (const channel of channelsFor(version)) {
      const so = channels.get(channel);
      if (so === undefined || compare(version, so) > 0) channels.set(channel, version);
    }
  }
  for (const [channel, pin] of Object.entries(index.pins)) channels.set(channel, pin.version);
  return Object.fromEntries([...channels].sort(([a], [b]) => (a < b ? -1 : 1)));
}

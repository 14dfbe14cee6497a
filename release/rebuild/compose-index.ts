import type { Alias, ReleaseIndex } from '@bitclouded/documents';
import { compare, gt, prerelease } from 'semver';
import { INDEX_LIFETIME_DAYS } from '../promote/apply-to-index.ts';
import { channelsFor, channelsOf } from '../promote/channels-of.ts';
import type { Known } from './known.ts';

/** A release that stands whole on a host, as its claim says. */
export interface WholeRelease {
  readonly version: string;
  readonly manifestSha256: string;
}

/** A release that the new index does not name, and why. */
export interface LeftOut {
  readonly version: string;
  readonly because: string;
}

export interface Composed {
  readonly index: ReleaseIndex;
  readonly leftOut: readonly LeftOut[];
  /** What nothing on the host tells any more: for people to judge. */
  readonly unknown: readonly string[];
}

type Releases = ReleaseIndex['releases'];
type Evidence = Pick<Known, 'index' | 'aliases' | 'aliasesUnreadable' | 'serialSeen'>;

const DAY_MS = 86_400_000;

/**
 * An index of what stands whole on a host. It moves no channel: each points where its alias points, and a release
 * that would move one without proof that it was ever promoted is left out.
 */
export function composeIndex(whole: readonly WholeRelease[], evidence: Evidence, host: string, now: Date): Composed {
  const judged = whole.map((release) => ({ ...release, because: whyNot(release, evidence) }));
  const unproved = judged.filter(({ because }) => because !== undefined);
  const releases = judged
    .filter(({ because }) => because === undefined)
    .map((release) => entryOf(release, evidence.index))
    .sort((a, b) => compare(a.version, b.version));
  const { pins, notes } = pinsOf(releases, evidence);
  const content = { releases, pins };
  return {
    index: {
      schema: 'bitclouded.index/1',
      host,
      serial: evidence.serialSeen + 1,
      issued: now.toISOString(),
      expires: new Date(now.getTime() + INDEX_LIFETIME_DAYS * DAY_MS).toISOString(),
      ...content,
      channels: channelsOf(content),
    },
    leftOut: unproved.map(({ version, because }) => ({ version, because: because! })),
    unknown: [...notes, ...gapsOf(releases, evidence)],
  };
}

/** Why a whole release is left out; undefined: it belongs to the index. */
function whyNot({ version, manifestSha256 }: WholeRelease, { index, aliases }: Evidence): string | undefined {
  const listed = index?.releases.find((release) => release.version === version);
  if (listed !== undefined)
    return listed.manifestSha256 === manifestSha256
      ? undefined
      : `the old index names manifest ${listed.manifestSha256}, and the host holds ${manifestSha256}`;
  // It moves no channel.
  if (prerelease(version) !== null) return undefined;
  // Nothing tells more of one release than of another.
  if (aliases.length === 0 && index === undefined) return undefined;
  if (aliases.some((alias) => alias.version === version))
    return aliases.some((alias) => alias.version === version && alias.manifestSha256 === manifestSha256)
      ? undefined
      : 'the alias that names it names another manifest';
  const narrowest = channelsFor(version).at(-1);
  const alias = aliases.find(({ channel }) => channel === narrowest);
  return alias !== undefined && gt(alias.version, version)
    ? undefined
    : 'nothing tells that it was ever promoted: if it was, promote it again';
}

/** What an old index knows of a release goes with it. */
function entryOf({ version, manifestSha256 }: WholeRelease, index: ReleaseIndex | undefined): Releases[number] {
  const listed = index?.releases.find((release) => release.version === version);
  return {
    version,
    manifestSha256,
    attestations: listed?.attestations ?? [],
    ...(listed?.yanked !== undefined && { yanked: listed.yanked }),
  };
}

function pinsOf(releases: Releases, { index, aliases }: Evidence): { pins: ReleaseIndex['pins']; notes: string[] } {
  const notes: string[] = [];
  const free = new Set(releases.filter((release) => release.yanked === undefined).map(({ version }) => version));
  const newer = aliases.filter((alias) => index === undefined || alias.serial > index.serial);
  const pins: ReleaseIndex['pins'] = {};
  for (const [channel, pin] of Object.entries(index?.pins ?? {})) {
    const moved = newer.find((alias) => alias.channel === channel && alias.version !== pin.version);
    if (moved !== undefined || !free.has(pin.version) || !channelsFor(pin.version).includes(channel))
      notes.push(`${channel} was pinned to ${pin.version} (${pin.reason}): that is not kept`);
    else pins[channel] = pin;
  }
  const channels = channelsOf({ releases, pins });
  for (const alias of newer) {
    const { channel, version } = alias;
    if (channels[channel] === version) continue;
    if (!free.has(version)) {
      const now = channels[channel] === undefined ? 'is gone' : `points to ${channels[channel]} now`;
      notes.push(`${channel} followed ${version}, which is not in the index: it ${now}`);
      continue;
    }
    pins[channel] = { version, reason: 'it pointed here when the index was rebuilt' };
    notes.push(`${channel} stays at ${version}: it was pinned, or ${channels[channel]} was yanked; yank or unpin`);
  }
  return { pins, notes };
}

function gapsOf(releases: Releases, { index, aliases, aliasesUnreadable }: Evidence): string[] {
  const gaps = aliasesUnreadable.map((channel) => `where ${channel} pointed: its record cannot be read`);
  const proved = new Set([
    ...(index?.releases ?? []).map(({ version }) => version),
    ...aliases.map(({ version }: Alias) => version),
  ]);
  const believed = releases.filter(({ version }) => !proved.has(version)).map(({ version }) => version);
  if (believed.length > 0) gaps.push(`whether these were promoted, or published alone: ${believed.join(', ')}`);
  const since = index === undefined ? '' : ` since serial ${index.serial}`;
  gaps.push(`which releases were yanked${since}, and why: yank them again`);
  gaps.push(`which channels were pinned${since}, and why, where no alias tells`);
  return gaps;
}

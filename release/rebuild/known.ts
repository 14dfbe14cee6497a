import {
  type Alias,
  DocumentError,
  type Host,
  keyOf,
  parseIndex,
  type ReleaseIndex,
  type Seen,
} from '@bitclouded/documents';
import type { Reader } from '../destinations/destination.ts';
import { channelsFor } from '../promote/channels-of.ts';
import { readAlias } from '../promote/read-alias.ts';
import { openIndex } from '../promote/read-index.ts';
import { ReleaseError } from '../release-error.ts';

/** What a host and this machine still tell of an index, besides the releases themselves. */
export interface Known {
  /** Of the object that stands in the index's place. */
  readonly tag: string | undefined;
  readonly standing: 'absent' | 'good' | 'old' | 'broken';
  /** What is wrong with the index that stands there. */
  readonly why: string | undefined;
  /** What can be believed of it: undefined where nothing can. */
  readonly index: ReleaseIndex | undefined;
  /** Records of aliases that can be read, sorted by channel. */
  readonly aliases: readonly Alias[];
  /** Channels whose records say nothing. */
  readonly aliasesUnreadable: readonly string[];
  /** The greatest serial that anybody is known to have seen; 0 where nobody is. */
  readonly serialSeen: number;
}

/**
 * Reads what is left of an index.
 * @param keys every key of the home region
 * @param seen the newest index that this machine has seen
 * @param serialSeen the highest serial that somebody says they have seen
 */
export async function readKnown(
  host: Host,
  reader: Reader,
  keys: readonly string[],
  seen: Seen | undefined,
  serialSeen: number | undefined,
  signal: AbortSignal,
): Promise<Known> {
  // The index before the aliases: a promotion in between must not make it look old; then it has moved.
  const stored = await reader.read(host.homeRegion, keyOf.index(), signal);
  const { aliases, aliasesUnreadable } = await readAliases(host, reader, keys, signal);
  const elsewhere = Math.max(serialSeen ?? 0, seen?.serial ?? 0, ...aliases.map((alias) => alias.serial));
  const shared = { aliases, aliasesUnreadable, tag: stored?.tag };
  if (stored === undefined)
    return { ...shared, standing: 'absent', why: undefined, index: undefined, serialSeen: elsewhere };
  const read = indexIn(host, reader.name, stored);
  if (read.wrong !== undefined)
    return {
      ...shared,
      standing: 'broken',
      why: read.wrong,
      index: read.index,
      serialSeen: Math.max(elsewhere, read.index?.serial ?? 0),
    };
  const { index, sha256 } = read;
  const found = { ...shared, index, serialSeen: Math.max(elsewhere, index.serial) };
  if (index.serial < elsewhere)
    return { ...found, standing: 'old', why: `it has serial ${index.serial}, and ${elsewhere} has been seen` };
  // Somebody wrote another index under a serial that this machine has seen: nothing of it is believed.
  if (seen !== undefined && seen.serial === index.serial && seen.indexSha256 !== sha256)
    return { ...found, index: undefined, standing: 'broken', why: 'it is not the index of that serial that was seen' };
  return { ...found, standing: 'good', why: undefined };
}

type Read =
  | { readonly wrong: undefined; readonly index: ReleaseIndex; readonly sha256: string }
  | { readonly wrong: string; readonly index: ReleaseIndex | undefined };

function indexIn(host: Host, place: string, stored: { bytes: Uint8Array; tag: string }): Read {
  try {
    const { index, sha256 } = openIndex(host, place, stored);
    return { wrong: undefined, index, sha256 };
  } catch (cause) {
    if (!(cause instanceof DocumentError || cause instanceof ReleaseError)) throw cause;
    const { code, received } = cause.faults[0]!;
    // Its channels or its order are wrong: what it says of each release can still be compared with the host.
    const index = code === 'index-inconsistent' ? parseIndex(stored.bytes, keyOf.index()).index : undefined;
    return { wrong: `${code}: ${received}`, index };
  }
}

async function readAliases(
  host: Host,
  reader: Reader,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<Pick<Known, 'aliases' | 'aliasesUnreadable'>> {
  const aliases: Alias[] = [];
  const aliasesUnreadable: string[] = [];
  for (const key of keys) {
    const channel = /^(latest|v\d+(?:\.\d+)?)\/alias\.json$/.exec(key)?.[1];
    if (channel === undefined) continue;
    const alias = await readAlias(host, reader, channel, signal);
    if (alias?.channel === channel && channelsFor(alias.version).includes(channel)) aliases.push(alias);
    else aliasesUnreadable.push(channel);
  }
  return { aliases, aliasesUnreadable };
}

import { type Alias, keyOf, type Seen } from '@bitclouded/documents';
import { readIndex, type StoredIndex } from '../promote/read-index.ts';
import { type Inspection, isAboutContent, type Unreadable } from './inspection.ts';

/** Each channel's record that could be read. */
export type Aliases = ReadonlyMap<string, Alias | Unreadable>;

/**
 * Reads the index: that it is whole, and that it is not an older one put back.
 * @param seen the newest index that this machine has seen
 * @param version the version that is verified, where it is one alone
 * @returns undefined where there is none, or none that can be used
 */
export async function verifyIndex(
  inspection: Inspection,
  seen: Seen | undefined,
  version: string | undefined,
  now: Date,
): Promise<{ index: StoredIndex | undefined; aliases: Aliases }> {
  let stored: StoredIndex | undefined;
  try {
    stored = await readIndex(inspection.host, inspection.reader, inspection.signal);
  } catch (cause) {
    if (!isAboutContent(cause)) throw cause;
    inspection.faults.push(...cause.faults);
    return { index: undefined, aliases: new Map() };
  }
  const aliases = await readAliases(inspection, stored);
  if (stored === undefined) await judgeMissing(inspection, seen, aliases, version);
  else judgeAge(inspection, stored, seen, aliases, now);
  return { index: stored, aliases };
}

async function readAliases(inspection: Inspection, stored: StoredIndex | undefined): Promise<Aliases> {
  const listed = ((await inspection.keys(inspection.host.homeRegion)) ?? [])
    .map((key) => /^(latest|v\d+(?:\.\d+)?)\/alias\.json$/.exec(key)?.[1])
    .filter((channel) => channel !== undefined);
  // Without an index some alias may tell that there was one. What the index does not name is not asked for:
  // strangers are not told whether it is there.
  const expected = stored === undefined ? ['latest'] : Object.keys(stored.index.channels);
  const channels = new Set([...expected, ...listed]);
  const aliases = new Map<string, Alias | Unreadable>();
  for (const channel of channels) {
    const alias = await inspection.document('alias', inspection.host.homeRegion, keyOf.aliasRecord(channel));
    if (alias !== undefined) aliases.set(channel, alias);
  }
  return aliases;
}

function judgeAge(
  inspection: Inspection,
  { index, sha256 }: StoredIndex,
  seen: Seen | undefined,
  aliases: Aliases,
  now: Date,
): void {
  const remedy = 'put the newest index back: an older one stands in its place';
  const orForget = '; if the host was begun anew on purpose, remove seen.json, which stands beside verification.json';
  if (seen !== undefined && index.serial < seen.serial)
    inspection.fault(
      'index-old',
      keyOf.index(),
      `serial ${index.serial}`,
      `at least ${seen.serial}, which this machine has seen`,
      remedy + orForget,
    );
  if (seen !== undefined && index.serial === seen.serial && sha256 !== seen.indexSha256)
    inspection.fault(
      'index-rewritten',
      keyOf.index(),
      `serial ${index.serial} with sha256 ${sha256}`,
      `serial ${seen.serial} with sha256 ${seen.indexSha256}, which this machine has seen`,
      `find out who wrote it: each write of the index raises its serial${orForget}`,
    );
  for (const [channel, alias] of aliases)
    if (alias !== 'unreadable' && alias.serial > index.serial)
      inspection.fault(
        'index-older-than-alias',
        keyOf.index(),
        `serial ${index.serial}`,
        `at least ${alias.serial}, which ${keyOf.aliasRecord(channel)} follows`,
        remedy,
      );
  if (Date.parse(index.expires) <= now.getTime())
    inspection.notice(`the index expired on ${index.expires.slice(0, 10)}: promoting any release renews it`);
}

/** A host without an index is new, or was emptied, or lost it. */
async function judgeMissing(
  inspection: Inspection,
  seen: Seen | undefined,
  aliases: Aliases,
  version: string | undefined,
): Promise<void> {
  const receipts = ((await inspection.keys(inspection.host.homeRegion)) ?? []).filter(
    (key) => /^v\d+\.\d+\.\d+[^/]*\/manifest\.json$/.test(key) && key !== keyOf.manifest(version ?? ''),
  );
  const others = aliases.size > 0 || (seen !== undefined && receipts.length > 0);
  if (others)
    inspection.fault(
      'index-missing',
      keyOf.index(),
      'no such object',
      seen === undefined
        ? 'the index that its aliases follow'
        : `at least serial ${seen.serial}, which this machine has seen`,
      `put the index back, or: npm run release -- index rebuild --host ${inspection.host.name}; if the host was meant to begin anew, empty it whole`,
    );
  else if (seen !== undefined)
    inspection.notice(`the host was emptied since this machine saw serial ${seen.serial} of its index`);
}

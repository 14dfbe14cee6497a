import { keyOf, type Manifest, type ReleaseIndex } from '@bitclouded/documents';
import { inParallel } from '../destinations/in-parallel.ts';
import { copiesOf } from '../promote/aliases.ts';
import type { Inspection } from './inspection.ts';
import type { Aliases } from './verify-index.ts';

/** That every alias is the copy that the index wants. */
export async function verifyAliases(
  inspection: Inspection,
  index: ReleaseIndex,
  aliases: Aliases,
  manifests: ReadonlyMap<string, Manifest>,
): Promise<void> {
  const { homeRegion, name } = inspection.host;
  const keys = (await inspection.keys(homeRegion)) ?? [];
  const remedy = `npm run release -- reconcile --host ${name}`;
  for (const [channel, version] of Object.entries(index.channels)) {
    const { manifestSha256 } = index.releases.find((release) => release.version === version)!;
    const record = aliases.get(channel);
    const key = keyOf.aliasRecord(channel);
    const expected = `${version} with manifest ${manifestSha256}, as the index says`;
    if (record === undefined) inspection.fault('alias-missing', key, 'no such object', expected, remedy);
    else if (
      record !== 'unreadable' &&
      (record.channel !== channel || record.version !== version || record.manifestSha256 !== manifestSha256)
    )
      inspection.fault(
        'alias-behind',
        key,
        `${record.channel}: ${record.version} with manifest ${record.manifestSha256}`,
        expected,
        remedy,
      );
    const manifest = manifests.get(version);
    // A release that could not be read whole has its own faults.
    if (manifest === undefined) continue;
    const copies = copiesOf(manifest, manifestSha256, channel);
    await inParallel(copies, inspection.signal, async (copy) => {
      const digest = await inspection.digest(homeRegion, copy.to);
      if (digest === 'unreadable' || digest?.sha256 === copy.sha256) return;
      if (digest === undefined)
        inspection.fault('alias-missing', copy.to, 'no such object', `a copy of ${copy.from}`, remedy);
      else
        inspection.fault(
          'alias-differs',
          copy.to,
          `sha256 ${digest.sha256}`,
          `a copy of ${copy.from}, sha256 ${copy.sha256}`,
          remedy,
        );
    });
    const known = new Set([key, ...copies.map((copy) => copy.to)]);
    const left = keys.filter((other) => other.startsWith(`${channel}/`) && !known.has(other)).length;
    if (left > 0)
      inspection.notice(`${channel}/ has ${left} objects that ${version} no longer has: copies of earlier releases`);
  }
  for (const channel of aliases.keys())
    if (index.channels[channel] === undefined)
      inspection.notice(`${channel}/ has copies, and the index has no such channel any more`);
}

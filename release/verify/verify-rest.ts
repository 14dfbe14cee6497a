import { keyOf, type ReleaseIndex } from '@bitclouded/documents';
import { valid } from 'semver';
import { inParallel } from '../destinations/in-parallel.ts';
import type { Inspection } from './inspection.ts';
import { strayVersion, unfinished } from './verify-release.ts';

/** What no promoted release names, where the host can be listed: version folders, and functions' code. */
export async function verifyRest(
  inspection: Inspection,
  index: ReleaseIndex | undefined,
  verified: ReadonlySet<string>,
): Promise<void> {
  const promoted = new Set(index?.releases.map((release) => release.version));
  for (const version of await versionsOn(inspection)) {
    if (promoted.has(version)) continue;
    if (verified.has(version)) notPromoted(inspection, version);
    else await judgeVersion(inspection, version);
  }
  for (const region of inspection.host.regions) await verifyCode(inspection, region);
}

async function versionsOn(inspection: Inspection): Promise<readonly string[]> {
  const keys = (await inspection.keys(inspection.host.homeRegion)) ?? [];
  return [
    ...new Set(keys.map((key) => /^v(\d+\.\d+\.\d+[^/]*)\//.exec(key)?.[1]).filter((version) => version !== undefined)),
  ];
}

async function judgeVersion(inspection: Inspection, version: string): Promise<void> {
  const { homeRegion } = inspection.host;
  const key = keyOf.claim(version);
  const claim = valid(version) === version ? await inspection.document('claim', homeRegion, key) : undefined;
  if (claim === 'unreadable') return;
  if (claim === undefined) return strayVersion(inspection, `v${version}`);
  const receipt = await inspection.digest(homeRegion, keyOf.manifest(version));
  if (receipt === 'unreadable') return;
  if (receipt === undefined) return unfinished(inspection, version);
  if (receipt.sha256 === claim.manifestSha256 && claim.version === version) return notPromoted(inspection, version);
  inspection.fault(
    'claim-differs',
    key,
    `a claim of ${claim.version} by manifest ${claim.manifestSha256}`,
    `a claim of ${version} by manifest ${receipt.sha256}, which stands beside it`,
    'find out who wrote it: one version is one bundle for ever',
  );
}

function notPromoted(inspection: Inspection, version: string): void {
  inspection.notice(`${version} was published and never promoted: nobody sees it`);
}

/** Code is named by its content, whichever release it belongs to. */
async function verifyCode(inspection: Inspection, region: string): Promise<void> {
  const keys = ((await inspection.keys(region)) ?? []).filter((key) => key.startsWith('lambdas/'));
  await inParallel(keys, inspection.signal, async (key) => {
    const named = /^lambdas\/[^/]+\/([0-9a-f]{64})\.zip$/.exec(key)?.[1];
    const where = inspection.at(region, key);
    const remedy = 'find out who wrote it, and restore or remove it';
    if (named === undefined)
      return inspection.fault(
        'object-stray',
        where,
        'an object that is no function',
        'lambdas/<name>/<sha256>.zip',
        remedy,
      );
    // What a verified release names was judged with that release.
    if (inspection.faults.some((fault) => fault.where === where)) return;
    const digest = await inspection.digest(region, key);
    if (digest !== 'unreadable' && digest !== undefined && digest.sha256 !== named)
      inspection.fault('code-misplaced', where, `sha256 ${digest.sha256}`, `sha256 ${named}, as its key says`, remedy);
  });
}

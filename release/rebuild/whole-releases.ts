import type { Host } from '@bitclouded/documents';
import { compare, valid } from 'semver';
import type { Reader } from '../destinations/destination.ts';
import type { Emit } from '../release-event.ts';
import { Inspection } from '../verify/inspection.ts';
import { verifyRelease } from '../verify/verify-release.ts';
import type { LeftOut, WholeRelease } from './compose-index.ts';

/** What lies beside a release takes nothing from it. */
const STRAY = 'object-stray';

/**
 * Reads every version of a host whole, and compares it with its claim: what can stand in an index.
 * @param keys every key of the home region
 */
export async function readWholeReleases(
  host: Host,
  reader: Reader,
  keys: readonly string[],
  signal: AbortSignal,
  emit: Emit,
): Promise<{ whole: readonly WholeRelease[]; broken: readonly LeftOut[] }> {
  const whole: WholeRelease[] = [];
  const broken: LeftOut[] = [];
  const inspection = new Inspection(host, reader, signal, emit);
  for (const version of versionsAmong(keys)) {
    const before = inspection.faults.length;
    const release = await verifyRelease(inspection, { version, manifestSha256: undefined });
    const faults = inspection.faults.slice(before).filter(({ code }) => code !== STRAY);
    if (release !== undefined && faults.length === 0) whole.push({ version, manifestSha256: release.manifestSha256 });
    else broken.push({ version, because: describe(faults) });
  }
  return { whole, broken };
}

function versionsAmong(keys: readonly string[]): readonly string[] {
  const named = keys.map((key) => /^v(\d+\.\d+\.\d+[^/]*)\//.exec(key)?.[1]).filter((name) => name !== undefined);
  return [...new Set(named)].filter((name) => valid(name) === name).sort(compare);
}

function describe(faults: readonly { code: string; where: string }[]): string {
  const [first] = faults;
  if (first === undefined) return 'it was claimed and has no receipt: its publisher did not end';
  const more = faults.length > 1 ? `, and ${faults.length - 1} more` : '';
  return `${first.code} at ${first.where}${more}: verify names all, publish --repair mends`;
}

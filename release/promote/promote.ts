import { type Host, keyOf, type Verification } from '@bitclouded/documents';
import type { Destination } from '../destinations/destination.ts';
import { ReleaseError } from '../release-error.ts';
import type { Emit } from '../release-event.ts';
import { type Operated, operate } from './operate.ts';

export interface PromoteRequest {
  readonly host: Host;
  readonly destination: Destination;
  readonly version: string;
  readonly manifestSha256: string;
  /** What `verify` found; undefined where it did not run. */
  readonly report: Verification | undefined;
}

/**
 * Makes a published release visible: the index names it, and the aliases follow.
 * @throws ReleaseError `verification-missing`, `verification-of-other`, `verification-faulty`,
 *   `release-unpublished`, and what `operate` throws
 */
export async function promote(
  request: PromoteRequest,
  now: () => Date,
  signal: AbortSignal,
  emit: Emit,
): Promise<Operated> {
  const { host, destination, version, manifestSha256 } = request;
  checkReport(request);
  await checkReceipt(request, signal);
  const operation = { type: 'promote', version, manifestSha256, attestations: [] } as const;
  return operate(host, destination, operation, now, signal, emit);
}

function checkReport({ host, version, manifestSha256, report }: PromoteRequest): void {
  const remedy = `npm run release -- verify --host ${host.name}`;
  const expected = `a report on ${version} with manifest ${manifestSha256} on ${host.name}`;
  if (report === undefined)
    throw new ReleaseError({
      code: 'verification-missing',
      where: 'verification.json',
      received: 'no report',
      expected,
      remedy,
    });
  const named = report.releases.some(
    (release) => release.version === version && release.manifestSha256 === manifestSha256,
  );
  if (report.host !== host.name || !named)
    throw new ReleaseError({
      code: 'verification-of-other',
      where: 'verification.json',
      received: `a report on ${report.releases.map((release) => `${release.version} (${release.manifestSha256})`).join(', ') || 'no release'} on ${report.host}`,
      expected,
      remedy,
    });
  if (report.faults.length > 0)
    throw new ReleaseError({
      code: 'verification-faulty',
      where: 'verification.json',
      received: `${report.faults.length} faults, the first: ${report.faults[0]!.code} at ${report.faults[0]!.where}`,
      expected: 'no fault',
      remedy: `repair the host, then: ${remedy}`,
    });
}

/** The report may be older than what happened to the host since. */
async function checkReceipt(request: PromoteRequest, signal: AbortSignal): Promise<void> {
  const { host, destination, version, manifestSha256 } = request;
  const key = keyOf.manifest(version);
  const receipt = await destination.hashOf(host.homeRegion, key, signal);
  if (receipt === manifestSha256) return;
  throw new ReleaseError({
    code: 'release-unpublished',
    where: key,
    received: receipt === undefined ? 'no such object' : `sha256 ${receipt}`,
    expected: `the receipt of ${version}, sha256 ${manifestSha256}`,
    remedy: `publish it and verify it: npm run release -- publish --host ${host.name}`,
  });
}

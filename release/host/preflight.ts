import type { DoctorContext } from '../doctor/check.ts';
import { PREFLIGHT } from '../doctor/checks.ts';
import { examine } from '../doctor/examine.ts';
import { ReleaseError } from '../release-error.ts';

/**
 * Looks whether a host can be made, before anything is.
 * @throws ReleaseError `host-not-ready` with everything that is in the way
 */
export async function preflight(context: DoctorContext): Promise<void> {
  const findings = await examine(PREFLIGHT, context);
  const faults = findings.filter(({ grade }) => grade === 'fails');
  if (faults.length === 0) return;
  throw new ReleaseError(
    faults.map(({ check, where, received, expected = '', remedy = '' }) => ({
      code: 'host-not-ready' as const,
      where: where === check ? check : `${check}: ${where}`,
      received,
      expected,
      remedy,
    })),
  );
}

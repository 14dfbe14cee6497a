import { FaultError } from '@bitclouded/documents';
import { serviceFault } from '@bitclouded/provisioner';
import pLimit from 'p-limit';
import { type Check, type DoctorContext, type Finding, fails } from './check.ts';

/** A finding, and which check found it. */
export interface Examined extends Finding {
  readonly check: string;
}

const CHECKS_AT_ONCE = 6;

/**
 * Runs checks. None stops the others: an answer that a check did not foresee is a finding that says what came.
 * @returns findings in the order of the checks
 */
export async function examine(checks: readonly Check[], context: DoctorContext): Promise<readonly Examined[]> {
  const limit = pLimit(CHECKS_AT_ONCE);
  const found = await Promise.all(
    checks.map((check) =>
      limit(async () => {
        context.signal.throwIfAborted();
        const findings = await check.run(context).catch((error: unknown) => findingsOf(error, check.name));
        return findings.map((finding) => ({ check: check.name, ...finding }));
      }),
    ),
  );
  context.signal.throwIfAborted();
  return found.flat();
}

function findingsOf(error: unknown, where: string): readonly Finding[] {
  if (error instanceof FaultError)
    return error.faults.map((fault) => fails(fault.where, fault.received, fault.expected, fault.remedy));
  const fault = serviceFault(error, where);
  if (fault !== undefined) return [fails(fault.where, fault.received, fault.expected, fault.remedy)];
  const received = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return [fails(where, received, 'an answer that this check knows', 'look at the endpoint, and run it again')];
}

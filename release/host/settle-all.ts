import type { Fault, FaultError } from '@bitclouded/documents';
import { ProvisionError, type ProvisionErrorCode } from '@bitclouded/provisioner';
import pLimit from 'p-limit';

/** How many stacks are worked on at once: CloudFormation answers some ten calls a second. */
const STACKS_AT_ONCE = 8;

/**
 * Works on every stack, some at once, and waits for all: one region's failure does not stop another's.
 * @throws ProvisionError with the faults of all stacks; any other error first
 */
export async function settleAll<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const limit = pLimit(STACKS_AT_ONCE);
  const settled = await Promise.allSettled(items.map((item) => limit(() => work(item))));
  const errors = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
  const other = errors.find((error) => !(error instanceof ProvisionError));
  if (other !== undefined) throw other;
  const faults = errors.flatMap((error) => (error as FaultError).faults as readonly Fault<ProvisionErrorCode>[]);
  if (faults.length > 0) throw new ProvisionError(faults, { cause: errors[0] });
  return settled.map((one) => (one as PromiseFulfilledResult<Result>).value);
}

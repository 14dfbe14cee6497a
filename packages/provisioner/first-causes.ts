import { isOfStack } from './follow-stack.ts';
import type { StackEvent } from './provision-event.ts';

/** What CloudFormation writes on resources that it gave up because another one had failed. */
const CANCELLED = /^Resource (?:creation|update|deletion|import) cancelled/i;

/**
 * Why an operation failed: the failures before the rollback that no other failure brought about, earliest first.
 * Where the rollback itself failed, its failures too.
 * @param events of one operation, oldest first
 */
export function firstCauses(events: readonly StackEvent[]): readonly StackEvent[] {
  const rollback = events.findIndex((event) => isOfStack(event) && /ROLLBACK_IN_PROGRESS$/.test(event.status));
  const isFailure = (event: StackEvent): boolean =>
    event.status.endsWith('_FAILED') && !isOfStack(event) && !CANCELLED.test(event.reason ?? '');
  const causes = (rollback < 0 ? events : events.slice(0, rollback)).filter(isFailure);
  const stuck = events.some((event) => isOfStack(event) && event.status.endsWith('ROLLBACK_FAILED'));
  if (stuck) causes.push(...events.slice(Math.max(rollback, 0)).filter(isFailure));
  if (causes.length > 0) return causes;
  // A stack may fail as a whole, of a hook or a validation.
  return events.filter((event) => event.status.endsWith('_FAILED') || (isOfStack(event) && event.reason)).slice(0, 1);
}

import type { CloudFormationClient, Stack } from '@aws-sdk/client-cloudformation';
import { paced } from './pace.ts';
import { ProvisionError } from './provision-error.ts';
import type { EmitProvision, StackEvent } from './provision-event.ts';
import type { NextEvents } from './read-events.ts';
import { readStack } from './read-stack.ts';

const LONGEST_PAUSE_MS = 5_000;

/** A stack at rest again, and what it recorded on the way. */
export interface Followed {
  readonly stack: Stack;
  readonly events: readonly StackEvent[];
}

/** Whether an operation is under way. A stack in review has none: it waits for its first change set. */
export function isBusy(status: string): boolean {
  return status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS';
}

/**
 * Waits until a stack is at rest, and tells each event once, in order.
 * @param begun whether the operation's own end must be among the events: right after an operation was ordered the
 *   stack may still show the state before it
 * @throws ProvisionError for what the service or the network says; the signal's reason
 */
export async function followStack(
  client: CloudFormationClient,
  stackId: string,
  next: NextEvents,
  { begun }: { readonly begun: boolean },
  emit: EmitProvision,
  signal: AbortSignal,
): Promise<Followed> {
  const region = await client.config.region();
  const pause = paced(LONGEST_PAUSE_MS, signal);
  const events: StackEvent[] = [];
  for (;;) {
    // The state first: events that belong to it are then all there.
    const stack = await readStack(client, stackId, signal);
    const fresh = await next(signal);
    for (const event of fresh) emit({ type: 'stack-event', region, event });
    events.push(...fresh);
    if (stack === undefined) throw gone(region, stackId);
    const last = events.findLast(isOfStack);
    if (!isBusy(stack.StackStatus!) && (!begun || last?.status === stack.StackStatus)) return { stack, events };
    await pause();
  }
}

/** A deleted stack can be read by its id for 90 days. Source: CloudFormation API Reference, "DescribeStacks". */
function gone(region: string, stackId: string): ProvisionError {
  return new ProvisionError({
    code: 'stack-failed',
    where: `${region} ${stackId}`,
    received: 'no stack of this id',
    expected: 'the stack that was just there',
    remedy: 'run the same command again',
  });
}

/** Whether an event is about the stack as a whole. */
export function isOfStack(event: StackEvent): boolean {
  return event.physicalId === event.stackId;
}

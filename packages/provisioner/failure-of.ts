import type { CloudFormationClient, Stack } from '@aws-sdk/client-cloudformation';
import type { Fault } from '@bitclouded/documents';
import { firstCauses } from './first-causes.ts';
import type { Followed } from './follow-stack.ts';
import { ProvisionError, type ProvisionErrorCode } from './provision-error.ts';
import type { StackEvent } from './provision-event.ts';
import { eventsSince } from './read-events.ts';

const NESTED = 'AWS::CloudFormation::Stack';
/** Nested stacks may nest; nobody nests this deep. */
const DEEPEST = 10;

/**
 * Why a stack did not become what was asked for, down into its nested stacks.
 * @throws ProvisionError for what the service or the network says
 */
export async function failureOf(
  client: CloudFormationClient,
  { stack, events }: Followed,
  expected: string,
  signal: AbortSignal,
): Promise<ProvisionError> {
  const region = await client.config.region();
  const causes = await rootCauses(client, events, signal, 0);
  const faults = causes.map((event) => faultOf(region, event, stack, expected));
  if (faults.length > 0) return new ProvisionError(faults);
  return new ProvisionError({
    code: 'stack-failed',
    where: `${region} stack ${stack.StackName}`,
    received: [stack.StackStatus, stack.StackStatusReason].filter(Boolean).join(': '),
    expected,
    remedy: remedyOf(stack),
  });
}

async function rootCauses(
  client: CloudFormationClient,
  events: readonly StackEvent[],
  signal: AbortSignal,
  depth: number,
): Promise<readonly StackEvent[]> {
  const found: StackEvent[] = [];
  for (const cause of firstCauses(events)) {
    const nested = depth < DEEPEST ? nestedStackOf(cause, events) : undefined;
    const inner = nested
      ? await rootCauses(client, await eventsSince(client, nested, events[0]!.at, signal), signal, depth + 1)
      : [];
    found.push(...(inner.length > 0 ? inner : [cause]));
  }
  return found;
}

/** The id of the nested stack that an event is about; its first events have none yet. */
function nestedStackOf({ logicalId, resourceType }: StackEvent, events: readonly StackEvent[]): string | undefined {
  if (resourceType !== NESTED) return undefined;
  return events.find((event) => event.logicalId === logicalId && event.physicalId.startsWith('arn:'))?.physicalId;
}

function faultOf(region: string, event: StackEvent, stack: Stack, expected: string): Fault<ProvisionErrorCode> {
  return {
    code: 'stack-failed',
    where: `${region} stack ${event.stack}, ${event.logicalId} (${event.resourceType})`,
    received: `${event.status}: ${event.reason ?? 'no reason'}; the stack is ${stack.StackStatus}`,
    expected,
    remedy: remedyOf(stack),
  };
}

function remedyOf({ StackStatus, StackName }: Stack): string {
  if (StackStatus === 'ROLLBACK_COMPLETE')
    return 'correct the cause; the failed stack must be deleted before it can be created again';
  if (StackStatus?.endsWith('_FAILED'))
    return `correct the cause, then: aws cloudformation describe-stack-events --stack-name ${StackName}`;
  return 'correct the cause, and run the same command again: the stack is as it was before';
}

import { randomUUID } from 'node:crypto';
import {
  type CloudFormationClient,
  DeleteStackCommand,
  ListStackResourcesCommand,
  type Stack,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import { asked } from './asked.ts';
import { failureOf } from './failure-of.ts';
import { followStack, isBusy } from './follow-stack.ts';
import { ProvisionError } from './provision-error.ts';
import type { EmitProvision } from './provision-event.ts';
import { eventsFromNow } from './read-events.ts';
import { readStack } from './read-stack.ts';
import type { StackRequest } from './stack-request.ts';

/** States that only a person can judge, and what leads out of each. `NAME` stands for the stack's name. */
const STUCK: Readonly<Record<string, string>> = {
  CREATE_FAILED: 'delete the stack (aws cloudformation delete-stack --stack-name NAME), and run this again',
  DELETE_FAILED:
    'see why in its events, then delete it: aws cloudformation delete-stack --stack-name NAME [--retain-resources …]',
  IMPORT_ROLLBACK_FAILED: 'aws cloudformation continue-update-rollback --stack-name NAME',
  ROLLBACK_FAILED: 'delete the stack (aws cloudformation delete-stack --stack-name NAME), and run this again',
  UPDATE_FAILED: 'aws cloudformation rollback-stack --stack-name NAME',
  UPDATE_ROLLBACK_FAILED: 'aws cloudformation continue-update-rollback --stack-name NAME',
};

/**
 * The stack in a state in which a change set can be made: whoever works on it is waited for.
 * @returns undefined where there is none, or none any more
 * @throws ProvisionError `stack-stuck`, `creation-rolled-back`, and what the service or the network says
 */
export async function restingStack(
  client: CloudFormationClient,
  request: StackRequest,
  emit: EmitProvision,
  signal: AbortSignal,
): Promise<Stack | undefined> {
  const region = await client.config.region();
  const where = `${region} stack ${request.name}`;
  for (;;) {
    const stack = await readStack(client, request.name, signal);
    const status = stack?.StackStatus ?? 'DELETE_COMPLETE';
    if (stack === undefined || status === 'DELETE_COMPLETE') return undefined;
    if (isBusy(status)) {
      emit({ type: 'stack-busy', region, stack: request.name, status });
      const next = await eventsFromNow(client, stack.StackId!, signal);
      await followStack(client, stack.StackId!, next, { begun: false }, emit, signal);
    } else if (status === 'ROLLBACK_COMPLETE') await deleteFailedCreation(client, request, stack, emit, signal);
    else if (status in STUCK)
      throw new ProvisionError({
        code: 'stack-stuck',
        where,
        received: [status, stack.StackStatusReason].filter(Boolean).join(': '),
        expected: 'a stack that can be updated',
        remedy: STUCK[status]!.replaceAll('NAME', request.name),
      });
    else return stack;
  }
}

/** A stack that was never whole holds nothing that anybody used, unless some of it was kept. */
async function deleteFailedCreation(
  client: CloudFormationClient,
  request: StackRequest,
  stack: Stack,
  emit: EmitProvision,
  signal: AbortSignal,
): Promise<void> {
  const region = await client.config.region();
  const where = `${region} stack ${request.name}`;
  const rest = await remains(client, stack.StackId!, where, signal);
  if (!request.replaceFailedCreation || rest.length > 0) {
    const names = rest.map(({ LogicalResourceId, PhysicalResourceId }) => `${LogicalResourceId} ${PhysicalResourceId}`);
    throw new ProvisionError({
      code: 'creation-rolled-back',
      where,
      received: `ROLLBACK_COMPLETE: its creation failed${names.length > 0 ? `, and there remain ${names.join(', ')}` : ''}`,
      expected: 'no such stack, or one that was created once',
      remedy: `${names.length > 0 ? 'look whether what remains is needed, then ' : ''}delete it (aws cloudformation delete-stack --stack-name ${request.name} --region ${region}), and run this again`,
    });
  }
  const next = await eventsFromNow(client, stack.StackId!, signal);
  const order = new DeleteStackCommand({ StackName: stack.StackId!, ClientRequestToken: randomUUID() });
  await asked(where, client.send(order, { abortSignal: signal }));
  const followed = await followStack(client, stack.StackId!, next, { begun: true }, emit, signal);
  if (followed.stack.StackStatus !== 'DELETE_COMPLETE')
    throw await failureOf(client, followed, 'DELETE_COMPLETE', signal);
  emit({ type: 'failed-creation-deleted', region, stack: request.name });
}

async function remains(
  client: CloudFormationClient,
  StackName: string,
  where: string,
  signal: AbortSignal,
): Promise<readonly StackResourceSummary[]> {
  const found: StackResourceSummary[] = [];
  let NextToken: string | undefined;
  do {
    const ask = client.send(new ListStackResourcesCommand({ StackName, NextToken }), { abortSignal: signal });
    const page = await asked(where, ask);
    found.push(...(page.StackResourceSummaries ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  // What never got a physical id was never made.
  return found.filter(
    ({ ResourceStatus, PhysicalResourceId }) => ResourceStatus !== 'DELETE_COMPLETE' && PhysicalResourceId,
  );
}

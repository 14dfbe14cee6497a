import {
  CancelUpdateStackCommand,
  type CloudFormationClient,
  DescribeChangeSetCommand,
  ExecuteChangeSetCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { asked } from './asked.ts';
import { failureOf } from './failure-of.ts';
import { followStack } from './follow-stack.ts';
import { ProvisionError } from './provision-error.ts';
import type { EmitProvision } from './provision-event.ts';
import { eventsFromNow, type NextEvents } from './read-events.ts';
import { outputsOf, readStack } from './read-stack.ts';
import type { StackOutputs, StackPlan } from './stack-plan.ts';

export interface ExecuteOptions {
  /**
   * What an aborted wait means for a running update: `leave` (the default) lets it go on, `cancel` has
   * CloudFormation take it back and waits for that. A creation cannot be cancelled: it goes on.
   */
  readonly whenAborted?: 'leave' | 'cancel';
}

/**
 * Executes a plan and waits until the stack is what was planned.
 * @returns the stack's outputs
 * @throws ProvisionError `plan-stale` when somebody else was first, `stack-failed` with the first causes,
 *   `update-cancelled`, and what the service or the network says; the signal's reason when the stack was left running
 */
export async function executePlan(
  client: CloudFormationClient,
  plan: StackPlan,
  emit: EmitProvision,
  signal: AbortSignal,
  { whenAborted = 'leave' }: ExecuteOptions = {},
): Promise<StackOutputs> {
  if (plan.changeSetId === undefined) {
    await protect(client, plan, signal);
    return plan.outputs;
  }
  const stack = await readStack(client, plan.stackId, signal);
  if (stack === undefined || stack.StackStatus === 'DELETE_COMPLETE') throw stale(plan, 'the stack is gone');
  const next = await eventsFromNow(client, plan.stackId, signal);
  await order(client, plan, plan.changeSetId, signal);
  const wanted = plan.action === 'create' ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE';
  try {
    const followed = await followStack(client, plan.stackId, next, { begun: true }, emit, signal);
    if (followed.stack.StackStatus !== wanted) throw await failureOf(client, followed, wanted, signal);
    await protect(client, plan, signal);
    return outputsOf(followed.stack);
  } catch (error) {
    if (!signal.aborted) throw error;
    if (whenAborted === 'cancel' && plan.action === 'update') throw await cancel(client, plan, next, emit);
    emit({ type: 'stack-left-running', region: plan.region, stack: plan.stack });
    throw error;
  }
}

async function order(
  client: CloudFormationClient,
  plan: StackPlan,
  changeSetId: string,
  signal: AbortSignal,
): Promise<void> {
  const where = `${plan.region} stack ${plan.stack}`;
  const execute = new ExecuteChangeSetCommand({
    ChangeSetName: changeSetId,
    ClientRequestToken: plan.clientRequestToken,
    // The API reference's default is the other way round from what the service does: say it.
    DisableRollback: false,
  });
  try {
    await asked(where, client.send(execute, { abortSignal: signal }));
  } catch (error) {
    const name = ((error as { cause?: unknown }).cause as Partial<Error> | undefined)?.name ?? '';
    if (!/^(?:InvalidChangeSetStatus|ChangeSetNotFound)(?:Exception)?$/.test(name)) throw error;
    if (await isExecuted(client, changeSetId, where, signal)) return;
    throw stale(plan, (error as Error & { cause: Error }).cause.message, error);
  }
}

function stale({ region, stack }: StackPlan, received: string, cause?: unknown): ProvisionError {
  return new ProvisionError(
    {
      code: 'plan-stale',
      where: `${region} stack ${stack}`,
      received,
      expected: 'the change set that was planned, not yet executed',
      remedy: 'somebody else changed the stack meanwhile: run the same command again, which plans anew',
    },
    { cause },
  );
}

/** Whether the order was taken although its answer was lost: nobody else knows this change set. */
async function isExecuted(
  client: CloudFormationClient,
  ChangeSetName: string,
  where: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const ask = client.send(new DescribeChangeSetCommand({ ChangeSetName }), { abortSignal: signal });
    return (await asked(where, ask)).ExecutionStatus?.startsWith('EXECUTE_') ?? false;
  } catch (error) {
    const name = ((error as { cause?: unknown }).cause as Partial<Error> | undefined)?.name ?? '';
    if (/^ChangeSetNotFound/.test(name)) return false;
    throw error;
  }
}

async function protect(client: CloudFormationClient, plan: StackPlan, signal: AbortSignal): Promise<void> {
  if (plan.terminationProtection === undefined) return;
  const input = { StackName: plan.stackId, EnableTerminationProtection: plan.terminationProtection };
  const ask = client.send(new UpdateTerminationProtectionCommand(input), { abortSignal: signal });
  await asked(`${plan.region} stack ${plan.stack}`, ask);
}

/** Takes an update back. The caller's signal is spent, so this waits without one. */
async function cancel(
  client: CloudFormationClient,
  plan: StackPlan,
  next: NextEvents,
  emit: EmitProvision,
): Promise<ProvisionError> {
  const where = `${plan.region} stack ${plan.stack}`;
  const on = new AbortController().signal;
  emit({ type: 'update-cancelling', region: plan.region, stack: plan.stack });
  await asked(where, client.send(new CancelUpdateStackCommand({ StackName: plan.stackId })));
  const { stack } = await followStack(client, plan.stackId, next, { begun: true }, emit, on);
  return new ProvisionError({
    code: 'update-cancelled',
    where,
    received: `${stack.StackStatus}: the wait was given up`,
    expected: 'UPDATE_COMPLETE',
    remedy: 'run the same command again when the change is wanted',
  });
}

import { type CloudFormationClient, DeleteChangeSetCommand, DeleteStackCommand } from '@aws-sdk/client-cloudformation';
import { asked } from './asked.ts';
import { readStack } from './read-stack.ts';
import type { StackPlan } from './stack-plan.ts';

/**
 * Takes a plan away that nobody executes: its change set, and the empty stack where planning made one.
 * @throws ProvisionError for what the service or the network says
 */
export async function discardPlan(client: CloudFormationClient, plan: StackPlan, signal: AbortSignal): Promise<void> {
  const where = `${plan.region} stack ${plan.stack}`;
  if (plan.changeSetId !== undefined) {
    // The service says yes to one that is gone, too.
    const forget = new DeleteChangeSetCommand({ ChangeSetName: plan.changeSetId });
    await asked(where, client.send(forget, { abortSignal: signal }));
  }
  if (!plan.madeStack) return;
  const stack = await readStack(client, plan.stackId, signal);
  // Somebody else may have executed a change set of theirs in it meanwhile.
  if (stack?.StackStatus !== 'REVIEW_IN_PROGRESS') return;
  const order = new DeleteStackCommand({ StackName: plan.stackId });
  await asked(where, client.send(order, { abortSignal: signal }));
}

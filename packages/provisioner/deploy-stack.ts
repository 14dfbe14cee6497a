import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { type ExecuteOptions, executePlan } from './execute-plan.ts';
import { planStack } from './plan-stack.ts';
import type { EmitProvision } from './provision-event.ts';
import type { StackOutputs } from './stack-plan.ts';
import type { StackRequest } from './stack-request.ts';

export type DeployOptions = ExecuteOptions;

/**
 * Makes one stack what the request says: plans by change set, executes, waits. Nothing to change is success.
 * @returns the stack's outputs
 * @throws ProvisionError, as `planStack` and `executePlan` do
 */
export async function deployStack(
  client: CloudFormationClient,
  request: StackRequest,
  emit: EmitProvision,
  signal: AbortSignal,
  options: DeployOptions = {},
): Promise<StackOutputs> {
  const plan = await planStack(client, request, emit, signal);
  return executePlan(client, plan, emit, signal, options);
}

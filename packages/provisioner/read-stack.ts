import { type CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { asked } from './asked.ts';
import type { StackOutputs } from './stack-plan.ts';

/**
 * @param stack a name, or an id: by its id a deleted stack is still there
 * @returns undefined where the service says that there is no such stack
 * @throws ProvisionError for what the service or the network says
 */
export async function readStack(
  client: CloudFormationClient,
  stack: string,
  signal: AbortSignal,
): Promise<Stack | undefined> {
  const where = `${await client.config.region()} stack ${stack}`;
  try {
    const ask = client.send(new DescribeStacksCommand({ StackName: stack }), { abortSignal: signal });
    const { Stacks } = await asked(where, ask);
    return Stacks?.[0];
  } catch (error) {
    if (saysAbsent(error)) return undefined;
    throw error;
  }
}

/** A stack's outputs by name; empty where it has none yet. */
export function outputsOf(stack: Stack | undefined): StackOutputs {
  return Object.fromEntries(
    (stack?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey!, OutputValue ?? '']),
  );
}

/**
 * The outputs of a stack by its name.
 * @returns undefined where there is no such stack
 * @throws ProvisionError for what the service or the network says
 */
export async function readOutputs(
  client: CloudFormationClient,
  stack: string,
  signal: AbortSignal,
): Promise<StackOutputs | undefined> {
  const found = await readStack(client, stack, signal);
  return found && outputsOf(found);
}

/** There is no error of its own for it: DescribeStacks answers `ValidationError` with these words. */
function saysAbsent(error: unknown): boolean {
  const cause = (error as { cause?: unknown }).cause;
  return (
    cause instanceof Error &&
    cause.name === 'ValidationError' &&
    /^Stack with id .+ does not exist$/.test(cause.message)
  );
}

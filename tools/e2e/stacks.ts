import { setTimeout as wait } from 'node:timers/promises';
import {
  type Change,
  type CloudFormationClient,
  CreateChangeSetCommand,
  CreateStackCommand,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStacksCommand,
  type Parameter,
  paginateDescribeStackEvents,
  paginateListStackResources,
  type Stack,
  type StackEvent,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { E2eError } from './e2e-error.ts';

/** A stack as a test asks for it. */
export interface StackRequest {
  readonly name: string;
  /** The template's text, or where S3 has it. */
  readonly template: { readonly body: string } | { readonly url: string };
  /** Values by name; what is not named takes its default, in an update too. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  /** The role that CloudFormation works with, from now on. */
  readonly roleArn?: string;
}

/** A stack at rest. */
export interface StackResult {
  readonly id: string;
  readonly status: string;
  readonly outputs: Readonly<Record<string, string>>;
}

// A stand-in needs fractions of a second; the SDK's own waiters look every 30 s.
const POLL_MS = 50;
const DEADLINE_MS = 120_000;
const CAPABILITIES = ['CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'] as const;

/**
 * Creates a stack and waits for it.
 * @throws E2eError `stack-failed`, with a fault for each resource that failed and the reason in `received`
 */
export async function createStack(client: CloudFormationClient, request: StackRequest): Promise<StackResult> {
  await client.send(new CreateStackCommand(toInput(request)));
  return settled(client, request.name, 'CREATE_COMPLETE');
}

/**
 * Updates a stack and waits for it.
 * @throws E2eError `stack-failed` when it rolled back; the SDK's `ValidationError` when there is nothing to update
 */
export async function updateStack(client: CloudFormationClient, request: StackRequest): Promise<StackResult> {
  const known = new Set((await eventsOf(client, request.name)).map((event) => event.EventId));
  await client.send(new UpdateStackCommand(toInput(request)));
  return settled(client, request.name, 'UPDATE_COMPLETE', known);
}

/**
 * Deletes a stack and waits until it is gone.
 * @param roleArn the role that CloudFormation works with; else the stack's own
 * @throws E2eError `stack-failed`
 */
export async function deleteStack(client: CloudFormationClient, name: string, roleArn?: string): Promise<void> {
  const id = (await describe(client, name)).StackId!;
  const known = new Set((await eventsOf(client, id)).map((event) => event.EventId));
  await client.send(new DeleteStackCommand({ StackName: name, ...(roleArn !== undefined && { RoleARN: roleArn }) }));
  await settled(client, id, 'DELETE_COMPLETE', known);
}

/** What an update would do to an existing stack, without doing it. */
export async function previewUpdate(client: CloudFormationClient, request: StackRequest): Promise<Change[]> {
  const name = { StackName: request.name, ChangeSetName: 'preview' };
  await client.send(new CreateChangeSetCommand({ ...toInput(request), ...name, ChangeSetType: 'UPDATE' }));
  const { Changes } = await client.send(new DescribeChangeSetCommand(name));
  await client.send(new DeleteChangeSetCommand(name));
  return Changes ?? [];
}

/** The physical ids of a stack's resources, by logical id. */
export async function physicalIds(client: CloudFormationClient, name: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName: name }))
    for (const { LogicalResourceId, PhysicalResourceId } of StackResourceSummaries)
      found.set(LogicalResourceId!, PhysicalResourceId!);
  return found;
}

/** What was replaced or is gone, by logical id. */
export function othersIn(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly string[] {
  return [...before].filter(([logicalId, id]) => after.get(logicalId) !== id).map(([logicalId]) => logicalId);
}

function toInput(request: StackRequest) {
  return {
    StackName: request.name,
    ...('body' in request.template ? { TemplateBody: request.template.body } : { TemplateURL: request.template.url }),
    Parameters: Object.entries(request.parameters ?? {}).map(
      ([ParameterKey, ParameterValue]): Parameter => ({ ParameterKey, ParameterValue }),
    ),
    Tags: Object.entries(request.tags ?? {}).map(([Key, Value]) => ({ Key, Value })),
    Capabilities: [...CAPABILITIES],
    ...(request.roleArn !== undefined && { RoleARN: request.roleArn }),
  };
}

async function settled(
  client: CloudFormationClient,
  name: string,
  wanted: string,
  known: ReadonlySet<string | undefined> = new Set(),
): Promise<StackResult> {
  const deadline = performance.now() + DEADLINE_MS;
  let stack = await describe(client, name);
  while (stack.StackStatus!.endsWith('_IN_PROGRESS') && performance.now() < deadline) {
    await wait(POLL_MS);
    stack = await describe(client, name);
  }
  if (stack.StackStatus !== wanted) throw await stackFailed(client, stack, wanted, known);
  const outputs = (stack.Outputs ?? []).map((output) => [output.OutputKey!, output.OutputValue ?? '']);
  return { id: stack.StackId!, status: wanted, outputs: Object.fromEntries(outputs) };
}

async function describe(client: CloudFormationClient, name: string): Promise<Stack> {
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: name }));
  return Stacks![0]!;
}

/** All events of a stack, the newest first. @param name or the id, by which alone a deleted stack is found */
export async function eventsOf(client: CloudFormationClient, name: string): Promise<readonly StackEvent[]> {
  const events: StackEvent[] = [];
  for await (const { StackEvents } of paginateDescribeStackEvents({ client }, { StackName: name }))
    events.push(...(StackEvents ?? []));
  return events;
}

async function stackFailed(
  client: CloudFormationClient,
  stack: Stack,
  wanted: string,
  known: ReadonlySet<string | undefined>,
): Promise<E2eError> {
  const failed = (await eventsOf(client, stack.StackId!)).filter(
    (event) => !known.has(event.EventId) && event.ResourceStatus?.endsWith('_FAILED'),
  );
  const faults = failed.toReversed().map((event) => ({
    code: 'stack-failed' as const,
    where: `${stack.StackName}/${event.LogicalResourceId} (${event.ResourceType})`,
    received: `${event.ResourceStatus}: ${event.ResourceStatusReason}`,
    expected: `the stack ${wanted}; it is ${stack.StackStatus}`,
    remedy: 'change the template or its parameters as the reason says',
  }));
  const noReason = {
    code: 'stack-failed' as const,
    where: stack.StackName!,
    received: `${stack.StackStatus}: ${stack.StackStatusReason ?? 'no reason'}`,
    expected: wanted,
    remedy: "read the stack's events and the stand-in's log",
  };
  return new E2eError(faults.length > 0 ? faults : noReason);
}

import { randomUUID } from 'node:crypto';
import {
  type CloudFormationClient,
  CreateChangeSetCommand,
  type CreateChangeSetCommandInput,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { asked } from './asked.ts';
import { readChangeSet } from './change-set.ts';
import { discardPlan } from './discard-plan.ts';
import { plannedChanges } from './planned-changes.ts';
import { ProvisionError } from './provision-error.ts';
import type { EmitProvision } from './provision-event.ts';
import { outputsOf } from './read-stack.ts';
import { restingStack } from './resting-stack.ts';
import type { StackPlan } from './stack-plan.ts';
import type { StackRequest } from './stack-request.ts';

/** CreateChangeSet takes a longer template only by its address. Source: CloudFormation User Guide, "Quotas". */
const BODY_LIMIT_BYTES = 51_200;

/**
 * What a request would change, as a change set that waits to be executed. An operation of somebody else is waited
 * for; a stack that an earlier run left in review is taken up. Nothing in the stack changes.
 * @throws ProvisionError `template-too-large`, `creation-rolled-back`, `stack-stuck`, `change-set-failed`, and what
 *   the service or the network says
 */
export async function planStack(
  client: CloudFormationClient,
  request: StackRequest,
  emit: EmitProvision,
  signal: AbortSignal,
): Promise<StackPlan> {
  const region = await client.config.region();
  const where = `${region} stack ${request.name}`;
  checkTemplate(request, where);
  const stack = await restingStack(client, request, emit, signal);
  const isNew = stack === undefined || stack.StackStatus === 'REVIEW_IN_PROGRESS';
  // A name of its own: runs side by side do not take each other's away.
  const name = `bitclouded-${randomUUID()}`;
  await createChangeSet(client, inputOf(request, stack, isNew, name), where, signal);
  const changeSet = await readChangeSet(client, { stack: request.name, name }, signal);

  const protection = request.terminationProtection;
  const base = {
    stack: request.name,
    region,
    stackId: changeSet.stackId,
    clientRequestToken: randomUUID(),
    madeStack: stack === undefined,
    terminationProtection: protection === (stack?.EnableTerminationProtection ?? false) ? undefined : protection,
    outputs: outputsOf(isNew ? undefined : stack),
  };
  if (changeSet.state === 'ready')
    return {
      ...base,
      action: isNew ? 'create' : 'update',
      changeSetId: changeSet.id,
      changes: plannedChanges(changeSet.changes),
    };
  const nothing: StackPlan = { ...base, action: 'nothing', changeSetId: undefined, changes: [] };
  await discardPlan(client, { ...nothing, changeSetId: changeSet.id }, signal);
  if (changeSet.state === 'no changes' && !isNew) return nothing;
  throw new ProvisionError({
    code: 'change-set-failed',
    where,
    received: changeSet.reason,
    expected: 'a change set that can be executed',
    remedy: 'correct what the reason names, and run the same command again',
  });
}

async function createChangeSet(
  client: CloudFormationClient,
  input: CreateChangeSetCommandInput,
  where: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    await asked(where, client.send(new CreateChangeSetCommand(input), { abortSignal: signal }));
  } catch (error) {
    // Nobody else has this name: the answer to an earlier try of the same call was lost.
    if (!isAlreadyThere(error)) throw error;
  }
}

function isAlreadyThere(error: unknown): boolean {
  const { name, message } = ((error as { cause?: unknown }).cause ?? {}) as Partial<Error>;
  return name === 'AlreadyExistsException' && /^ChangeSet /.test(message ?? '');
}

function inputOf(
  request: StackRequest,
  stack: Stack | undefined,
  isNew: boolean,
  name: string,
): CreateChangeSetCommandInput {
  const { template, parameters = {}, keep = [], tags, capabilities = [], roleArn } = request;
  const there = new Set(isNew ? [] : (stack?.Parameters ?? []).map(({ ParameterKey }) => ParameterKey));
  return {
    StackName: request.name,
    ChangeSetName: name,
    ClientToken: name,
    ChangeSetType: isNew ? 'CREATE' : 'UPDATE',
    ...('body' in template ? { TemplateBody: template.body } : { TemplateURL: template.url }),
    Parameters: [
      ...Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
      ...keep
        .filter((parameter) => !(parameter in parameters) && there.has(parameter))
        .map((ParameterKey) => ({ ParameterKey, UsePreviousValue: true })),
    ],
    Tags: tags && Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    Capabilities: [...capabilities],
    RoleARN: roleArn,
  };
}

function checkTemplate({ template }: StackRequest, where: string): void {
  const sizeBytes = 'body' in template ? Buffer.byteLength(template.body) : 0;
  if (sizeBytes <= BODY_LIMIT_BYTES) return;
  throw new ProvisionError({
    code: 'template-too-large',
    where,
    received: `a template of ${sizeBytes} bytes in the request itself`,
    expected: `at most ${BODY_LIMIT_BYTES} bytes, or a template's address in S3`,
    remedy: 'put the template into a bucket and give its address',
  });
}

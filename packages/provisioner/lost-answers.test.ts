import {
  CloudFormationClient,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { type AwsClientStub, mockClient } from 'aws-sdk-client-mock';
import { executePlan } from './execute-plan.ts';
import { planStack } from './plan-stack.ts';
import type { StackPlan } from './stack-plan.ts';

const STACK = 'arn:aws:cloudformation:us-east-1:123456789012:stack/prod/1';
const on = new AbortController().signal;
const ignore = (): void => undefined;
const refusal = (name: string, message: string): Error =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400 } });

let client: CloudFormationClient;
let mock: AwsClientStub<CloudFormationClient>;
beforeEach(() => {
  client = new CloudFormationClient({ region: 'us-east-1' });
  mock = mockClient(client) as unknown as AwsClientStub<CloudFormationClient>;
});

const there = (StackStatus: string): { Stacks: Stack[] } => ({
  Stacks: [
    { StackName: 'prod', StackId: STACK, StackStatus: StackStatus as 'UPDATE_COMPLETE', CreationTime: new Date() },
  ],
});
const request = { name: 'prod', template: { body: '{}' } };
const PLAN: StackPlan = {
  stack: 'prod',
  region: 'us-east-1',
  stackId: STACK,
  action: 'update',
  changeSetId: 'change-set',
  clientRequestToken: 'token',
  changes: [],
  madeStack: false,
  terminationProtection: undefined,
  outputs: {},
};

it('takes a change set that is already there for its own: the answer to the first try was lost', async () => {
  mock.on(DescribeStacksCommand).resolves(there('CREATE_COMPLETE'));
  mock.on(CreateChangeSetCommand).rejects(refusal('AlreadyExistsException', 'ChangeSet bitclouded-1 already exists'));
  mock.on(DescribeChangeSetCommand).resolves({
    ChangeSetId: 'change-set',
    StackId: STACK,
    Status: 'CREATE_COMPLETE',
    ExecutionStatus: 'AVAILABLE',
    Changes: [],
  });
  expect(await planStack(client, request, ignore, on)).toMatchObject({ action: 'update', changeSetId: 'change-set' });
});

it.each([
  ["The submitted information didn't contain changes. Submit different information to create a change set."],
  ['No updates are to be performed.'],
])('takes "%s" for nothing to do', async (StatusReason) => {
  mock.on(DescribeStacksCommand).resolves(there('UPDATE_ROLLBACK_COMPLETE'));
  mock.on(CreateChangeSetCommand).resolves({});
  const answer = { ChangeSetId: 'change-set', StackId: STACK, StatusReason };
  mock
    .on(DescribeChangeSetCommand)
    .resolvesOnce({ ...answer, Status: 'CREATE_PENDING' })
    .resolves({ ...answer, Status: 'FAILED', ExecutionStatus: 'UNAVAILABLE' });
  mock.on(DeleteChangeSetCommand).resolves({});
  expect(await planStack(client, request, ignore, on)).toMatchObject({ action: 'nothing', changeSetId: undefined });
  expect(mock.commandCalls(DeleteChangeSetCommand)).toHaveLength(1);
});

it('says why a change set failed', async () => {
  mock.on(DescribeStacksCommand).resolves(there('CREATE_COMPLETE'));
  mock.on(CreateChangeSetCommand).resolves({});
  mock.on(DescribeChangeSetCommand).resolves({
    ChangeSetId: 'change-set',
    StackId: STACK,
    Status: 'FAILED',
    StatusReason: 'Transform AWS::Serverless failed',
  });
  mock.on(DeleteChangeSetCommand).resolves({});
  await expect(planStack(client, request, ignore, on)).rejects.toMatchObject({
    code: 'change-set-failed',
    faults: [{ received: 'Transform AWS::Serverless failed' }],
  });
});

it('leaves no empty stack behind where the first change set failed', async () => {
  const absent = refusal('ValidationError', 'Stack with id prod does not exist');
  mock.on(DescribeStacksCommand, { StackName: 'prod' }).rejects(absent);
  mock.on(DescribeStacksCommand, { StackName: STACK }).resolves(there('REVIEW_IN_PROGRESS'));
  mock.on(CreateChangeSetCommand).resolves({});
  mock.on(DescribeChangeSetCommand).resolves({ ChangeSetId: 'change-set', StackId: STACK, Status: 'FAILED' });
  mock.on(DeleteChangeSetCommand).resolves({});
  mock.on(DeleteStackCommand).resolves({});
  await expect(planStack(client, request, ignore, on)).rejects.toMatchObject({ code: 'change-set-failed' });
  expect(mock.commandCalls(DeleteStackCommand).map(({ args }) => args[0].input)).toEqual([{ StackName: STACK }]);
});

it('reads a change set of many pages whole', async () => {
  mock.on(DescribeStacksCommand).resolves(there('CREATE_COMPLETE'));
  mock.on(CreateChangeSetCommand).resolves({});
  const page = (LogicalResourceId: string, NextToken?: string) => ({
    ChangeSetId: 'change-set',
    StackId: STACK,
    Status: 'CREATE_COMPLETE' as const,
    ExecutionStatus: 'AVAILABLE' as const,
    Changes: [{ ResourceChange: { Action: 'Add' as const, LogicalResourceId } }],
    NextToken,
  });
  mock.on(DescribeChangeSetCommand).resolves(page('A', '2'));
  mock.on(DescribeChangeSetCommand, { NextToken: '2' }).resolves(page('B', '3'));
  mock.on(DescribeChangeSetCommand, { NextToken: '3' }).resolves(page('C'));
  const { changes } = await planStack(client, request, ignore, on);
  expect(changes.map(({ logicalId }) => logicalId)).toEqual(['A', 'B', 'C']);
});

it('follows an execution whose order was taken though its answer was lost, and is not misled by the old state', async () => {
  const event = (EventId: string, ResourceStatus: string) => ({
    EventId,
    StackId: STACK,
    StackName: 'prod',
    PhysicalResourceId: STACK,
    ResourceStatus: ResourceStatus as 'UPDATE_COMPLETE',
    Timestamp: new Date(),
  });
  const before = [event('old', 'UPDATE_COMPLETE')];
  const after = [event('done', 'UPDATE_COMPLETE'), event('begun', 'UPDATE_IN_PROGRESS'), ...before];
  mock.on(ExecuteChangeSetCommand).rejects(refusal('InvalidChangeSetStatus', 'it is in EXECUTE_IN_PROGRESS status'));
  mock.on(DescribeChangeSetCommand).resolves({ ExecutionStatus: 'EXECUTE_IN_PROGRESS' });
  // The first look shows the state of the update before.
  mock.on(DescribeStacksCommand).resolves(there('UPDATE_COMPLETE'));
  mock
    .on(DescribeStackEventsCommand)
    .resolvesOnce({ StackEvents: before })
    .resolvesOnce({ StackEvents: before })
    .resolves({ StackEvents: after });
  const told: string[] = [];
  await executePlan(client, PLAN, (one) => told.push(one.type === 'stack-event' ? one.event.id : one.type), on);
  expect(told).toEqual(['begun', 'done']);
});

import { randomUUID } from 'node:crypto';
import {
  CloudFormationClient,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ListChangeSetsCommand,
} from '@aws-sdk/client-cloudformation';
import { type StandIn, startStandIn } from '../../tools/e2e/stand-in.ts';
import { deployStack } from './deploy-stack.ts';
import { describePlan } from './describe-plan.ts';
import { discardPlan } from './discard-plan.ts';
import { executePlan } from './execute-plan.ts';
import { planStack } from './plan-stack.ts';
import type { ProvisionError } from './provision-error.ts';
import type { ProvisionEvent } from './provision-event.ts';
import { readOutputs, readStack } from './read-stack.ts';
import type { StackRequest } from './stack-request.ts';

let standIn: StandIn;
let client: CloudFormationClient;
const on = new AbortController().signal;
const ignore = (): void => undefined;

beforeAll(async () => {
  standIn = await startStandIn();
  client = new CloudFormationClient({ ...standIn, maxAttempts: 1 });
});
afterAll(() => standIn.stop());
beforeEach(() => standIn.reset());

const QUEUES = {
  Parameters: { Seconds: { Type: 'Number', Default: 30 }, Name: { Type: 'String', Default: 'one' } },
  Resources: {
    Queue: {
      Type: 'AWS::SQS::Queue',
      Properties: { QueueName: { Ref: 'Name' }, VisibilityTimeout: { Ref: 'Seconds' } },
    },
  },
  Outputs: { Name: { Value: { 'Fn::GetAtt': ['Queue', 'QueueName'] } }, Seconds: { Value: { Ref: 'Seconds' } } },
};

/** Nobody signals it: it fails after its second, and whatever waits for it is never made. */
const waiting = (seconds = '1'): object => ({
  Handle: { Type: 'AWS::CloudFormation::WaitConditionHandle' },
  Wait: { Type: 'AWS::CloudFormation::WaitCondition', Properties: { Handle: { Ref: 'Handle' }, Timeout: seconds } },
});

function request(template: object = QUEUES, more: Partial<StackRequest> = {}): StackRequest {
  return { name: 'tried', template: { body: JSON.stringify(template) }, ...more };
}

async function failureOf(work: Promise<unknown>): Promise<ProvisionError> {
  return work.then(
    () => {
      throw new Error('it did not fail');
    },
    (error) => error as ProvisionError,
  );
}

async function statusOf(stack = 'tried'): Promise<string | undefined> {
  return (await readStack(client, stack, on))?.StackStatus;
}

async function changeSetsOf(StackName = 'tried'): Promise<number> {
  const { Summaries = [] } = await client.send(new ListChangeSetsCommand({ StackName }));
  return Summaries.filter(({ ExecutionStatus }) => ExecutionStatus !== 'EXECUTE_COMPLETE').length;
}

it('creates, and tells each event once, in the order of the service', async () => {
  const events: ProvisionEvent[] = [];
  const outputs = await deployStack(client, request(), (event) => events.push(event), on);
  expect(outputs).toEqual({ Name: 'one', Seconds: '30' });
  const told = events.map((event) => (event.type === 'stack-event' ? event.event.id : event.type));
  const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName: 'tried' }));
  // All but the first, by which the change set made the stack.
  expect(told).toEqual(
    StackEvents.map(({ EventId }) => EventId)
      .reverse()
      .slice(1),
  );
  expect(new Set(told).size).toBe(told.length);
  expect(StackEvents.at(-1)?.ResourceStatus).toBe('REVIEW_IN_PROGRESS');
  expect(told.length).toBeGreaterThanOrEqual(4);
});

it('takes an unchanged stack for done, and leaves no change set behind', async () => {
  await deployStack(client, request(), ignore, on);
  const plan = await planStack(client, request(), ignore, on);
  expect(plan).toMatchObject({ action: 'nothing', changeSetId: undefined, outputs: { Name: 'one' } });
  expect(describePlan(plan)).toEqual(['us-east-1  tried: nothing to do']);
  expect(await executePlan(client, plan, ignore, on)).toEqual({ Name: 'one', Seconds: '30' });
  expect(await changeSetsOf()).toBe(0);
});

it('shows a change and a replacement before they happen, and then makes them', async () => {
  await deployStack(client, request(), ignore, on);
  const changed = await planStack(client, request(QUEUES, { parameters: { Seconds: '60' } }), ignore, on);
  expect(changed.changes).toMatchObject([{ logicalId: 'Queue', effect: 'changed', interrupts: 'perhaps' }]);
  await discardPlan(client, changed, on);

  const plan = await planStack(client, request(QUEUES, { parameters: { Name: 'two' } }), ignore, on);
  expect(plan).toMatchObject({ action: 'update', outputs: { Name: 'one' } });
  expect(plan.changes).toMatchObject([{ logicalId: 'Queue', effect: 'replaced', interrupts: 'yes' }]);
  expect(describePlan(plan).join('\n')).toMatch(/replaced +Queue +AWS::SQS::Queue/);
  expect(await readOutputs(client, 'tried', on)).toMatchObject({ Name: 'one' });
  expect(await executePlan(client, plan, ignore, on)).toEqual({ Name: 'two', Seconds: '30' });
});

it('gives a parameter its default again unless it is told to keep the value', async () => {
  await deployStack(client, request(QUEUES, { parameters: { Seconds: '60', Name: 'two' } }), ignore, on);
  const kept = await deployStack(client, request(QUEUES, { keep: ['Name', 'Unknown'] }), ignore, on);
  expect(kept).toEqual({ Name: 'two', Seconds: '30' });
});

it('says why a creation failed, by the first cause alone', async () => {
  const template = { Resources: { ...waiting(), ...QUEUES.Resources }, Parameters: QUEUES.Parameters };
  const error = await failureOf(deployStack(client, request(template), ignore, on));
  expect(error.code).toBe('stack-failed');
  expect(error.faults).toHaveLength(1);
  expect(error.faults[0]).toMatchObject({
    where: 'us-east-1 stack tried, Wait (AWS::CloudFormation::WaitCondition)',
    received: expect.stringMatching(/^CREATE_FAILED: .*; the stack is ROLLBACK_COMPLETE$/),
    expected: 'CREATE_COMPLETE',
  });
});

it('says why an update was rolled back, and the stack is as it was', async () => {
  await deployStack(client, request(), ignore, on);
  const template = { ...QUEUES, Resources: { ...QUEUES.Resources, ...waiting() } };
  const error = await failureOf(deployStack(client, request(template), ignore, on));
  expect(error.faults[0]!.received).toContain('the stack is UPDATE_ROLLBACK_COMPLETE');
  expect(await readOutputs(client, 'tried', on)).toEqual({ Name: 'one', Seconds: '30' });
  await deployStack(client, request(QUEUES, { parameters: { Seconds: '60' } }), ignore, on);
});

describe('a creation that failed before', () => {
  beforeEach(async () => {
    await failureOf(deployStack(client, request({ Resources: waiting() }), ignore, on));
    expect(await statusOf()).toBe('ROLLBACK_COMPLETE');
  });

  it('is said, and left alone', async () => {
    const error = await failureOf(planStack(client, request(), ignore, on));
    expect(error).toMatchObject({ code: 'creation-rolled-back' });
    expect(error.message).toContain('aws cloudformation delete-stack --stack-name tried --region us-east-1');
    expect(await statusOf()).toBe('ROLLBACK_COMPLETE');
  });

  it('is deleted and made anew when the request says so', async () => {
    const events: ProvisionEvent[] = [];
    const again = request(QUEUES, { replaceFailedCreation: true });
    await deployStack(client, again, (event) => events.push(event), on);
    expect(events).toContainEqual({ type: 'failed-creation-deleted', region: 'us-east-1', stack: 'tried' });
    expect(await statusOf()).toBe('CREATE_COMPLETE');
  });
});

describe('runs that do not end', () => {
  it('takes up a stack that a dead run left in review', async () => {
    await planStack(client, request(), ignore, on);
    expect(await statusOf()).toBe('REVIEW_IN_PROGRESS');
    expect(await deployStack(client, request(), ignore, on)).toMatchObject({ Name: 'one' });
    expect(await statusOf()).toBe('CREATE_COMPLETE');
  });

  it('waits for an operation that is under way, and then plans', async () => {
    const stop = new AbortController();
    const started = deployStack(client, request({ Resources: waiting('2') }), () => stop.abort(), stop.signal);
    await failureOf(started);
    const events: ProvisionEvent[] = [];
    const again = request(QUEUES, { replaceFailedCreation: true });
    await deployStack(client, again, (event) => events.push(event), on);
    expect(events[0]).toMatchObject({ type: 'stack-busy', status: 'CREATE_IN_PROGRESS' });
    expect(await statusOf()).toBe('CREATE_COMPLETE');
  });

  it('stops waiting when it is told to, says so, and the stack goes on', async () => {
    const stop = new AbortController();
    const events: ProvisionEvent[] = [];
    const running = deployStack(
      client,
      request({ Resources: waiting('2') }),
      (event) => {
        events.push(event);
        stop.abort();
      },
      stop.signal,
    );
    expect((await failureOf(running)).name).toBe('AbortError');
    expect(events.at(-1)).toEqual({ type: 'stack-left-running', region: 'us-east-1', stack: 'tried' });
    expect(await statusOf()).toBe('CREATE_IN_PROGRESS');
  });

  it('takes an update back when that was chosen', async () => {
    await deployStack(client, request(), ignore, on);
    const stop = new AbortController();
    const template = { ...QUEUES, Resources: { ...QUEUES.Resources, ...waiting('2') } };
    const emit = (event: ProvisionEvent): void => {
      if (event.type === 'stack-event') stop.abort();
    };
    const running = deployStack(client, request(template), emit, stop.signal, { whenAborted: 'cancel' });
    expect(await failureOf(running)).toMatchObject({ code: 'update-cancelled' });
    expect(await statusOf()).toBe('UPDATE_ROLLBACK_COMPLETE');
  });

  it('does not execute a plan twice, nor one that somebody overtook', async () => {
    await deployStack(client, request(), ignore, on);
    const mine = await planStack(client, request(QUEUES, { parameters: { Seconds: '60' } }), ignore, on);
    const theirs = await planStack(client, request(QUEUES, { parameters: { Name: 'theirs' } }), ignore, on);
    await executePlan(client, theirs, ignore, on);
    expect(await failureOf(executePlan(client, mine, ignore, on))).toMatchObject({ code: 'plan-stale' });
    expect(await readOutputs(client, 'tried', on)).toMatchObject({ Name: 'theirs' });
  });
});

it('takes a plan away without a trace', async () => {
  const plan = await planStack(client, request(), ignore, on);
  expect(plan).toMatchObject({ action: 'create', madeStack: true });
  await discardPlan(client, plan, on);
  expect(await statusOf()).toBeUndefined();
  await deployStack(client, request(), ignore, on);
  const update = await planStack(client, request(QUEUES, { parameters: { Seconds: '60' } }), ignore, on);
  expect(await changeSetsOf()).toBe(1);
  await discardPlan(client, update, on);
  expect(await changeSetsOf()).toBe(0);
  expect(await statusOf()).toBe('CREATE_COMPLETE');
});

it('protects a stack from deletion, also when nothing else changes', async () => {
  const isProtected = async (): Promise<boolean | undefined> => {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: 'tried' }));
    return Stacks![0]!.EnableTerminationProtection;
  };
  await deployStack(client, request(), ignore, on);
  expect(await isProtected()).toBeFalsy();
  const plan = await planStack(client, request(QUEUES, { terminationProtection: true }), ignore, on);
  expect(describePlan(plan)).toEqual(['us-east-1  tried: update', '  protected from deletion']);
  await executePlan(client, plan, ignore, on);
  expect(await isProtected()).toBe(true);
  const again = await planStack(client, request(QUEUES, { terminationProtection: true }), ignore, on);
  expect(again).toMatchObject({ action: 'nothing', terminationProtection: undefined });
});

describe('what the service refuses', () => {
  it.each([
    ['an unknown parameter', request(QUEUES, { parameters: { Nobody: 'x' } }), 'request-refused', /Nobody/],
    [
      'a template that is none',
      request({ Resources: { A: { Type: 'AWS::No::Such' } } }),
      'request-refused',
      /No::Such/,
    ],
    ['permissions that nobody acknowledged', request(withRole()), 'request-refused', /CAPABILITY/i],
    ['a long template', request({ ...QUEUES, Description: 'x'.repeat(52_000) }), 'template-too-large', /51200/],
  ] as const)('%s', async (_, wrong, code, text) => {
    const error = await failureOf(planStack(client, wrong, ignore, on));
    expect(error).toMatchObject({ code });
    expect(error.message).toMatch(text);
    expect(await statusOf()).toBeUndefined();
  });

  it('a caller who is unknown', async () => {
    const stranger = new CloudFormationClient({
      ...standIn,
      credentials: { accessKeyId: `AKIA${'X'.repeat(16)}`, secretAccessKey: randomUUID() },
      maxAttempts: 1,
    });
    expect(await failureOf(planStack(stranger, request(), ignore, on))).toMatchObject({ code: 'credentials-unusable' });
  });
});

function withRole(): object {
  const AssumeRolePolicyDocument = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } }],
  };
  return { Resources: { Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument } } } };
}

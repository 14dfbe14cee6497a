import { basename } from 'node:path';
import {
  AutoScalingClient,
  AutoScalingServiceException,
  CompleteLifecycleActionCommand,
  DescribeAutoScalingGroupsCommand,
  RecordLifecycleActionHeartbeatCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  DescribeContainerInstancesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListContainerInstancesCommand,
  ListTasksCommand,
  UpdateContainerInstancesStateCommand,
} from '@aws-sdk/client-ecs';
import type { Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { createHandler, type DrainEvent } from './handler.ts';
import definition from './lambda.ts';
import { readSettings } from './settings.ts';

const ENVIRONMENT = { CLUSTER_NAME: 'apps', GROUP_NAME: 'workers', HOOK_NAME: 'drain' };

interface FakeInstance {
  status: 'ACTIVE' | 'DRAINING';
  /** lastStatus of its tasks, by what they should become. */
  RUNNING: string[];
  STOPPED: string[];
}

/** A cluster and a group, with pages of one, and first an empty one, as filters on pages give. */
class World {
  readonly instances = new Map<string, FakeInstance>();
  /** Instances in Terminating:Wait. */
  readonly waiting = new Set<string>();
  readonly heartbeats: string[] = [];
  before: (command: string, instance: string) => void = () => {};
  readonly autoScaling = mockClient(AutoScalingClient);
  readonly ecs = mockClient(ECSClient);

  constructor() {
    const { autoScaling, ecs } = this;
    autoScaling.on(DescribeAutoScalingGroupsCommand, { AutoScalingGroupNames: ['workers'] }).callsFake(() => ({
      AutoScalingGroups: [
        {
          Instances: [
            ...[...this.waiting].map((InstanceId) => ({ InstanceId, LifecycleState: 'Terminating:Wait' })),
            { InstanceId: 'i-serving', LifecycleState: 'InService' },
          ],
        },
      ],
    }));
    autoScaling.on(RecordLifecycleActionHeartbeatCommand).callsFake((input) => {
      this.active(input);
      this.heartbeats.push(input.InstanceId);
      return {};
    });
    autoScaling.on(CompleteLifecycleActionCommand).callsFake((input) => {
      this.active(input);
      expect(input.LifecycleActionResult).toBe('CONTINUE');
      this.waiting.delete(input.InstanceId);
      return {};
    });
    ecs.on(ListContainerInstancesCommand, { cluster: 'apps' }).callsFake(({ filter, nextToken }) => {
      const id = filter.replace('ec2InstanceId == ', '');
      this.before('list', id);
      if (!nextToken) return { containerInstanceArns: [], nextToken: 'more' };
      return { containerInstanceArns: this.instances.has(id) ? [id] : [] };
    });
    ecs.on(DescribeContainerInstancesCommand, { cluster: 'apps' }).callsFake(({ containerInstances: [arn] }) => {
      this.before('describe', arn);
      const instance = this.instances.get(arn);
      return instance
        ? { containerInstances: [{ status: instance.status }] }
        : { failures: [{ arn, reason: 'MISSING' }] };
    });
    ecs
      .on(UpdateContainerInstancesStateCommand, { cluster: 'apps' })
      .callsFake(({ containerInstances: [arn], status }) => {
        this.before('update', arn);
        const instance = this.instances.get(arn);
        if (!instance) return { failures: [{ arn, reason: 'MISSING' }] };
        instance.status = status;
        return { containerInstances: [{ status }] };
      });
    ecs.on(ListTasksCommand, { cluster: 'apps' }).callsFake(({ containerInstance, desiredStatus, nextToken }) => {
      const tasks = this.instances.get(containerInstance)![desiredStatus as 'RUNNING' | 'STOPPED'];
      const at = Number(nextToken ?? 0);
      return {
        taskArns: tasks.slice(at, at + 1).map((lastStatus) => `${lastStatus}/${at}`),
        nextToken: tasks.length > at + 1 ? String(at + 1) : undefined,
      };
    });
    ecs.on(DescribeTasksCommand, { cluster: 'apps' }).callsFake(({ tasks }) => {
      expect(tasks.length).toBeLessThanOrEqual(100);
      return { tasks: tasks.map((arn: string) => ({ lastStatus: arn.split('/')[0] })) };
    });
  }

  add(id: string, instance: Partial<FakeInstance> = {}): this {
    this.waiting.add(id);
    this.instances.set(id, { status: 'ACTIVE', RUNNING: [], STOPPED: [], ...instance });
    return this;
  }

  handle(event: DrainEvent, environment: NodeJS.ProcessEnv = ENVIRONMENT) {
    const handler = createHandler({
      autoScaling: new AutoScalingClient(),
      ecs: new ECSClient(),
      environment,
      logger: { info: () => {} },
    });
    return handler(event, { getRemainingTimeInMillis: () => 120_000 } as Context);
  }

  private active(input: { AutoScalingGroupName: string; LifecycleHookName: string; InstanceId: string }): void {
    expect(input).toMatchObject({ AutoScalingGroupName: 'workers', LifecycleHookName: 'drain' });
    if (!this.waiting.has(input.InstanceId))
      throw failure(`No active Lifecycle Action found with instance ID ${input.InstanceId}`);
  }
}

function failure(message: string): AutoScalingServiceException {
  return new AutoScalingServiceException({ name: 'ValidationError', message, $fault: 'client', $metadata: {} });
}

const terminating = (EC2InstanceId: string, more: object = {}): DrainEvent => ({
  'detail-type': 'EC2 Instance-terminate Lifecycle Action',
  detail: { EC2InstanceId, AutoScalingGroupName: 'workers', LifecycleHookName: 'drain', ...more },
});
const SCHEDULED: DrainEvent = { 'detail-type': 'Scheduled Event', detail: {} };

test('an instance with tasks is set to draining and waits, step by step, until the last has stopped', async () => {
  const world = new World().add('i-1', { RUNNING: ['RUNNING', 'PENDING'] });
  expect(await world.handle(terminating('i-1'))).toEqual({ 'i-1': 'draining' });
  const instance = world.instances.get('i-1')!;
  expect(instance.status).toBe('DRAINING');

  Object.assign(instance, { RUNNING: [], STOPPED: ['STOPPED', 'DEACTIVATING'] });
  expect(await world.handle(SCHEDULED)).toEqual({ 'i-1': 'draining' });
  instance.STOPPED = ['STOPPED', 'STOPPED'];
  expect(await world.handle(SCHEDULED)).toEqual({ 'i-1': 'let go' });
  expect(world.heartbeats).toEqual(['i-1', 'i-1']);
  expect(world.ecs.commandCalls(UpdateContainerInstancesStateCommand)).toHaveLength(1);
  expect(await world.handle(SCHEDULED)).toEqual({});
});

test('an instance without tasks is let go at once, after it was set to draining', async () => {
  const world = new World().add('i-1');
  expect(await world.handle(terminating('i-1'))).toEqual({ 'i-1': 'let go' });
  expect(world.instances.get('i-1')!.status).toBe('DRAINING');
});

test('reads every page of tasks, and asks of a hundred at a time', async () => {
  const world = new World().add('i-1', { STOPPED: [...Array(150).fill('STOPPED'), 'STOPPING'] });
  expect(await world.handle(terminating('i-1'))).toEqual({ 'i-1': 'draining' });
  expect(world.ecs.commandCalls(DescribeTasksCommand)).toHaveLength(2);
});

test('an instance that the cluster does not have is let go', async () => {
  const world = new World();
  world.waiting.add('i-1');
  expect(await world.handle(terminating('i-1'))).toEqual({ 'i-1': 'let go' });
});

test.each(['describe', 'update'])('an instance that is gone at the request to %s is let go', async (when) => {
  const world = new World().add('i-1', { RUNNING: ['RUNNING'] });
  world.before = (command, id) => {
    if (command === when) world.instances.delete(id);
  };
  expect(await world.handle(terminating('i-1'))).toEqual({ 'i-1': 'let go' });
});

test('an action that is over already is success, with tasks and without', async () => {
  const world = new World().add('i-1').add('i-2', { RUNNING: ['RUNNING'] });
  world.waiting.clear();
  expect(await world.handle(terminating('i-1'))).toEqual({ 'i-1': 'over' });
  expect(await world.handle(terminating('i-2'))).toEqual({ 'i-2': 'over' });
});

test('the schedule takes all that wait a step further, and one that fails is told after the others', async () => {
  const world = new World();
  for (const id of ['i-1', 'i-2', 'i-3', 'i-4', 'i-5', 'i-6']) world.add(id);
  world.before = (command, id) => {
    if (command === 'list' && id === 'i-2') throw new Error('AccessDenied');
  };
  await expect(world.handle(SCHEDULED)).rejects.toMatchObject({
    faults: [{ code: 'instance-failed', where: 'i-2', received: expect.stringContaining('AccessDenied') }],
  });
  expect([...world.waiting]).toEqual(['i-2']);
  world.before = () => {};
  expect(await world.handle(SCHEDULED)).toEqual({ 'i-2': 'let go' });
});

test('another refusal of Auto Scaling is not taken for an action that is over', async () => {
  const world = new World().add('i-1');
  world.autoScaling.on(CompleteLifecycleActionCommand).rejects(failure('1 validation error detected'));
  await expect(world.handle(terminating('i-1'))).rejects.toThrow(/instance-failed[\s\S]+1 validation error/);
});

test('another failure of ECS is not taken for an instance that is gone', async () => {
  const world = new World().add('i-1');
  world.ecs.on(UpdateContainerInstancesStateCommand).resolves({ failures: [{ reason: 'AGENT' }] });
  await expect(world.handle(terminating('i-1'))).rejects.toThrow(/AGENT/);
  expect([...world.waiting]).toEqual(['i-1']);
});

test.each([
  ['of another group', terminating('i-1', { AutoScalingGroupName: 'others' })],
  ['of another hook', terminating('i-1', { LifecycleHookName: 'others' })],
  ['of another kind', { 'detail-type': 'EC2 Instance-launch Lifecycle Action', detail: {} }],
  ['without anything', {}],
])('refuses an event %s', async (_, event) => {
  await expect(new World().handle(event)).rejects.toThrow(/unknown-event/);
});

test('names every variable that is missing, and declares exactly those that it reads', async () => {
  await expect(new World().handle(SCHEDULED, { CLUSTER_NAME: 'apps' })).rejects.toMatchObject({
    faults: [{ where: 'GROUP_NAME' }, { where: 'HOOK_NAME' }],
  });
  const read = new Set<string>();
  const environment = new Proxy<NodeJS.ProcessEnv>({}, { get: (_, name) => void read.add(String(name)) });
  expect(() => readSettings(environment)).toThrow();
  expect(Object.keys(definition.environment).sort()).toEqual([...read].sort());
});

test('the definition has the name of its folder', () => {
  expect(definition.name).toBe(basename(__dirname));
});

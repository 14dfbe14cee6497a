import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { type ProvisionError, readOutputs } from '@bitclouded/provisioner';
import { type StandIn, startStandIn } from '../../tools/e2e/stand-in.ts';
import { executeHost, type HostWork, type PlannedHost, planHost } from './plan-host.ts';
import { faceOf, parameter, twoRegionHost } from './testing/host-fixtures.ts';

let standIn: StandIn;
const on = new AbortController().signal;
const ignore = (): void => undefined;
const cloudFormation = (region: string): CloudFormationClient => new CloudFormationClient({ ...standIn, region });

beforeAll(async () => {
  standIn = await startStandIn();
});
afterAll(() => standIn.stop());
beforeEach(() => standIn.reset());

const body = (Parameters: object, Resources: object, Outputs: object): string =>
  JSON.stringify({ Parameters, Resources, Outputs });
const queue = (name: unknown) => ({ Type: 'AWS::SQS::Queue', Properties: { QueueName: name } });

/** Small templates in the host's places: a name goes from the home region's to the others'. */
function workOf(name: string, regions: readonly string[] = ['us-east-1', 'eu-west-1'], broken = false): HostWork {
  const home = body(
    { Name: { Type: 'String' } },
    { Queue: queue({ Ref: 'Name' }) },
    { Shared: { Value: { 'Fn::Sub': '${Name}-shared' } } },
  );
  const wait = {
    Handle: { Type: 'AWS::CloudFormation::WaitConditionHandle' },
    Wait: { Type: 'AWS::CloudFormation::WaitCondition', Properties: { Handle: { Ref: 'Handle' }, Timeout: '1' } },
  };
  const region = body(
    { Shared: { Type: 'String' } },
    { Queue: queue({ Ref: 'Shared' }), ...(broken ? wait : {}) },
    { RegionQueue: { Value: { Ref: 'Shared' } } },
  );
  return {
    host: twoRegionHost({ regions: [...regions], stacks: { 'artifact-host': { Name: name } } }),
    templates: {
      'artifact-host': { body: home, interface: faceOf('foundation/artifact-host', [parameter('Name')], ['Shared']) },
      'github-oidc': { body: '{}', interface: faceOf('foundation/github-oidc', []) },
      'artifact-region': {
        body: region,
        interface: faceOf('foundation/artifact-region', [parameter('Shared')], ['RegionQueue']),
      },
    },
    found: {},
    replaceFailed: false,
    clients: { cloudFormation },
  };
}

const actionsOf = (planned: PlannedHost): (string | undefined)[] => planned.flat().map(({ plan }) => plan?.action);

it('waits with what hangs on another stack, and gives it the value', async () => {
  const work = workOf('one');
  const planned = await planHost(work, ignore, on);
  expect(planned.flat()[1]).toMatchObject({ plan: undefined, awaits: { Shared: 'bitclouded-artifact-host' } });
  const done = await executeHost(work, planned, ignore, on);
  expect(done.map(({ region, outputs }) => [region, outputs])).toEqual([
    ['us-east-1', { Shared: 'one-shared' }],
    ['eu-west-1', { RegionQueue: 'one-shared' }],
  ]);
  expect(actionsOf(await planHost(work, ignore, on))).toEqual(['nothing', 'nothing']);
});

it('replaces nothing that was not shown', async () => {
  await executeHost(workOf('one'), await planHost(workOf('one'), ignore, on), ignore, on);
  const work = workOf('two');
  const planned = await planHost(work, ignore, on);
  // By today's output nothing changes in the other region.
  expect(actionsOf(planned)).toEqual(['update', 'nothing']);
  await expect(executeHost(work, planned, ignore, on)).rejects.toMatchObject({
    code: 'plan-differs',
    faults: [{ where: 'eu-west-1 stack bitclouded-artifact-region', received: 'Queue replaced' }],
  });
  const outputs = () => readOutputs(cloudFormation('eu-west-1'), 'bitclouded-artifact-region', on);
  expect(await outputs()).toEqual({ RegionQueue: 'one-shared' });

  const shown = await planHost(work, ignore, on);
  expect(actionsOf(shown)).toEqual(['nothing', 'update']);
  await executeHost(work, shown, ignore, on);
  expect(await outputs()).toEqual({ RegionQueue: 'two-shared' });
});

it('lets no region stop another, and tells the faults of all', async () => {
  const work = workOf('one', ['us-east-1', 'eu-west-1', 'eu-central-1'], true);
  const error: ProvisionError = await executeHost(work, await planHost(work, ignore, on), ignore, on).then(
    () => Promise.reject(new Error('it did not fail')),
    (cause) => cause,
  );
  expect(error.faults.map(({ where }) => where).sort()).toEqual([
    'eu-central-1 stack bitclouded-artifact-region, Wait (AWS::CloudFormation::WaitCondition)',
    'eu-west-1 stack bitclouded-artifact-region, Wait (AWS::CloudFormation::WaitCondition)',
  ]);
});

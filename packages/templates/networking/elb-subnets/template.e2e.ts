import { CloudFormationClient, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { synthesise, type Template } from '@bitclouded/kit';
import { createStack, deleteStack, type StackRequest, updateStack } from '../../../../tools/e2e/stacks.ts';
import { type StandIn, startStandIn } from '../../../../tools/e2e/stand-in.ts';
import natGatewaySubnets from '../nat-gateway-subnets/template.ts';
import natSubnets from '../nat-subnets/template.ts';
import privateSubnets from '../private-subnets/template.ts';
import publicOutSubnets from '../public-out-subnets/template.ts';
import vpc from '../vpc/template.ts';
import elbSubnets from './template.ts';

/** From below upwards. */
const network: readonly Template[] = [vpc, publicOutSubnets, privateSubnets, natGatewaySubnets, natSubnets, elbSubnets];
const LOGS = {
  FlowLogGroupArn: 'arn:aws:logs:us-east-1:123456789012:log-group:flow',
  FlowLogRoleArn: 'arn:aws:iam::123456789012:role/flow',
};

/** A whole network grows by a zone, changes its NAT and goes again, stack by stack as an environment does it. */
describe('a network', () => {
  let standIn: StandIn;
  let cloudFormation: CloudFormationClient;
  const outputs = new Map<string, Readonly<Record<string, string>>>();

  beforeAll(async () => {
    standIn = await startStandIn();
    cloudFormation = new CloudFormationClient({ ...standIn });
  });
  afterAll(async () => {
    await standIn?.stop();
  });

  function request(template: Template, own: Record<string, string>): StackRequest {
    const { yaml, interface: face } = synthesise(template);
    const wired = face.parameters.flatMap(({ name, wiring }): [string, string][] => {
      const value = wiring && outputs.get(wiring.template)?.[wiring.output];
      return value === undefined ? [] : [[name, value]];
    });
    return {
      name: template.name.replace('/', '-'),
      template: { body: yaml },
      parameters: { ...Object.fromEntries(wired), ...own },
    };
  }

  const ownOf = (template: Template, zones: Record<string, string>): Record<string, string> =>
    template === vpc ? { ...LOGS, ...zones } : {};

  /** What there is, by logical id. */
  async function idsOf(template: Template): Promise<ReadonlyMap<string, string>> {
    const { StackResources = [] } = await cloudFormation.send(
      new DescribeStackResourcesCommand({ StackName: request(template, {}).name }),
    );
    return new Map(StackResources.map((one) => [one.LogicalResourceId!, one.PhysicalResourceId!]));
  }

  /** Updates, and tells what was replaced or taken away by it. A change set guesses: it sees that a list changed. */
  async function update(template: Template, own: Record<string, string>): Promise<string[]> {
    const before = await idsOf(template);
    outputs.set(template.name, (await updateStack(cloudFormation, request(template, own))).outputs);
    const after = await idsOf(template);
    expect(before.size).toBeGreaterThan(0);
    return [...before].filter(([name, id]) => after.get(name) !== id).map(([name]) => name);
  }

  const TWO = { Zone1: 'us-east-1a', Zone2: 'us-east-1b' };
  const THREE = { ...TWO, Zone3: 'us-east-1c' };

  it('is made in two zones', async () => {
    for (const template of network)
      outputs.set(template.name, (await createStack(cloudFormation, request(template, ownOf(template, TWO)))).outputs);
    expect(outputs.get('networking/elb-subnets')!.ServerSubnets!.split(',')).toHaveLength(2);
  });

  it('grows by a third zone, and nothing is replaced or taken away', async () => {
    const before = new Map(outputs);
    for (const template of network)
      expect([template.name, await update(template, ownOf(template, THREE))]).toEqual([template.name, []]);
    for (const [name, output] of [
      ['networking/public-out-subnets', 'PublicSubnets'],
      ['networking/private-subnets', 'PrivateSubnets'],
      ['networking/nat-gateway-subnets', 'NatGatewaySubnets'],
      ['networking/nat-subnets', 'NatSubnets'],
      ['networking/nat-subnets', 'NatRouteTables'],
      ['networking/elb-subnets', 'ElbSubnets'],
      ['networking/elb-subnets', 'ServerSubnets'],
    ] as const) {
      const now = outputs.get(name)![output]!.split(',');
      expect(now).toHaveLength(3);
      expect(now.slice(0, 2)).toEqual(before.get(name)![output]!.split(','));
    }
    for (const same of ['DbSubnetGroup', 'CacheSubnetGroup'])
      expect(outputs.get('networking/private-subnets')![same]).toBe(before.get('networking/private-subnets')![same]);
  });

  it('changes its NAT, and no table or subnet goes', async () => {
    const tables = outputs.get('networking/nat-subnets')!.NatRouteTables;
    for (const NatMode of ['per-zone', 'none', 'single']) {
      const gone = await update(natSubnets, { NatMode });
      for (const name of gone) expect(name).toMatch(/^Zone\dNat(?:Address|Gateway|Route|\w+Alarm)$/);
      // Between one gateway and several, what there is in the first zone stays.
      if (NatMode === 'per-zone') expect(gone).toEqual([]);
      expect(outputs.get('networking/nat-subnets')!.NatRouteTables).toBe(tables);
    }
  });

  it('goes backwards', async () => {
    for (const template of [...network].reverse()) await deleteStack(cloudFormation, template.name.replace('/', '-'));
  });
});

import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { type Rendered, type RenderOptions, render } from '@bitclouded/kit';
import template from './template.ts';

const REQUIRED = {
  VpcId: 'vpc-1',
  VpcCidr: '10.8.0.0/16',
  VpcIpv6Cidr: '2600:1:2:300::/56',
  SubnetBits: '11',
  Zone1: 'eu-west-1a',
  Zone2: 'eu-west-1b',
  PublicRouteTable: 'rtb-1',
};

function rendered(parameters: Record<string, string> = {}, options: RenderOptions = {}): Rendered {
  return render(template, { ...options, parameters: { ...REQUIRED, ...parameters } });
}

test('has a subnet in each zone, in the order of the zones, in the slots of its tier, on the public route table', () => {
  const { resources, outputs } = rendered();
  expect(['Zone1NatGatewaySubnet', 'Zone2NatGatewaySubnet'].map((id) => resources[id]!.Properties)).toMatchObject([
    { AvailabilityZone: 'eu-west-1a', CidrBlock: '10.8.64.0/21', MapPublicIpOnLaunch: false },
    { AvailabilityZone: 'eu-west-1b', CidrBlock: '10.8.72.0/21', MapPublicIpOnLaunch: false },
  ]);
  expect(resources.Zone1NatGatewaySubnetRoutes!.Properties.RouteTableId).toBe('rtb-1');
  expect(outputs).toEqual({ NatGatewaySubnets: '${Zone1NatGatewaySubnet},${Zone2NatGatewaySubnet}' });
  expect(rendered({ Zone3: 'eu-west-1c' }).outputs.NatGatewaySubnets).toBe(
    '${Zone1NatGatewaySubnet},${Zone2NatGatewaySubnet},${Zone3NatGatewaySubnet}',
  );
});

test('lets in from the internet what may be an answer, and from servers what they may send out', () => {
  const open = Object.entries(rendered().resources)
    .filter(
      ([id, { Properties }]) => id.startsWith('NatGatewayAclIn') && Properties.Protocol === 6 && Properties.CidrBlock,
    )
    .map(([, { Properties }]) => `${(Properties.PortRange as { From: number }).From} ${String(Properties.CidrBlock)}`);
  // 10.8.160.0/19 holds the servers, 10.8.192.0/19 what runs in nat-subnets.
  expect(open.sort()).toEqual(
    [
      '1024 0.0.0.0/0',
      ...['10.8.160.0/19', '10.8.192.0/19'].flatMap((tier) => [443, 80, 587].map((port) => `${port} ${tier}`)),
    ].sort(),
  );
});

test('a third zone is added without a change to what there is', () => {
  const { changes } = fullDiff(
    { Resources: rendered().resources },
    { Resources: rendered({ Zone3: 'eu-west-1c' }).resources },
  ).resources;
  expect(Object.entries(changes).map(([id, { changeImpact }]) => [id.slice(0, 5), changeImpact])).toEqual(
    Array(3).fill(['Zone3', ResourceImpact.WILL_CREATE]),
  );
});

test.each(['aws', 'aws-cn', 'aws-us-gov'] as const)('is the same in the partition %s', (partition) => {
  expect(rendered({}, { partition }).resources).toEqual(rendered().resources);
});

import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { type Rendered, type RenderOptions, render, synthesise } from '@bitclouded/kit';
import template from './template.ts';

const REQUIRED = {
  VpcId: 'vpc-1',
  VpcCidr: '10.8.0.0/16',
  VpcIpv6Cidr: '2600:1:2:300::/56',
  SubnetBits: '11',
  Zone1: 'eu-west-1a',
  Zone2: 'eu-west-1b',
  InternetGatewayId: 'igw-1',
};

function rendered(parameters: Record<string, string> = {}, options: RenderOptions = {}): Rendered {
  return render(template, { ...options, parameters: { ...REQUIRED, ...parameters } });
}

test('has a subnet in each zone, dual-stack, in the slots of its tier', () => {
  const { resources, outputs } = rendered({ Zone3: 'eu-west-1c' });
  const subnets = ['Zone1PublicSubnet', 'Zone2PublicSubnet', 'Zone3PublicSubnet'].map(
    (id) => resources[id]!.Properties,
  );
  expect(subnets).toMatchObject([
    { AvailabilityZone: 'eu-west-1a', CidrBlock: '10.8.0.0/21', Ipv6CidrBlock: '2600:1:2:300::/64', VpcId: 'vpc-1' },
    { AvailabilityZone: 'eu-west-1b', CidrBlock: '10.8.8.0/21', Ipv6CidrBlock: '2600:1:2:301::/64', VpcId: 'vpc-1' },
    { AvailabilityZone: 'eu-west-1c', CidrBlock: '10.8.16.0/21', Ipv6CidrBlock: '2600:1:2:302::/64', VpcId: 'vpc-1' },
  ]);
  expect(outputs.PublicSubnets).toBe('${Zone1PublicSubnet},${Zone2PublicSubnet},${Zone3PublicSubnet}');
  expect(rendered().outputs.PublicSubnets).toBe('${Zone1PublicSubnet},${Zone2PublicSubnet}');
});

test('gives no public address away: in neither family', () => {
  for (const { Type, Properties } of Object.values(rendered().resources))
    if (Type === 'AWS::EC2::Subnet')
      expect(Properties).toMatchObject({ MapPublicIpOnLaunch: false, AssignIpv6AddressOnCreation: false });
});

test('leads to the internet gateway in both families', () => {
  const { resources, outputs } = rendered();
  const routes = Object.values(resources).filter(({ Type }) => Type === 'AWS::EC2::Route');
  expect(routes.map(({ Properties }) => Properties)).toEqual([
    { RouteTableId: '${PublicRouteTable}', GatewayId: 'igw-1', DestinationCidrBlock: '0.0.0.0/0' },
    { RouteTableId: '${PublicRouteTable}', GatewayId: 'igw-1', DestinationIpv6CidrBlock: '::/0' },
  ]);
  expect(outputs.PublicRouteTable).toBe('${PublicRouteTable}');
  expect(resources.Zone2PublicSubnetRoutes!.Properties).toEqual({
    RouteTableId: '${PublicRouteTable}',
    SubnetId: '${Zone2PublicSubnet}',
  });
});

test('lets servers out on listed ports alone, and to high ports of the VPC', () => {
  const entries = Object.entries(rendered().resources).filter(([id]) => id.startsWith('PublicAclOut'));
  expect(entries.map(([, { Properties }]) => Properties).filter(({ Protocol }) => Protocol === 6)).toEqual(
    [
      ['0.0.0.0/0', '::/0', 443, 443],
      ['0.0.0.0/0', '::/0', 80, 80],
      ['0.0.0.0/0', '::/0', 587, 587],
      ['10.8.0.0/16', '2600:1:2:300::/56', 1024, 65535],
    ].flatMap(([CidrBlock, Ipv6CidrBlock, From, To]) => [
      expect.objectContaining({ CidrBlock, PortRange: { From, To }, RuleAction: 'allow' }),
      expect.objectContaining({ Ipv6CidrBlock, PortRange: { From, To }, RuleAction: 'allow' }),
    ]),
  );
});

test('a third zone is added without a change to what there is', () => {
  const { changes } = fullDiff(
    { Resources: rendered().resources },
    { Resources: rendered({ Zone3: 'eu-west-1c' }).resources },
  ).resources;
  expect(new Set(Object.values(changes).map(({ changeImpact }) => changeImpact))).toEqual(
    new Set([ResourceImpact.WILL_CREATE]),
  );
  expect(Object.keys(changes).sort()).toEqual(['Zone3PublicSubnet', 'Zone3PublicSubnetAcl', 'Zone3PublicSubnetRoutes']);
});

test.each(['aws', 'aws-cn', 'aws-us-gov'] as const)(
  'is the same in the partition %s, and guesses no zone',
  (partition) => {
    expect(rendered({}, { partition }).resources).toEqual(rendered().resources);
    expect(synthesise(template).yaml).not.toContain('GetAZs');
  },
);

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
};

function rendered(parameters: Record<string, string> = {}, options: RenderOptions = {}): Rendered {
  return render(template, { ...options, parameters: { ...REQUIRED, ...parameters } });
}

test('has a subnet in each zone, in the slots of its tier, which gives out no address of IPv6', () => {
  const { resources } = rendered();
  expect(['Zone1PrivateSubnet', 'Zone2PrivateSubnet'].map((id) => resources[id]!.Properties)).toMatchObject([
    { AvailabilityZone: 'eu-west-1a', CidrBlock: '10.8.128.0/21', Ipv6CidrBlock: '2600:1:2:310::/64' },
    { AvailabilityZone: 'eu-west-1b', CidrBlock: '10.8.136.0/21', Ipv6CidrBlock: '2600:1:2:311::/64' },
  ]);
  for (const { Type, Properties } of Object.values(resources))
    if (Type === 'AWS::EC2::Subnet')
      expect(Properties).toMatchObject({ MapPublicIpOnLaunch: false, AssignIpv6AddressOnCreation: false });
});

test('has a route table of its own that leads nowhere', () => {
  const { resources, outputs } = rendered();
  expect(Object.values(resources).map(({ Type }) => Type)).not.toContain('AWS::EC2::Route');
  for (const zone of ['Zone1', 'Zone2'])
    expect(resources[`${zone}PrivateSubnetRoutes`]!.Properties).toEqual({
      RouteTableId: '${PrivateRouteTable}',
      SubnetId: `\${${zone}PrivateSubnet}`,
    });
  expect(outputs.PrivateRouteTable).toBe('${PrivateRouteTable}');
});

test('lets nobody in from outside the VPC, and nothing out', () => {
  const entries = Object.values(rendered().resources).filter(
    ({ Type, Properties }) => Type === 'AWS::EC2::NetworkAclEntry' && Properties.Protocol === 6,
  );
  expect(entries).toHaveLength(20);
  for (const { Properties } of entries)
    expect(String(Properties.CidrBlock ?? Properties.Ipv6CidrBlock)).toMatch(
      /^10\.8\.(?:128|160|192)\.0\/19$|^2600:1:2:3(?:10|14|18)::\/62$/,
    );
});

test('databases and caches find their subnets by group, in all zones', () => {
  for (const [parameters, zones] of [
    [{}, ['Zone1', 'Zone2']],
    [{ Zone3: 'eu-west-1c' }, ['Zone1', 'Zone2', 'Zone3']],
  ] as const) {
    const { resources, outputs } = rendered(parameters);
    const SubnetIds = zones.map((zone) => `\${${zone}PrivateSubnet}`);
    expect(resources.DbSubnetGroup).toMatchObject({ Type: 'AWS::RDS::DBSubnetGroup', Properties: { SubnetIds } });
    expect(resources.CacheSubnetGroup).toMatchObject({
      Type: 'AWS::ElastiCache::SubnetGroup',
      Properties: { SubnetIds },
    });
    expect(outputs).toMatchObject({
      PrivateSubnets: SubnetIds.join(),
      DbSubnetGroup: '${DbSubnetGroup}',
      CacheSubnetGroup: '${CacheSubnetGroup}',
    });
  }
});

test('a third zone joins the groups and replaces nothing', () => {
  const { changes } = fullDiff(
    { Resources: rendered().resources },
    { Resources: rendered({ Zone3: 'eu-west-1c' }).resources },
  ).resources;
  expect(Object.fromEntries(Object.entries(changes).map(([id, { changeImpact }]) => [id, changeImpact]))).toEqual({
    DbSubnetGroup: ResourceImpact.WILL_UPDATE,
    CacheSubnetGroup: ResourceImpact.WILL_UPDATE,
    Zone3PrivateSubnet: ResourceImpact.WILL_CREATE,
    Zone3PrivateSubnetAcl: ResourceImpact.WILL_CREATE,
    Zone3PrivateSubnetRoutes: ResourceImpact.WILL_CREATE,
  });
});

test.each(['aws', 'aws-cn', 'aws-us-gov'] as const)('is the same in the partition %s', (partition) => {
  expect(rendered({}, { partition }).resources).toEqual(rendered().resources);
});

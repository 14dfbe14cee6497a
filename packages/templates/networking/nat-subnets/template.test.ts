import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { decide, type Rendered, type RenderOptions, render, type Statement, synthesise } from '@bitclouded/kit';
import template from './template.ts';

const ACCOUNT = '123456789012';
const REQUIRED = {
  VpcId: 'vpc-1',
  VpcCidr: '10.8.0.0/16',
  VpcIpv6Cidr: '2600:1:2:300::/56',
  SubnetBits: '11',
  Zone1: 'eu-west-1a',
  Zone2: 'eu-west-1b',
  EgressOnlyGatewayId: 'eigw-1',
  NatGatewaySubnets: 'subnet-1,subnet-2',
};
const THREE = { Zone3: 'eu-west-1c', NatGatewaySubnets: 'subnet-1,subnet-2,subnet-3' };
const TOPICS = {
  CriticalArn: `arn:aws:sns:eu-west-1:${ACCOUNT}:critical`,
  WarningArn: `arn:aws:sns:eu-west-1:${ACCOUNT}:warning`,
};
const MODES = ['single', 'per-zone', 'none'] as const;

function rendered(parameters: Record<string, string> = {}, options: RenderOptions = {}): Rendered {
  return render(template, { ...options, parameters: { ...REQUIRED, ...parameters } });
}

function ofType(type: string, parameters: Record<string, string> = {}) {
  return Object.entries(rendered(parameters).resources).filter(([, { Type }]) => Type === type);
}

/** Zone → the gateway that its IPv4 goes through. */
function ways(parameters: Record<string, string>): Record<string, unknown> {
  return Object.fromEntries(
    ofType('AWS::EC2::Route', parameters)
      .filter(([, { Properties }]) => Properties.DestinationCidrBlock === '0.0.0.0/0')
      .map(([, { Properties }]) => [Properties.RouteTableId, Properties.NatGatewayId]),
  );
}

function changed(from: Record<string, string>, to: Record<string, string>): Record<string, ResourceImpact> {
  const { changes } = fullDiff(
    { Resources: rendered(from).resources },
    { Resources: rendered(to).resources },
  ).resources;
  return Object.fromEntries(Object.entries(changes).map(([id, { changeImpact }]) => [id, changeImpact]));
}

describe('the way out', () => {
  test('is a single gateway in zone 1 for all zones, unless somebody asks for more', () => {
    expect(ways(THREE)).toEqual({
      '${Zone1NatRouteTable}': '${Zone1NatGateway}',
      '${Zone2NatRouteTable}': '${Zone1NatGateway}',
      '${Zone3NatRouteTable}': '${Zone1NatGateway}',
    });
    expect(ofType('AWS::EC2::NatGateway', THREE).map(([id]) => id)).toEqual(['Zone1NatGateway']);
    expect(ofType('AWS::EC2::EIP', THREE)).toHaveLength(1);
  });

  test('is a gateway in each zone, in the home of its zone', () => {
    const perZone = { ...THREE, NatMode: 'per-zone' };
    expect(ways(perZone)).toEqual({
      '${Zone1NatRouteTable}': '${Zone1NatGateway}',
      '${Zone2NatRouteTable}': '${Zone2NatGateway}',
      '${Zone3NatRouteTable}': '${Zone3NatGateway}',
    });
    expect(ofType('AWS::EC2::NatGateway', perZone).map(([, { Properties }]) => Properties)).toMatchObject(
      [1, 2, 3].map((zone) => ({
        SubnetId: `subnet-${zone}`,
        AllocationId: `\${Zone${zone}NatAddress.AllocationId}`,
      })),
    );
    expect(ofType('AWS::EC2::NatGateway', { NatMode: 'per-zone' })).toHaveLength(2);
  });

  test('is closed to IPv4 where there is none, which costs nothing', () => {
    const none = { ...THREE, NatMode: 'none' };
    expect(ways(none)).toEqual({});
    for (const type of ['AWS::EC2::NatGateway', 'AWS::EC2::EIP', 'AWS::CloudWatch::Alarm'])
      expect(ofType(type, none)).toEqual([]);
  });

  test.each(MODES)('is the egress-only gateway for IPv6 in every zone, in mode %s', (NatMode) => {
    const routes = ofType('AWS::EC2::Route', { ...THREE, NatMode }).filter(
      ([, { Properties }]) => Properties.DestinationIpv6CidrBlock === '::/0',
    );
    expect(routes.map(([, { Properties }]) => Properties.EgressOnlyInternetGatewayId)).toEqual(Array(3).fill('eigw-1'));
  });
});

describe('a switch of NatMode', () => {
  test.each(MODES.flatMap((from) => MODES.filter((to) => to !== from).map((to) => [from, to] as const)))(
    'from %s to %s replaces nothing: tables stay, and routes move in place',
    (from, to) => {
      const impacts = changed({ ...THREE, NatMode: from }, { ...THREE, NatMode: to });
      expect(Object.keys(impacts)).not.toHaveLength(0);
      for (const [id, impact] of Object.entries(impacts)) {
        expect([id, impact]).toEqual([id, expect.stringMatching(/^WILL_(?:CREATE|UPDATE|DESTROY)$/)]);
        if (impact === ResourceImpact.WILL_UPDATE) expect(id).toMatch(/^Zone[23]NatRoute$/);
        else expect(id).toMatch(/^Zone\dNat(?:Address|Gateway|Route|PortsAlarm|DropsAlarm)$/);
      }
    },
  );

  test.each([
    ['single', 'per-zone'],
    ['per-zone', 'single'],
  ])('from %s to %s keeps the gateway of zone 1, its address and its route', (from, to) => {
    const impacts = changed({ ...THREE, NatMode: from }, { ...THREE, NatMode: to });
    expect(Object.keys(impacts).filter((id) => id.startsWith('Zone1'))).toEqual([]);
    expect(impacts).toMatchObject({ Zone2NatRoute: ResourceImpact.WILL_UPDATE });
  });

  test('makes a gateway before a route leads to it: the route names it', () => {
    const { Resources } = synthesise(template).template as { Resources: Record<string, { Properties: object }> };
    expect(JSON.stringify(Resources.Zone2NatRoute!.Properties)).toContain('{"Ref":"Zone2NatGateway"}');
  });
});

test.each(MODES)('a third zone replaces nothing, in mode %s', (NatMode) => {
  const impacts = changed({ NatMode }, { ...THREE, NatMode });
  const updated = Object.entries(impacts).filter(([id]) => !id.startsWith('Zone3'));
  expect(updated.sort()).toEqual([
    ['DynamoDbEndpoint', ResourceImpact.WILL_UPDATE],
    ['S3Endpoint', ResourceImpact.WILL_UPDATE],
  ]);
  for (const [id, impact] of Object.entries(impacts))
    if (id.startsWith('Zone3')) expect([id, impact]).toEqual([id, ResourceImpact.WILL_CREATE]);
  expect(impacts).toHaveProperty('Zone3NatRouteTable');
});

describe('the subnets', () => {
  test('stand in the slots of their tier, each on the table of its zone, with IPv6 of their own', () => {
    const { resources, outputs } = rendered(THREE);
    for (const [index, third] of [192, 200, 208].entries()) {
      const zone = `Zone${index + 1}`;
      expect(resources[`${zone}NatSubnet`]!.Properties).toMatchObject({
        CidrBlock: `10.8.${third}.0/21`,
        Ipv6CidrBlock: `2600:1:2:${(0x318 + index).toString(16)}::/64`,
        AssignIpv6AddressOnCreation: true,
        MapPublicIpOnLaunch: false,
      });
      expect(resources[`${zone}NatSubnetRoutes`]!.Properties.RouteTableId).toBe(`\${${zone}NatRouteTable}`);
    }
    expect(outputs).toEqual({
      NatSubnets: '${Zone1NatSubnet},${Zone2NatSubnet},${Zone3NatSubnet}',
      NatRouteTables: '${Zone1NatRouteTable},${Zone2NatRouteTable},${Zone3NatRouteTable}',
      S3EndpointId: '${S3Endpoint.Id}',
    });
  });
});

describe('the endpoints', () => {
  const OURS = { 'aws:PrincipalAccount': ACCOUNT };
  const STRANGERS = { 'aws:PrincipalAccount': '999999999999' };
  const asked = (
    id: string,
    action: string,
    resource: string,
    context: Record<string, string>,
    parameters: Record<string, string> = {},
    options: RenderOptions = {},
  ) => {
    const { PolicyDocument } = rendered(parameters, options).resources[id]!.Properties as unknown as {
      PolicyDocument: { Statement: Statement[] };
    };
    return decide(PolicyDocument.Statement, { action, resource, context });
  };

  test('stand on the route table of every zone', () => {
    for (const [id, service] of [
      ['S3Endpoint', 's3'],
      ['DynamoDbEndpoint', 'dynamodb'],
    ] as const)
      expect(rendered(THREE).resources[id]!.Properties).toMatchObject({
        VpcEndpointType: 'Gateway',
        ServiceName: `com.amazonaws.eu-west-1.${service}`,
        RouteTableIds: ['${Zone1NatRouteTable}', '${Zone2NatRouteTable}', '${Zone3NatRouteTable}'],
      });
  });

  test('let credentials of this account through, to wherever IAM lets them', () => {
    for (const action of ['s3:PutObject', 's3:DeleteObject', 's3:PutBucketPolicy'])
      expect(asked('S3Endpoint', action, 'arn:aws:s3:::anywhere/key', OURS)).toBe('allowed');
    expect(asked('DynamoDbEndpoint', 'dynamodb:PutItem', 'arn:aws:dynamodb:::table/t', OURS)).toBe('allowed');
  });

  test.each([
    ['credentials of another account', STRANGERS],
    ['nobody’s credentials', {}],
  ])('let %s carry nothing out', (_, context: Record<string, string>) => {
    expect(asked('S3Endpoint', 's3:PutObject', 'arn:aws:s3:::theirs/key', context)).toBe('neither');
    expect(asked('DynamoDbEndpoint', 'dynamodb:PutItem', 'arn:aws:dynamodb:::table/t', context)).toBe('neither');
  });

  test('let anybody read: layers of images, packages, agents and patches', () => {
    for (const resource of [
      'arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/layer',
      'arn:aws:s3:::al2023-repos-eu-west-1-de612dc2/core/mirrors/latest/x86_64/mirror.list',
      'arn:aws:s3:::amazon-ssm-eu-west-1/latest/VERSION',
    ])
      for (const context of [{}, STRANGERS])
        expect(asked('S3Endpoint', 's3:GetObject', resource, context)).toBe('allowed');
  });

  test.each([
    ['aws', 'eu-west-1', 'euwest1'],
    ['aws-cn', 'cn-north-1', 'cnnorth1'],
    ['aws-us-gov', 'us-gov-west-1', 'usgovwest1'],
  ] as const)('let custom resources and wait conditions answer CloudFormation in %s', (partition, region, joined) => {
    const answers = (bucket: string) =>
      asked(
        'S3Endpoint',
        's3:PutObject',
        `arn:${partition}:s3:::${bucket}/answer`,
        STRANGERS,
        {},
        { partition, region },
      );
    expect(answers(`cloudformation-custom-resource-response-${joined}`)).toBe('allowed');
    expect(answers(`cloudformation-waitcondition-${region}`)).toBe('allowed');
    expect(answers(`cloudformation-custom-resource-response-${joined}-of-a-stranger`)).toBe('neither');
  });

  test('let credentials of other accounts through where somebody asks for it, and still nobody without any', () => {
    const open = { OtherAccounts: 'true' };
    expect(asked('S3Endpoint', 's3:PutObject', 'arn:aws:s3:::theirs/key', STRANGERS, open)).toBe('allowed');
    expect(asked('S3Endpoint', 's3:PutObject', 'arn:aws:s3:::theirs/key', {}, open)).toBe('neither');
    expect(asked('DynamoDbEndpoint', 'dynamodb:PutItem', 'arn:aws:dynamodb:::table/t', {}, open)).toBe('neither');
  });
});

describe('the alarms', () => {
  test('ring for each gateway that there is, each to its topic', () => {
    const alarms = ofType('AWS::CloudWatch::Alarm', { ...THREE, ...TOPICS, NatMode: 'per-zone' });
    expect(
      alarms.map(([id, { Properties }]) => [id, Properties.MetricName, Properties.Dimensions, Properties.AlarmActions]),
    ).toEqual(
      ['Zone1', 'Zone2', 'Zone3'].flatMap((zone) => {
        const dimensions = [{ Name: 'NatGatewayId', Value: `\${${zone}NatGateway}` }];
        return [
          [`${zone}NatPortsAlarm`, 'ErrorPortAllocation', dimensions, [TOPICS.CriticalArn]],
          [`${zone}NatDropsAlarm`, 'PacketsDropCount', dimensions, [TOPICS.WarningArn]],
        ];
      }),
    );
    expect(ofType('AWS::CloudWatch::Alarm').map(([id]) => id)).toEqual(['Zone1NatPortsAlarm', 'Zone1NatDropsAlarm']);
  });
});

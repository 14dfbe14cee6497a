import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { type Rendered, render, synthesise } from '@bitclouded/kit';
import template from './template.ts';

const GROUP = 'arn:aws:logs:eu-west-1:123456789012:log-group:/prod/flow-logs';
const REQUIRED = {
  Zone1: 'eu-west-1a',
  Zone2: 'eu-west-1b',
  FlowLogGroupArn: GROUP,
  FlowLogRoleArn: 'arn:aws:iam::123456789012:role/analytics/logs-store/flow',
};

function rendered(parameters: Record<string, string> = {}, stackName?: string): Rendered {
  return render(template, { parameters: { ...REQUIRED, ...parameters }, ...(stackName && { stackName }) });
}

function replaced(from: Record<string, string>, to: Record<string, string>): string[] {
  const { changes } = fullDiff(
    { Resources: rendered(from).resources },
    { Resources: rendered(to).resources },
  ).resources;
  return Object.entries(changes)
    .filter(([, { changeImpact }]) => ![ResourceImpact.NO_CHANGE, ResourceImpact.WILL_UPDATE].includes(changeImpact))
    .map(([logicalId]) => logicalId);
}

describe('the network', () => {
  test('has both families, and DNS for what is private in it', () => {
    const { Vpc, Ipv6Range } = rendered({ Cidr: '10.8.0.0/16' }).resources;
    expect(Vpc).toMatchObject({
      Type: 'AWS::EC2::VPC',
      Properties: { CidrBlock: '10.8.0.0/16', EnableDnsSupport: true, EnableDnsHostnames: true },
    });
    expect(Ipv6Range).toMatchObject({
      Type: 'AWS::EC2::VPCCidrBlock',
      Properties: { VpcId: '${Vpc}', AmazonProvidedIpv6CidrBlock: true },
    });
  });

  test('has its IPv6 range in every stack, so that the output finds one', () => {
    const { Resources } = synthesise(template).template as { Resources: Record<string, Record<string, unknown>> };
    expect(Resources.Ipv6Range).not.toHaveProperty('Condition');
    expect(rendered().outputs.VpcIpv6Cidr).toBe('${Vpc.Ipv6CidrBlocks}[0]');
    // The range comes after the VPC: a resource that read it would have to wait for it.
    for (const [id, resource] of Object.entries(Resources))
      if (JSON.stringify(resource).includes('Ipv6CidrBlocks'))
        expect([id, resource.DependsOn]).toEqual([id, expect.arrayContaining(['Ipv6Range'])]);
  });

  test('has a way out for each family', () => {
    const { resources } = rendered();
    expect(resources.InternetGatewayAttachment!.Properties).toEqual({
      VpcId: '${Vpc}',
      InternetGatewayId: '${InternetGateway}',
    });
    expect(resources.EgressOnlyGateway).toMatchObject({
      Type: 'AWS::EC2::EgressOnlyInternetGateway',
      Properties: { VpcId: '${Vpc}' },
    });
  });

  test('has a namespace that is named after the stack, or as the user says', () => {
    expect(rendered({}, 'prod-vpc').resources.Namespace!.Properties).toMatchObject({
      Name: 'prod-vpc.internal',
      Vpc: '${Vpc}',
    });
    const { Namespace } = rendered({ NamespaceName: 'shop.internal' }, 'prod-vpc').resources;
    expect(Namespace!.Properties.Name).toBe('shop.internal');
  });

  test('logs its traffic to the group, whichever of its two ARNs is given', () => {
    for (const FlowLogGroupArn of [GROUP, `${GROUP}:*`])
      expect(rendered({ FlowLogGroupArn, FlowLogTraffic: 'ALL' }).resources.FlowLog!.Properties).toMatchObject({
        ResourceType: 'VPC',
        ResourceId: '${Vpc}',
        TrafficType: 'ALL',
        LogDestinationType: 'cloud-watch-logs',
        LogGroupName: '/prod/flow-logs',
        DeliverLogsPermissionArn: REQUIRED.FlowLogRoleArn,
      });
    expect(rendered().resources.FlowLog!.Properties.TrafficType).toBe('REJECT');
  });
});

describe('the security groups', () => {
  interface Rule {
    readonly IpProtocol: string;
    readonly FromPort: number;
    readonly ToPort: number;
    readonly [peer: string]: unknown;
  }
  const group = (id: string) =>
    rendered().resources[id]!.Properties as unknown as {
      SecurityGroupIngress?: readonly Rule[];
      SecurityGroupEgress: readonly Rule[];
    };
  const spoken = (rules: readonly Rule[] = []) =>
    rules.map(
      ({ IpProtocol, FromPort, ToPort, CidrIp, CidrIpv6, DestinationSecurityGroupId }) =>
        `${IpProtocol} ${FromPort}-${ToPort} ${CidrIp ?? CidrIpv6 ?? DestinationSecurityGroupId}`,
    );

  test('let the world in to load balancers, on 80 and 443', () => {
    expect(spoken(group('ElbSg').SecurityGroupIngress)).toEqual([
      'tcp 80-80 0.0.0.0/0',
      'tcp 80-80 ::/0',
      'tcp 443-443 0.0.0.0/0',
      'tcp 443-443 ::/0',
    ]);
  });

  test('let load balancers out to their targets alone', () => {
    expect(spoken(group('ElbSg').SecurityGroupEgress)).toEqual(['tcp 1-65535 ${ElbTargetSg.GroupId}']);
  });

  test('let load balancers alone in to targets', () => {
    const { resources } = rendered();
    expect(group('ElbTargetSg').SecurityGroupIngress).toBeUndefined();
    const ingress = Object.values(resources).filter(({ Type }) => Type === 'AWS::EC2::SecurityGroupIngress');
    expect(ingress.map(({ Properties }) => Properties)).toEqual([
      expect.objectContaining({
        GroupId: '${ElbTargetSg.GroupId}',
        SourceSecurityGroupId: '${ElbSg.GroupId}',
        IpProtocol: 'tcp',
        FromPort: 1,
        ToPort: 65535,
      }),
    ]);
  });

  test('let targets out on listed ports alone', () => {
    expect(spoken(group('ElbTargetSg').SecurityGroupEgress)).toEqual(
      [443, 80, 587].flatMap((port) => [`tcp ${port}-${port} 0.0.0.0/0`, `tcp ${port}-${port} ::/0`]),
    );
  });

  test('list their egress in themselves, or EC2 would let everything out', () => {
    const resources = Object.values(rendered().resources);
    const groups = resources.filter(({ Type }) => Type === 'AWS::EC2::SecurityGroup');
    expect(groups).toHaveLength(2);
    for (const { Properties } of groups) expect(Properties.SecurityGroupEgress).not.toHaveLength(0);
    expect(resources.map(({ Type }) => Type)).not.toContain('AWS::EC2::SecurityGroupEgress');
  });

  test('do not wait for each other', () => {
    // Target ← load balancer ← the rule that joins them.
    expect(JSON.stringify(group('ElbTargetSg'))).not.toContain('ElbSg');
  });
});

describe('zones', () => {
  test('are passed on as they were chosen, with their number', () => {
    expect(rendered().outputs).toMatchObject({ Zone1: 'eu-west-1a', Zone2: 'eu-west-1b', Zone3: '', ZoneCount: '2' });
    expect(rendered({ Zone3: 'eu-west-1c' }).outputs).toMatchObject({ Zone3: 'eu-west-1c', ZoneCount: '3' });
  });

  test('grow from two to three, and back, without a change to any resource', () => {
    expect(rendered({ Zone3: 'eu-west-1c' }).resources).toEqual(rendered().resources);
  });

  test.each<Record<string, string>>([{ Zone2: 'eu-west-1a' }, { Zone3: 'eu-west-1a' }, { Zone3: 'eu-west-1b' }])(
    'are refused where two are the same: %j',
    (parameters) => {
      expect(() => rendered(parameters)).toThrow(/must be different zones/);
    },
  );

  test('are asked for, never guessed', () => {
    expect(() => render(template, { parameters: { ...REQUIRED, Zone2: '' } })).toThrow(/Zone2/);
    expect(synthesise(template).yaml).not.toContain('GetAZs');
  });
});

test('passes on how its subnets are cut: as a /16 is, unless somebody says otherwise', () => {
  expect(rendered().outputs.SubnetBits).toBe('11');
  expect(rendered({ Cidr: '10.8.0.0/20', SubnetBits: '7' }).outputs.SubnetBits).toBe('7');
  expect(rendered({ SubnetBits: '7' }).resources).toEqual(rendered().resources);
  // A load balancer takes no subnet smaller than a /27, and a VPC no range larger than a /16.
  for (const SubnetBits of ['4', '12']) expect(() => rendered({ SubnetBits })).toThrow(/SubnetBits/);
});

test('gives its ids', () => {
  expect(rendered().outputs).toMatchObject({
    VpcId: '${Vpc}',
    VpcCidr: '${Vpc.CidrBlock}',
    InternetGatewayId: '${InternetGateway}',
    EgressOnlyGatewayId: '${EgressOnlyGateway.Id}',
    ElbSg: '${ElbSg.GroupId}',
    ElbTargetSg: '${ElbTargetSg.GroupId}',
    VpcNamespaceId: '${Namespace.Id}',
  });
});

describe('an update replaces', () => {
  test('the flow log alone, when other traffic or another group is logged', () => {
    expect(replaced({}, { FlowLogTraffic: 'ALL' })).toEqual(['FlowLog']);
    expect(replaced({}, { FlowLogGroupArn: `${GROUP}-2` })).toEqual(['FlowLog']);
    expect(replaced({}, { FlowLogGroupArn: `${GROUP}:*` })).toEqual([]);
  });

  test('the VPC and the namespace only where their own parameter says so', () => {
    expect(replaced({}, { Cidr: '10.1.0.0/16' })).toEqual(['Vpc']);
    expect(replaced({}, { NamespaceName: 'shop.internal' })).toEqual(['Namespace']);
  });
});

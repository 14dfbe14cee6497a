import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { type Rendered, type RenderOptions, render, type Statement, synthesise } from '@bitclouded/kit';
import template from './template.ts';

const POLICY = 'arn:aws:iam::123456789012:policy/analytics/logs-store/instances';
const KEY = 'arn:aws:kms:eu-west-1:123456789012:key/1';
const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:warning';
const NEEDED = { VpcId: 'vpc-0a', ServerSubnets: 'subnet-0a,subnet-0b', InstancePolicyArn: POLICY };
/** An image of one's own: no release has put linux-ecs into what is rendered here. */
const ImageId = 'ami-0123456789abcdef0';
const AWS_OWN = 'resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id';
const GROUP = { MaximumInstances: '4', ImageId };
const PLAIN = { ...GROUP, MinimumInstances: '1', ManagedScaling: 'false', TargetCapacity: '90' };

function rendered(parameters: Record<string, string> = {}, options: RenderOptions = {}): Rendered {
  return render(template, { ...options, parameters: { ...NEEDED, ...parameters } });
}

const typesOf = ({ resources }: Rendered) => new Set(Object.values(resources).map(({ Type }) => Type));
const properties = (id: string, parameters?: Record<string, string>) =>
  rendered(parameters).resources[id]!.Properties as Record<string, never>;

describe('without instances, which is the default', () => {
  test('is a cluster with Fargate and Fargate Spot, and nothing that costs', () => {
    expect([...typesOf(rendered())]).toEqual(['AWS::ECS::Cluster', 'AWS::ECS::ClusterCapacityProviderAssociations']);
    expect(properties('CapacityProviders')).toEqual({
      Cluster: '${Cluster}',
      CapacityProviders: ['FARGATE', 'FARGATE_SPOT'],
      DefaultCapacityProviderStrategy: [{ CapacityProvider: 'FARGATE', Weight: 1 }],
    });
    expect(rendered().outputs).toEqual({ ClusterName: '${Cluster}', EcsCapacityProvider: '' });
  });

  test('measures containers as much as is asked', () => {
    expect(properties('Cluster').ClusterSettings).toEqual([{ Name: 'containerInsights', Value: 'enhanced' }]);
    expect(properties('Cluster', { ContainerInsights: 'disabled' }).ClusterSettings).toEqual([
      { Name: 'containerInsights', Value: 'disabled' },
    ]);
  });

  test('records sessions in the log group of their container, under the key where there is one', () => {
    expect(properties('Cluster').Configuration).toEqual({ ExecuteCommandConfiguration: { Logging: 'DEFAULT' } });
    expect(properties('Cluster', { KeyArn: KEY }).Configuration).toEqual({
      ExecuteCommandConfiguration: { KmsKeyId: KEY, Logging: 'DEFAULT' },
    });
  });

  test('tells what ECS cannot deploy or run, of this cluster alone', () => {
    expect(properties('ServiceTroubles', { WarningArn: TOPIC })).toMatchObject({
      EventPattern: {
        source: ['aws.ecs'],
        resources: [{ prefix: 'arn:aws:ecs:eu-west-1:123456789012:service/${Cluster}/' }],
        detail: { eventType: ['ERROR', 'WARN'] },
      },
      Targets: [{ Id: 'Warning', Arn: TOPIC }],
    });
  });
});

describe('a group of instances', () => {
  test('grows from nothing by what tasks ask for, drains, and can be deleted while tasks run', () => {
    expect(properties('Group', GROUP)).toMatchObject({ MinSize: '0', MaxSize: '4' });
    expect(properties('CapacityProvider', GROUP).AutoScalingGroupProvider).toEqual({
      AutoScalingGroupArn: '${Group}',
      ManagedScaling: { Status: 'ENABLED', TargetCapacity: '100', InstanceWarmupPeriod: 120 },
      ManagedDraining: 'ENABLED',
      ManagedTerminationProtection: 'DISABLED',
    });
    expect(properties('CapacityProviders', GROUP).CapacityProviders).toContain('${CapacityProvider}');
    expect(rendered(GROUP).outputs.EcsCapacityProvider).toBe('${CapacityProvider}');
  });

  test('keeps the tag by which ECS scales it, and so do its instances', () => {
    expect(properties('Group', GROUP).Tags).toContainEqual({
      Key: 'AmazonECSManaged',
      Value: '',
      PropagateAtLaunch: true,
    });
  });

  test('starts a new instance before an old one goes, for whatever reason it goes', () => {
    expect(properties('Group', GROUP)).toMatchObject({
      InstanceMaintenancePolicy: { MinHealthyPercentage: 100, MaxHealthyPercentage: 110 },
      MaxInstanceLifetime: 1_209_600,
    });
  });

  test('has a provider whose name ECS takes, whatever the stack is called, and is of this group alone', () => {
    expect(properties('CapacityProvider', GROUP).Name).toBe('instances-${Group}');
  });

  test('has as many instances as there must be, and is updated by an instance refresh', () => {
    const { Group } = rendered({ ...GROUP, MinimumInstances: '2' }).resources;
    expect(Group).toMatchObject({
      Properties: { MinSize: '2' },
      UpdatePolicy: { AutoScalingInstanceRefresh: { Strategy: 'Rolling', Preferences: { MinHealthyPercentage: 100 } } },
    });
  });

  test('starts instances with encrypted disks, IMDSv2, and credentials out of the tasks’ reach', () => {
    const data = properties('Instances', { ...GROUP, KeyArn: KEY }).LaunchTemplateData as unknown as Record<
      string,
      never
    >;
    expect(data).toMatchObject({
      MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
      BlockDeviceMappings: [{ DeviceName: '/dev/sda1', Ebs: { Encrypted: true, KmsKeyId: KEY, VolumeType: 'gp3' } }],
    });
    expect(data).not.toHaveProperty('KeyName');
    const group = properties('InstanceSg', GROUP) as unknown as {
      SecurityGroupIngress?: object[];
      SecurityGroupEgress: { FromPort: number }[];
    };
    expect(group.SecurityGroupIngress).toBeUndefined();
    expect(new Set(group.SecurityGroupEgress.map(({ FromPort }) => FromPort))).toEqual(new Set([443, 80]));
  });

  test.each([
    [{}, 'm8g.large'],
    [{ Architecture: 'x86_64', InstanceSize: 'xlarge' }, 'm7i.xlarge'],
  ])('takes types of one architecture: %o', (parameters, type) => {
    const all = { ...GROUP, ...parameters };
    const { MixedInstancesPolicy } = properties('Group', all) as unknown as {
      MixedInstancesPolicy: { LaunchTemplate: { Overrides: { InstanceType: string }[] } };
    };
    const types = MixedInstancesPolicy.LaunchTemplate.Overrides.map(({ InstanceType }) => InstanceType);
    expect(types[0]).toBe(type);
    expect(types.every((each) => /g\./.test(each) === /g\./.test(type))).toBe(true);
  });

  test.each([
    ['arm64', 'm6g.large'],
    ['x86_64', 'm5.large'],
  ])('of %s can do with a family that every region has', (Architecture, type) => {
    const parameters = { ...GROUP, Architecture, InstanceGeneration: 'widespread' };
    expect(properties('Group', parameters)).toMatchObject({
      MixedInstancesPolicy: { LaunchTemplate: { Overrides: [{ InstanceType: type }] } },
    });
  });

  test('takes linux-ecs of the release by region and architecture, or an image of one’s own', () => {
    const of = (key: string) => ({ 'Fn::FindInMap': ['MachineLinuxEcs', { Ref: 'AWS::Region' }, key] });
    expect(synthesise(template).template.Resources).toMatchObject({
      Instances: {
        Properties: {
          LaunchTemplateData: {
            ImageId: {
              'Fn::If': ['ImageIdGiven', { Ref: 'ImageId' }, { 'Fn::If': ['IsArm', of('Arm64'), of('X8664')] }],
            },
          },
        },
      },
    });
    for (const image of [ImageId, AWS_OWN])
      expect(properties('Instances', { ...GROUP, ImageId: image, RootDevice: '/dev/xvda' })).toMatchObject({
        LaunchTemplateData: { ImageId: image },
      });
  });

  test('says what is missing where the release has no linux-ecs, and only of instances', () => {
    expect(() => rendered({ MaximumInstances: '4' })).toThrow(
      /linux-ecs is not published to this region: give an image/,
    );
    expect(() => rendered({ MaximumInstances: '0' })).not.toThrow();
  });

  test('refuses Amazon Linux with the root device of Ubuntu, which would leave its disk as the image has it', () => {
    expect(() => rendered({ ...GROUP, ImageId: AWS_OWN })).toThrow(/give this as RootDevice/);
  });

  test('joins the cluster by user data that asks no more of an image than the agent', () => {
    const { UserData } = properties('Instances', GROUP).LaunchTemplateData as unknown as { UserData: string };
    const written = Buffer.from(UserData, 'base64').toString();
    expect(written).toContain('ECS_CLUSTER=${Cluster}');
    expect(written).not.toMatch(/cfn-signal|dnf|apt|curl/);
    expect(rendered(GROUP).resources.Group).not.toHaveProperty('CreationPolicy');
  });

  test('marks instances as the store of logs wants it, for their CloudWatch agent', () => {
    const tags = { 'bitclouded:logs': 'governed', 'bitclouded:agent': 'linux' };
    for (const [Key, Value] of Object.entries(tags))
      expect(properties('Group', GROUP).Tags).toContainEqual({ Key, Value, PropagateAtLaunch: true });
  });

  test('gives instances what the agent needs, in this cluster alone', () => {
    const { InstanceRole } = rendered(GROUP).resources;
    expect(InstanceRole!.Properties.ManagedPolicyArns).toEqual([POLICY]);
    const [policy] = InstanceRole!.Properties.Policies as unknown as [{ PolicyDocument: { Statement: Statement[] } }];
    const anywhere = policy.PolicyDocument.Statement.filter(({ Resource }) => Resource === '*');
    expect(anywhere.flatMap(({ Action }) => Action)).toEqual(['ecs:DiscoverPollEndpoint']);
  });

  test('has no provider and is drained by the function, where it is a plain one', () => {
    const plain = rendered(PLAIN);
    expect(typesOf(plain)).not.toContain('AWS::ECS::CapacityProvider');
    expect(plain.outputs.EcsCapacityProvider).toBe('');
    expect(plain.resources.DrainHook!.Properties).toMatchObject({
      LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
      HeartbeatTimeout: 900,
    });
    expect(plain.resources.Drain!.Properties.Environment).toEqual({
      Variables: { CLUSTER_NAME: '${Cluster}', GROUP_NAME: '${Group}', HOOK_NAME: '${DrainHook}' },
    });
    expect(plain.resources.DrainStep!.Properties.ScheduleExpression).toBe('rate(1 minute)');
    expect(plain.resources.InstanceLeaves!.Properties.EventPattern).toMatchObject({
      detail: { AutoScalingGroupName: ['${Group}'], LifecycleHookName: ['${DrainHook}'] },
    });
    expect(Object.keys(rendered(GROUP).resources).filter((id) => /Drain|ScaleOn|Reserved/.test(id))).toEqual([]);
  });

  test.each([
    ['Cpu', 'CPUReservation'],
    ['Memory', 'MemoryReservation'],
  ])('grows by what tasks reserve of %s, where it is a plain one, and tells when it cannot', (what, metric) => {
    expect(properties(`ScaleOn${what}`, PLAIN).TargetTrackingConfiguration).toMatchObject({
      TargetValue: '90',
      CustomizedMetricSpecification: { MetricName: metric, Dimensions: [{ Name: 'ClusterName', Value: '${Cluster}' }] },
    });
    expect(properties(`${what}ReservedAlarm`, { ...PLAIN, WarningArn: TOPIC })).toMatchObject({
      MetricName: metric,
      Threshold: '90',
      ComparisonOperator: 'GreaterThanThreshold',
      AlarmActions: [TOPIC],
    });
  });
});

test('refuses a plain group of no instances, which no load can make grow', () => {
  expect(() => rendered({ ...PLAIN, MinimumInstances: '0' })).toThrow(/MinimumInstances must be 1 or more/);
});

test('refuses a plain group that waits for more than full instances', () => {
  expect(() => rendered({ ...PLAIN, TargetCapacity: '100' })).toThrow(/TargetCapacity must be under 100/);
});

test.each([
  ['a group', {}, GROUP],
  ['a plain group instead of a provider', GROUP, PLAIN],
  ['another architecture', GROUP, { ...GROUP, Architecture: 'x86_64' }],
  ['keys and topics', GROUP, { ...GROUP, KeyArn: KEY, LogsKeyArn: KEY, WarningArn: TOPIC }],
  ['other metrics', {}, { ContainerInsights: 'disabled' }],
])('%s replaces nothing', (_, before, after) => {
  const { changes } = fullDiff(
    { Resources: rendered(before).resources },
    { Resources: rendered(after).resources },
  ).resources;
  const impacts = Object.values(changes).map(({ changeImpact }) => changeImpact);
  expect(impacts.length).toBeGreaterThan(0);
  expect(impacts).not.toContain(ResourceImpact.WILL_REPLACE);
  expect(impacts).not.toContain(ResourceImpact.MAY_REPLACE);
});

test.each(['aws', 'aws-cn', 'aws-us-gov'] as const)('names resources of the partition %s', (partition) => {
  const { resources } = rendered({ ...PLAIN, WarningArn: TOPIC }, { partition });
  const arns = JSON.stringify(resources).match(/arn:aws[a-z-]*:(?:ecs|autoscaling):/g)!;
  expect(new Set(arns.map((arn) => arn.split(':')[1]))).toEqual(new Set([partition]));
});

import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { type Rendered, type RenderOptions, render, type Statement } from '@bitclouded/kit';
import template from './template.ts';

const POLICY = 'arn:aws:iam::123456789012:policy/analytics/logs-store/instances';
const KEY = 'arn:aws:kms:eu-west-1:123456789012:key/1';
const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:warning';
const NEEDED = { VpcId: 'vpc-0a', ServerSubnets: 'subnet-0a,subnet-0b', InstancePolicyArn: POLICY };
const GROUP = { MaximumInstances: '4' };
const PLAIN = { MaximumInstances: '4', MinimumInstances: '1', ManagedScaling: 'false' };

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

  test('has a provider whose name ECS takes, whatever the stack is called', () => {
    const { resources } = rendered(GROUP, { stackName: 'ecs-base' });
    expect(resources.CapacityProvider!.Properties.Name).toMatch(/^instances-ecs-base-[0-9a-f]+$/);
  });

  test('waits for as many working instances as there must be', () => {
    const { Group } = rendered({ MaximumInstances: '4', MinimumInstances: '2' }).resources;
    expect(Group).toMatchObject({
      Properties: { MinSize: '2' },
      CreationPolicy: { ResourceSignal: { Count: { Ref: 'MinimumInstances' }, Timeout: 'PT15M' } },
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
      BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true, KmsKeyId: KEY, VolumeType: 'gp3' } }],
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
    [{}, 'resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id', 'm8g.large'],
    [
      { Architecture: 'x86_64', InstanceSize: 'xlarge' },
      'resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id',
      'm7i.xlarge',
    ],
    [{ ImageId: 'ami-0123456789abcdef0' }, 'ami-0123456789abcdef0', 'm8g.large'],
  ])('takes image and types of one architecture: %o', (parameters, image, type) => {
    const all = { ...GROUP, ...parameters };
    expect(properties('Instances', all).LaunchTemplateData).toMatchObject({ ImageId: image });
    const { MixedInstancesPolicy } = properties('Group', all) as unknown as {
      MixedInstancesPolicy: { LaunchTemplate: { Overrides: { InstanceType: string }[] } };
    };
    const types = MixedInstancesPolicy.LaunchTemplate.Overrides.map(({ InstanceType }) => InstanceType);
    expect(types[0]).toBe(type);
    expect(types.every((each) => /g\./.test(each) === /g\./.test(type))).toBe(true);
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
    expect(Object.keys(rendered(GROUP).resources).filter((id) => /Drain|ScaleOn/.test(id))).toEqual([]);
  });
});

test('refuses a plain group of no instances, which no load can make grow', () => {
  const parameters = { MaximumInstances: '2', ManagedScaling: 'false' };
  expect(() => rendered(parameters)).toThrow(/MinimumInstances must be 1 or more/);
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

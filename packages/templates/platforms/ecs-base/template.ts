import {
  type Build,
  defineTemplate,
  ecsAgentMay,
  ecsUserData,
  type Flag,
  output,
  ownArn,
  param,
  when,
} from '@bitclouded/kit';
import { Aws, Fn, Tokenization } from 'aws-cdk-lib';
import { CfnAutoScalingGroup, CfnLifecycleHook, CfnScalingPolicy } from 'aws-cdk-lib/aws-autoscaling';
import { CfnLaunchTemplate, CfnSecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { CfnCapacityProvider, CfnCluster, CfnClusterCapacityProviderAssociations } from 'aws-cdk-lib/aws-ecs';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnInstanceProfile } from 'aws-cdk-lib/aws-iam';
import ecsDrain from '../../../lambdas/ecs-drain/lambda.ts';
import logsStore from '../../analytics/logs-store/template.ts';
import kms from '../../foundation/kms/template.ts';
import elbSubnets from '../../networking/elb-subnets/template.ts';
import vpc from '../../networking/vpc/template.ts';
import alerts from '../../operations/alerts/template.ts';

const REVIEW = '2027-11-20';
/** Instances are replaced by new ones, of the newest image, before they are older. */
const MAXIMUM_LIFETIME_SECONDS = 14 * 24 * 60 * 60;
/** From the launch to the first task. */
const WARMUP_SECONDS = 120;
/** What EC2's console shows of instances and their disks. */
const NAME = { key: 'Name', value: `${Aws.STACK_NAME}/Instances` };
/** General-purpose families, four GB a core, the newest first: what a zone lacks, Auto Scaling passes over. */
const FAMILIES = { arm64: ['m8g', 'm7g', 'm6g'], x86_64: ['m7i', 'm6i', 'm5'] } as const;

const parameters = {
  ContainerInsights: param.text({
    description:
      'Metrics of services, tasks and containers; enhanced costs most and shows each container. Changing it interrupts nothing',
    default: 'enhanced',
    allowedValues: ['enhanced', 'enabled', 'disabled'],
    group: 'Cluster',
  }),
  MaximumInstances: param.count({
    description: 'Instances that the group may grow to; 0 makes no group, and everything runs on Fargate',
    default: '0',
    minimum: 0,
    maximum: 1000,
    group: 'Instances',
  }),
  MinimumInstances: param.count({
    description:
      'Instances of the group that are always there; 0 starts the first one when a task asks for it. Without MaximumInstances there is no group',
    default: '0',
    minimum: 0,
    maximum: 1000,
    group: 'Instances',
  }),
  ManagedScaling: param.flag({
    description:
      'ECS scales the group by what its tasks ask for, as a capacity provider; false is a plain group that scales by what is reserved and is drained by ecs-drain',
    default: 'true',
    group: 'Instances',
  }),
  TargetCapacity: param.count({
    description: 'Percentage of the instances that tasks should fill; under 100 leaves room for tasks to start at once',
    default: '100',
    minimum: 10,
    maximum: 100,
    group: 'Instances',
  }),
  Architecture: param.text({
    description:
      'Architecture of the instances, and of the images that run on them. Changing it replaces every instance',
    default: 'arm64',
    allowedValues: ['arm64', 'x86_64'],
    group: 'Instances',
  }),
  InstanceSize: param.text({
    description: 'Size of the instances: large has 2 cores and 8 GB. Changing it replaces every instance',
    default: 'large',
    allowedValues: ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge'],
    group: 'Instances',
  }),
  OnDemandPercentage: param.count({
    description: 'Percentage of the instances that are no Spot instances, which AWS takes back at two minutes’ notice',
    default: '100',
    minimum: 0,
    maximum: 100,
    group: 'Instances',
  }),
  ImageId: param.optionalImageId({
    description:
      'Image of the instances, with the ECS agent and of the chosen architecture; empty for the newest ECS-optimized Amazon Linux 2023. Changing it replaces every instance',
    group: 'Instances',
  }),
  RootDevice: param.text({
    description: 'Device of the image’s root volume: /dev/xvda of Amazon Linux, /dev/sda1 of Ubuntu',
    default: '/dev/xvda',
    allowedValues: ['/dev/xvda', '/dev/sda1'],
    group: 'Instances',
  }),
  VolumeSizeGb: param.count({
    description: 'Size of the root volume in GB. Changing it replaces every instance',
    default: '30',
    minimum: 30,
    maximum: 1000,
    group: 'Instances',
  }),
  VpcId: param.from(vpc, 'VpcId'),
  ServerSubnets: param.from(elbSubnets, 'ServerSubnets'),
  InstancePolicyArn: param.from(logsStore, 'InstancePolicyArn'),
  KeyArn: param.recommendedFrom(kms, 'KeyArn'),
  LogsKeyArn: param.recommendedFrom(kms, 'LogsKeyArn'),
  WarningArn: param.recommendedFrom(alerts, 'WarningArn'),
};
type Kit = Build<typeof parameters>;

export default defineTemplate({
  name: 'platforms/ecs-base',
  summary: 'An ECS cluster: Fargate, and by choice a group of instances that grows from nothing and drains',
  parameters,
  outputs: {
    ClusterName: output.clusterName('ECS cluster'),
    EcsCapacityProvider: output.capacityProviderName.orEmpty(
      'Capacity provider of the cluster’s instances; empty is Fargate',
    ),
  },
  build(kit) {
    const { params, condition, rule } = kit;
    const hasNoGroup = condition('HasNoGroup', { equal: [params.MaximumInstances, '0'] });
    const hasGroup = condition('HasGroup', { not: hasNoGroup });
    const hasProvider = condition('HasProvider', { all: [hasGroup, params.ManagedScaling] });
    const isPlain = condition('IsPlain', { not: params.ManagedScaling });
    const hasPlainGroup = condition('HasPlainGroup', { all: [hasGroup, isPlain] });
    const none = (value: number) => Fn.conditionEquals(Tokenization.stringifyNumber(value), '0');

    rule('PlainGroupNeedsMinimum', {
      describe: 'Without ManagedScaling, MinimumInstances must be 1 or more: an empty group has no load to scale by',
      when: Fn.conditionAnd(
        Fn.conditionEquals(Fn.ref('ManagedScaling'), 'false'),
        Fn.conditionNot(none(params.MaximumInstances)),
      ),
      assert: Fn.conditionNot(none(params.MinimumInstances)),
    });

    const cluster = ecsCluster(kit);
    serviceTroubles(kit, cluster);

    const group = instanceGroup(kit, hasGroup, cluster);
    const provider = capacityProvider(kit, hasProvider, group, cluster);
    new CfnClusterCapacityProviderAssociations(kit.scope, 'CapacityProviders', {
      cluster: cluster.ref,
      capacityProviders: ['FARGATE', 'FARGATE_SPOT', when(hasProvider, provider.ref)],
      // One strategy cannot have both Fargate and instances.
      defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }],
    });
    plainGroup(kit, hasPlainGroup, group, cluster);

    return { ClusterName: cluster.ref, EcsCapacityProvider: when(hasProvider, provider.ref, '') };
  },
});

/** Sessions of `ecs execute-command` go under the key, and their record into the log group of the container. */
function ecsCluster({ scope, params }: Kit): CfnCluster {
  return new CfnCluster(scope, 'Cluster', {
    clusterSettings: [{ name: 'containerInsights', value: params.ContainerInsights }],
    configuration: { executeCommandConfiguration: { kmsKeyId: params.KeyArn.or(), logging: 'DEFAULT' } },
  });
}

/** What no metric shows: a deployment that failed, a task that finds no place or does not start. */
function serviceTroubles({ scope, params }: Kit, cluster: CfnCluster): void {
  params.WarningArn.given.guards(
    new CfnRule(scope, 'ServiceTroubles', {
      description: 'Services that ECS cannot deploy or run as they should',
      eventPattern: {
        source: ['aws.ecs'],
        'detail-type': ['ECS Deployment State Change', 'ECS Service Action'],
        resources: [{ prefix: ownArn('ecs', `service/${cluster.ref}/`) }],
        detail: { eventType: ['ERROR', 'WARN'] },
      },
      targets: [{ id: 'Warning', arn: params.WarningArn.orEmpty }],
    }),
  );
}

/** The group, its launch template and what its instances may do. It is there only where instances may be. */
function instanceGroup(kit: Kit, hasGroup: Flag, cluster: CfnCluster): CfnAutoScalingGroup {
  const { scope, params, condition } = kit;
  const role = kit.role('InstanceRole', {
    service: 'ec2.amazonaws.com',
    description: 'The ECS agent of the instances, and what every instance needs',
    policies: { agent: ecsAgentMay(cluster) },
  });
  role.managedPolicyArns = [params.InstancePolicyArn];
  const profile = new CfnInstanceProfile(scope, 'InstanceProfile', { path: '/platforms/ecs-base/', roles: [role.ref] });
  const members = new CfnSecurityGroup(scope, 'InstanceSg', {
    vpcId: params.VpcId,
    groupDescription: 'Instances of the ECS cluster',
    securityGroupEgress: [443, 80].flatMap((port) =>
      [{ cidrIp: '0.0.0.0/0' }, { cidrIpv6: '::/0' }].map((anywhere) => ({
        ...{ ipProtocol: 'tcp', fromPort: port, toPort: port, description: 'APIs, images, packages' },
        ...anywhere,
      })),
    ),
  });
  const isArm = condition('IsArm', { equal: [params.Architecture, 'arm64'] });
  const launched = new CfnLaunchTemplate(scope, 'Instances', {
    launchTemplateData: {
      imageId: params.ImageId.or(
        Fn.sub('resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/${Folder}recommended/image_id', {
          Folder: when(isArm, 'arm64/', ''),
        }),
      ),
      iamInstanceProfile: { arn: profile.attrArn },
      securityGroupIds: [members.attrGroupId],
      // Tasks have an interface of their own, and no business with the credentials of the instance.
      metadataOptions: { httpTokens: 'required', httpPutResponseHopLimit: 1 },
      monitoring: { enabled: true },
      blockDeviceMappings: [
        {
          deviceName: params.RootDevice,
          ebs: {
            encrypted: true,
            kmsKeyId: params.KeyArn.or(),
            volumeType: 'gp3',
            volumeSize: params.VolumeSizeGb,
            deleteOnTermination: true,
          },
        },
      ],
      tagSpecifications: ['instance', 'volume'].map((resourceType) => ({ resourceType, tags: [NAME] })),
      userData: ecsUserData(cluster, 'Group'),
    },
  });
  const group = new CfnAutoScalingGroup(scope, 'Group', {
    minSize: Tokenization.stringifyNumber(params.MinimumInstances),
    maxSize: Tokenization.stringifyNumber(params.MaximumInstances),
    vpcZoneIdentifier: params.ServerSubnets,
    healthCheckType: 'EC2',
    defaultInstanceWarmup: WARMUP_SECONDS,
    maxInstanceLifetime: MAXIMUM_LIFETIME_SECONDS,
    capacityRebalance: true,
    metricsCollection: [{ granularity: '1Minute' }],
    mixedInstancesPolicy: {
      launchTemplate: {
        launchTemplateSpecification: { launchTemplateId: launched.ref, version: launched.attrLatestVersionNumber },
        overrides: FAMILIES.arm64.map((arm, index) => ({
          instanceType: Fn.join('.', [when(isArm, arm, FAMILIES.x86_64[index]!), params.InstanceSize]),
        })),
      },
      instancesDistribution: {
        onDemandPercentageAboveBaseCapacity: params.OnDemandPercentage,
        onDemandAllocationStrategy: 'prioritized',
        spotAllocationStrategy: 'price-capacity-optimized',
      },
    },
    tags: [{ ...NAME, propagateAtLaunch: true }],
  });
  group.cfnOptions.creationPolicy = { resourceSignal: { count: params.MinimumInstances, timeout: 'PT15M' } };
  // Each new one before an old one, which is drained.
  group.cfnOptions.updatePolicy = {
    autoScalingInstanceRefresh: {
      strategy: 'Rolling',
      preferences: { minHealthyPercentage: 100, maxHealthyPercentage: 110, skipMatching: true },
    },
  };
  for (const resource of [role, profile, members, launched, group]) hasGroup.guards(resource);

  const launchFails = new CfnRule(scope, 'LaunchFailed', {
    description: 'Instances that EC2 could not start',
    eventPattern: {
      source: ['aws.autoscaling'],
      'detail-type': ['EC2 Instance Launch Unsuccessful'],
      detail: { AutoScalingGroupName: [group.ref] },
    },
    targets: [{ id: 'Warning', arn: params.WarningArn.orEmpty }],
  });
  condition('GroupIsWatched', { all: [hasGroup, params.WarningArn.given] }).guards(launchFails);
  return group;
}

function capacityProvider(
  { scope, params, alarm, except }: Kit,
  hasProvider: Flag,
  group: CfnAutoScalingGroup,
  cluster: CfnCluster,
): CfnCapacityProvider {
  const provider = new CfnCapacityProvider(scope, 'CapacityProvider', {
    // Part of the stack's id, so that a new stack of the same name does not meet what the old one left.
    name: Fn.sub('instances-${AWS::StackName}-${Unique}', {
      Unique: Fn.select(0, Fn.split('-', Fn.select(2, Fn.split('/', Aws.STACK_ID)))),
    }),
    autoScalingGroupProvider: {
      autoScalingGroupArn: group.ref,
      managedScaling: {
        status: 'ENABLED',
        targetCapacity: params.TargetCapacity,
        instanceWarmupPeriod: WARMUP_SECONDS,
      },
      managedDraining: 'ENABLED',
      // Enabled, it would keep CloudFormation from ever deleting the group while tasks run.
      managedTerminationProtection: 'DISABLED',
    },
  });
  except(provider, 'no-physical-names', {
    reason:
      'ECS refuses names that begin with aws, ecs or fargate, and CloudFormation begins the name that it makes with the name of the stack, which may well be ecs-base',
    review: REVIEW,
  });
  hasProvider.guards(provider);
  alarm('CapacityAlarm', {
    description:
      'For half an hour tasks have asked for more than the instances can give: the group is at MaximumInstances, or EC2 does not start what it wants. See the activities of the Auto Scaling group',
    on: provider,
    namespace: 'AWS/ECS/ManagedScaling',
    metric: 'CapacityProviderReservation',
    dimensions: { CapacityProviderName: provider.ref, ClusterName: cluster.ref },
    statistic: 'Minimum',
    threshold: 100,
    periodSeconds: 300,
    periods: 6,
    tell: params.WarningArn,
  });
  return provider;
}

/** A group outside of capacity providers: for tasks of the launch type EC2, daemons, or a scaling of one's own. */
function plainGroup(kit: Kit, hasPlainGroup: Flag, group: CfnAutoScalingGroup, cluster: CfnCluster): void {
  const { scope, params, lambdaFunction, invokedBy, alarm } = kit;
  for (const [id, metricName] of Object.entries({ ScaleOnCpu: 'CPUReservation', ScaleOnMemory: 'MemoryReservation' }))
    hasPlainGroup.guards(
      new CfnScalingPolicy(scope, id, {
        autoScalingGroupName: group.ref,
        policyType: 'TargetTrackingScaling',
        targetTrackingConfiguration: {
          targetValue: params.TargetCapacity,
          customizedMetricSpecification: {
            namespace: 'AWS/ECS',
            metricName,
            dimensions: [{ name: 'ClusterName', value: cluster.ref }],
            statistic: 'Average',
          },
        },
      }),
    );

  const hook = hasPlainGroup.guards(
    new CfnLifecycleHook(scope, 'DrainHook', {
      autoScalingGroupName: group.ref,
      lifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
      // Longer than `ecs-drain` is away, which looks every minute.
      heartbeatTimeout: 900,
      // An instance that nobody drained in time goes nevertheless: kept, it would cost and serve nobody.
      defaultResult: 'CONTINUE',
    }),
  );
  const drain = lambdaFunction('Drain', ecsDrain, {
    environment: { CLUSTER_NAME: cluster.ref, GROUP_NAME: group.ref, HOOK_NAME: hook.ref },
    grants: {
      group: ['*'],
      hook: [ownArn('autoscaling', `autoScalingGroup:*:autoScalingGroupName/${group.ref}`)],
      cluster: [cluster.attrArn],
      drain: [ownArn('ecs', `container-instance/${cluster.ref}/*`)],
      tasks: [ownArn('ecs', `task/${cluster.ref}/*`)],
    },
    logs: { retentionInDays: 30, key: params.LogsKeyArn },
  });
  for (const part of Object.values(drain)) hasPlainGroup.guards(part);
  invokedBy(drain, {
    rules: {
      InstanceLeaves: {
        description: 'The group is about to terminate an instance',
        pattern: {
          source: ['aws.autoscaling'],
          'detail-type': ['EC2 Instance-terminate Lifecycle Action'],
          detail: { AutoScalingGroupName: [group.ref], LifecycleHookName: [hook.ref] },
        },
      },
      DrainStep: { description: 'Takes each drain a step further', schedule: 'rate(1 minute)' },
    },
    key: params.KeyArn,
    failure:
      'Instances are not drained: Auto Scaling terminates them with what runs on them when the time of the hook is over. The log of the function says why',
    tell: params.WarningArn,
  });
  alarm('ReservationAlarm', {
    description:
      'For half an hour the instances have been full, and no task finds a place: raise MaximumInstances, or see the activities of the Auto Scaling group',
    on: hook,
    namespace: 'AWS/ECS',
    metric: 'CPUReservation',
    dimensions: { ClusterName: cluster.ref },
    statistic: 'Minimum',
    threshold: 95,
    periodSeconds: 300,
    periods: 6,
    tell: params.WarningArn,
  });
}

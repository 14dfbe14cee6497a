import {
  type Build,
  defineTemplate,
  ECS_INSTANCE_EGRESS,
  ECS_OPTIMIZED,
  ecsAgentMay,
  ecsUserData,
  type Flag,
  GOVERNED_INSTANCE,
  output,
  ownArn,
  param,
  scaleByReservation,
  serviceTroubles,
  when,
  whenMap,
} from '@bitclouded/kit';
import { Aws, Fn, Tokenization } from 'aws-cdk-lib';
import { CfnAutoScalingGroup, CfnLifecycleHook } from 'aws-cdk-lib/aws-autoscaling';
import { CfnLaunchTemplate, CfnSecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { CfnCapacityProvider, CfnCluster, CfnClusterCapacityProviderAssociations } from 'aws-cdk-lib/aws-ecs';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnInstanceProfile } from 'aws-cdk-lib/aws-iam';
import linuxEcs from '../../../images/linux-ecs/image.ts';
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
/** Whatever instances are replaced for: each new one before an old one, which is drained. */
const LAUNCH_FIRST = { minHealthyPercentage: 100, maxHealthyPercentage: 110 };
/** ECS scales and drains no group without it, and knows by it the instances that it counts. The value is ECS's own. */
const ECS_MANAGED = { key: 'AmazonECSManaged', value: '' };

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
    description:
      'Percentage of the instances that tasks should fill; under 100 leaves room for tasks to start at once, and a plain group needs that',
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
  InstanceGeneration: param.text({
    description:
      'Families of the instances: newest is m8g, m7g, m6g or m7i, m6i, m5; widespread is m6g or m5 alone, for regions that do not have all of the others and so refuse the group. Changing it replaces every instance',
    default: 'newest',
    allowedValues: ['newest', 'widespread'],
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
      'Image of the instances, with the ECS agent and of the chosen architecture; empty for linux-ecs of the release. Changing it replaces every instance',
    group: 'Instances',
  }),
  RootDevice: param.text({
    description: 'Device of the image’s root volume: /dev/sda1 of linux-ecs and Ubuntu, /dev/xvda of Amazon Linux',
    default: '/dev/sda1',
    allowedValues: ['/dev/sda1', '/dev/xvda'],
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

    const asksForPlainGroup = Fn.conditionAnd(
      Fn.conditionEquals(Fn.ref('ManagedScaling'), 'false'),
      mayHaveGroup(params),
    );
    rule('PlainGroupNeedsMinimum', {
      describe: 'Without ManagedScaling, MinimumInstances must be 1 or more: an empty group has no load to scale by',
      when: asksForPlainGroup,
      assert: isNot(params.MinimumInstances, '0'),
    });
    rule('PlainGroupNeedsRoom', {
      describe: 'Without ManagedScaling, TargetCapacity must be under 100: instances are never more than full',
      when: asksForPlainGroup,
      assert: isNot(params.TargetCapacity, '100'),
    });

    rule('RootOfAmazonLinux', {
      describe: 'ECS-optimized Amazon Linux has its root volume on /dev/xvda: give this as RootDevice',
      when: Fn.conditionContains(ECS_OPTIMIZED.images, Fn.ref('ImageId')),
      assert: Fn.conditionEquals(Fn.ref('RootDevice'), ECS_OPTIMIZED.rootDevice),
    });

    const cluster = ecsCluster(kit);
    serviceTroubles(kit.scope, cluster, params.WarningArn);

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

/** For rules, which know of parameters alone. */
const isNot = (value: number, number: string) =>
  Fn.conditionNot(Fn.conditionEquals(Tokenization.stringifyNumber(value), number));
const mayHaveGroup = ({ MaximumInstances }: Kit['params']) => isNot(MaximumInstances, '0');

/** Sessions of `ecs execute-command` go under the key, and their record into the log group of the container. */
function ecsCluster({ scope, params }: Kit): CfnCluster {
  return new CfnCluster(scope, 'Cluster', {
    clusterSettings: [{ name: 'containerInsights', value: params.ContainerInsights }],
    configuration: { executeCommandConfiguration: { kmsKeyId: params.KeyArn.or(), logging: 'DEFAULT' } },
  });
}

/** The group, its launch template and what its instances may do. It is there only where instances may be. */
function instanceGroup(kit: Kit, hasGroup: Flag, cluster: CfnCluster): CfnAutoScalingGroup {
  const { scope, params, condition, artifacts } = kit;
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
    securityGroupEgress: ECS_INSTANCE_EGRESS,
  });
  const isArm = condition('IsArm', { equal: [params.Architecture, 'arm64'] });
  const isNewest = condition('IsNewest', { equal: [params.InstanceGeneration, 'newest'] });
  const launched = new CfnLaunchTemplate(scope, 'Instances', {
    launchTemplateData: {
      imageId: artifacts.machine(linuxEcs, { imageId: params.ImageId, isArm64: isArm, when: mayHaveGroup(params) }),
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
      userData: ecsUserData(cluster),
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
        overrides: FAMILIES.arm64.map((arm, index, { length }) => {
          const instanceType = Fn.join('.', [when(isArm, arm, FAMILIES.x86_64[index]!), params.InstanceSize]);
          if (index === length - 1) return { instanceType };
          return whenMap<CfnAutoScalingGroup.LaunchTemplateOverridesProperty>(isNewest, { InstanceType: instanceType });
        }),
      },
      instancesDistribution: {
        onDemandPercentageAboveBaseCapacity: params.OnDemandPercentage,
        onDemandAllocationStrategy: 'prioritized',
        spotAllocationStrategy: 'price-capacity-optimized',
      },
    },
    instanceMaintenancePolicy: LAUNCH_FIRST,
    tags: [NAME, ECS_MANAGED, ...GOVERNED_INSTANCE].map((tag) => ({ ...tag, propagateAtLaunch: true })),
  });
  group.cfnOptions.updatePolicy = {
    autoScalingInstanceRefresh: { strategy: 'Rolling', preferences: { ...LAUNCH_FIRST, skipMatching: true } },
  };
  kit.except(group, 'group-signals', {
    reason:
      'Neither linux-ecs nor an image of one’s own need have a tool to signal with. Without tasks the group is empty, and ServiceTroubles tells of tasks that no instance takes',
    review: REVIEW,
  });
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
    // Of the group's name, which is another one each time: ECS keeps the name of a deleted provider for a while.
    name: Fn.join('-', ['instances', group.ref]),
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
  const { scope, params, lambdaFunction, invokedBy } = kit;
  scaleByReservation(kit, {
    ...{ group, cluster, only: hasPlainGroup },
    target: params.TargetCapacity,
    tell: params.WarningArn,
  });

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
}

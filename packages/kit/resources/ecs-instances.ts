import { Fn } from 'aws-cdk-lib';
import { type CfnAutoScalingGroup, CfnScalingPolicy } from 'aws-cdk-lib/aws-autoscaling';
import type { CfnCluster } from 'aws-cdk-lib/aws-ecs';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import type { Flag } from '../definition/flag.ts';
import type { Optional } from '../definition/optional.ts';
import type { AlarmOptions, Resources, Statement } from './resources.ts';
import { ownArn } from './statements.ts';

/**
 * What the ECS agent of an instance does, in one cluster. Images are fetched by the roles of the tasks.
 * Source: ECS Developer Guide, "Amazon ECS container instance IAM role".
 */
export function ecsAgentMay(cluster: CfnCluster): Statement[] {
  const inCluster = { ArnEquals: { 'ecs:cluster': cluster.attrArn } };
  const instances = ownArn('ecs', `container-instance/${cluster.ref}/*`);
  const allow = (sid: string, actions: string, resource: string, condition?: Statement['Condition']): Statement => ({
    Sid: sid,
    Effect: 'Allow',
    Action: actions.split(' ').map((action) => `ecs:${action}`),
    Resource: resource,
    ...(condition && { Condition: condition }),
  });
  return [
    allow('Discover', 'DiscoverPollEndpoint', '*'),
    allow(
      'Cluster',
      'RegisterContainerInstance DeregisterContainerInstance SubmitAttachmentStateChanges SubmitContainerStateChange SubmitTaskStateChange',
      cluster.attrArn,
    ),
    allow('Instance', 'Poll StartTelemetrySession UpdateContainerInstancesState', instances, inCluster),
    allow('Tags', 'TagResource', instances, { StringEquals: { 'ecs:CreateAction': 'RegisterContainerInstance' } }),
  ];
}

/** AWS's own images for instances of ECS, by SSM parameters that name the newest ones; and where their root volume is. */
export const ECS_OPTIMIZED = {
  images: ['', 'arm64/'].map(
    (folder) => `resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/${folder}recommended/image_id`,
  ),
  rootDevice: '/dev/xvda',
};

/** Where instances of ECS go: to APIs and registries, and their packages also without TLS. */
export const ECS_INSTANCE_EGRESS = [443, 80].flatMap((port) =>
  [{ cidrIp: '0.0.0.0/0' }, { cidrIpv6: '::/0' }].map((anywhere) => ({
    ...{ ipProtocol: 'tcp', fromPort: port, toPort: port, description: 'APIs, images, packages' },
    ...anywhere,
  })),
);

/** By these `analytics/logs-store` gives an instance's CloudWatch agent its configuration. */
export const GOVERNED_INSTANCE = [
  { key: 'bitclouded:logs', value: 'governed' },
  { key: 'bitclouded:agent', value: 'linux' },
];

/**
 * User data by which a Linux instance joins the cluster. It needs no more than the ECS agent, which starts after this
 * script and reads what stands last in the file.
 */
export function ecsUserData(cluster: CfnCluster): string {
  return Fn.base64(
    Fn.sub(
      `#!/bin/bash
set -eu
cat >> /etc/ecs/ecs.config << 'END'
ECS_CLUSTER=\${Cluster}
ECS_AWSVPC_BLOCK_IMDS=true
ECS_ENABLE_SPOT_INSTANCE_DRAINING=true
ECS_CONTAINER_INSTANCE_PROPAGATE_TAGS_FROM=ec2_instance
END
`,
      { Cluster: cluster.ref },
    ),
  );
}

/** `ServiceTroubles`: tells what no metric shows: a deployment that failed, a task that finds no place or does not start. */
export function serviceTroubles(scope: Construct, cluster: CfnCluster, tell: Optional<'topicArn'>): void {
  tell.given.guards(
    new CfnRule(scope, 'ServiceTroubles', {
      description: 'Services that ECS cannot deploy or run as they should',
      eventPattern: {
        source: ['aws.ecs'],
        'detail-type': ['ECS Deployment State Change', 'ECS Service Action'],
        resources: [{ prefix: ownArn('ecs', `service/${cluster.ref}/`) }],
        detail: { eventType: ['ERROR', 'WARN'] },
      },
      targets: [{ id: 'Warning', arn: tell.orEmpty }],
    }),
  );
}

/**
 * Scales a group outside of capacity providers by what tasks reserve of its instances, and tells when it cannot:
 * `ScaleOnCpu`, `ScaleOnMemory`, `CpuReservedAlarm`, `MemoryReservedAlarm`.
 * @param options.target percentage of the instances that may be reserved, under 100: nothing is above 100, and only
 * what is above its target makes a group grow
 * @param options.only the stacks that have such a group
 */
export function scaleByReservation(
  { scope, alarm }: Pick<Resources, 'scope' | 'alarm'>,
  options: {
    readonly group: CfnAutoScalingGroup;
    readonly cluster: CfnCluster;
    readonly target: number;
    readonly only: Flag;
    readonly tell: AlarmOptions['tell'];
  },
): void {
  const { group, cluster, target, only, tell } = options;
  for (const [what, metric] of Object.entries({ Cpu: 'CPUReservation', Memory: 'MemoryReservation' })) {
    const policy = only.guards(
      new CfnScalingPolicy(scope, `ScaleOn${what}`, {
        autoScalingGroupName: group.ref,
        policyType: 'TargetTrackingScaling',
        targetTrackingConfiguration: {
          targetValue: target,
          customizedMetricSpecification: {
            namespace: 'AWS/ECS',
            metricName: metric,
            dimensions: [{ name: 'ClusterName', value: cluster.ref }],
            statistic: 'Average',
          },
        },
      }),
    );
    alarm(`${what}ReservedAlarm`, {
      description:
        'For half an hour tasks have reserved more of the instances than TargetCapacity, and further ones may find no place: raise MaximumInstances, or see the activities of the Auto Scaling group',
      on: policy,
      namespace: 'AWS/ECS',
      metric,
      dimensions: { ClusterName: cluster.ref },
      statistic: 'Minimum',
      threshold: target,
      periodSeconds: 300,
      periods: 6,
      tell,
    });
  }
}

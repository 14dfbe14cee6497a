import { Aws, type CfnResource, Fn } from 'aws-cdk-lib';
import { CfnScalableTarget, CfnScalingPolicy } from 'aws-cdk-lib/aws-applicationautoscaling';
import { CfnSecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { CfnService } from 'aws-cdk-lib/aws-ecs';
import { CfnTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { type Flag, when } from '../definition/flag.ts';
import type { Value } from '../definition/kinds.ts';
import type { Lambda } from '../definition/lambda.ts';
import type { Build } from '../definition/template.ts';
import { ownArn } from './statements.ts';
import { type AddressParams, webServiceAddress } from './web-service-address.ts';
import { type AlarmParams, errorsAlarm, serviceAlarms } from './web-service-alarms.ts';
import { type TaskParams, WEB_CONTAINER, type WebContainer, type WebTask, webServiceTask } from './web-service-task.ts';

/** What a template's parameters must hold: `webServiceParameters`, and wires under the names of their outputs. */
export interface WebServiceParams extends AddressParams, AlarmParams, TaskParams {
  readonly VpcId: Value<'vpcId'>;
  readonly ServerSubnets: Value<'subnetIds'>;
  readonly ElbTargetSg: Value<'securityGroupId'>;
  readonly MaximumTasks: number;
  readonly CpuTarget: number;
  readonly RequestsPerTask: number;
  readonly SlowStartSeconds: number;
  readonly DrainSeconds: number;
  readonly Sticky: Flag;
}

interface ListenerRuleProperties {
  readonly ListenerArn: string;
  readonly TargetGroupArn: string;
  readonly HostNames?: readonly string[];
  readonly PathPatterns?: readonly string[];
}
/** The custom resource that owns a rule of a shared listener. */
export type ListenerRuleFunction = Lambda<never, 'read' | 'create' | 'tag' | 'change', ListenerRuleProperties>;

export interface WebServiceOptions {
  readonly listenerRule: ListenerRuleFunction;
  /** Requests that are for it, of its own host where it has one. */
  readonly path: string;
  /** What answers 200 as long as the container works. */
  readonly healthCheckPath: string;
  /** Before that, a failed health check stops no new task; seconds. */
  readonly healthCheckGraceSeconds: number;
  /** What runs, made when the URL is known. */
  readonly container: (url: string) => WebContainer;
  /** Of what it connects to, beside its own and that of what stands behind load balancers; five together at most. */
  readonly clientGroups?: readonly string[];
  /** The list of groups instead, for lists that only the stack knows. */
  readonly groups?: (own: string) => string[];
  readonly tags?: Readonly<Record<string, string>>;
}

export interface WebService {
  readonly service: CfnService;
  readonly task: WebTask;
  /** `https://host`, without a slash at its end. */
  readonly url: string;
}

/** What `webService` takes of a template's kit. */
export type WebServiceKit = Omit<Build<Record<never, never>>, 'params' | 'artifacts'>;

/**
 * A container as a service behind the shared load balancer, on Fargate or on the cluster's instances:
 * its task, its target group and rule, its name, its scaling, its alarms.
 * `Service`, `ServiceSg`, `TargetGroup`, `ListenerRule`, `Scaling` and what `webServiceTask` and `webServiceAddress` make.
 */
export function webService(kit: WebServiceKit, params: WebServiceParams, options: WebServiceOptions): WebService {
  const address = webServiceAddress(kit, params);
  const container = options.container(address.url);
  const task = webServiceTask(kit, params, container);
  const targets = targetGroup(kit, params, options.healthCheckPath);
  const rule = ownedRule(kit, params, options.listenerRule, {
    ListenerArn: address.listenerArn,
    TargetGroupArn: targets.ref,
    HostNames: when(address.isNamed, [address.name]),
    PathPatterns: [options.path],
  });
  const errors = errorsAlarm(kit, params, targets);

  const own = new CfnSecurityGroup(kit.scope, 'ServiceSg', {
    vpcId: params.VpcId,
    groupDescription: 'Tasks of the service, for what lets them alone in',
    // What they may connect to, their other groups say. Without a rule of our own EC2 would let everything out.
    securityGroupEgress: [
      { ipProtocol: 'tcp', fromPort: 443, toPort: 443, cidrIp: '127.0.0.1/32', description: 'Nothing' },
    ],
  });
  const provider = params.EcsCapacityProvider.or('FARGATE');
  const service = new CfnService(kit.scope, 'Service', {
    cluster: params.ClusterName,
    taskDefinition: task.definition.ref,
    capacityProviderStrategy: [{ capacityProvider: provider, weight: 1 }],
    // ECS refuses another provider without it, and CloudFormation does not ask for it by itself.
    forceNewDeployment: { enableForceNewDeployment: true, forceNewDeploymentNonce: provider },
    networkConfiguration: {
      awsvpcConfiguration: {
        assignPublicIp: 'DISABLED',
        subnets: params.ServerSubnets,
        securityGroups: options.groups?.(own.attrGroupId) ?? [
          params.ElbTargetSg,
          own.attrGroupId,
          ...(options.clientGroups ?? []),
        ],
      },
    },
    loadBalancers: [{ containerName: WEB_CONTAINER, containerPort: container.port, targetGroupArn: targets.ref }],
    healthCheckGracePeriodSeconds: options.healthCheckGraceSeconds,
    // Without a number of tasks: an update would take back what the scaling chose.
    availabilityZoneRebalancing: 'ENABLED',
    deploymentConfiguration: {
      minimumHealthyPercent: 100,
      maximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      alarms: { alarmNames: [errors.ref], enable: true, rollback: true },
    },
    enableExecuteCommand: when(params.ExecuteCommand, true, false),
    enableEcsManagedTags: true,
    propagateTags: 'SERVICE',
    tags: Object.entries(options.tags ?? {}).map(([key, value]) => ({ key, value })),
  });
  // A target group belongs to no load balancer before a rule names it, and ECS refuses it until then.
  service.addResourceDependency(rule);

  scaling(kit, params, service, targets);
  serviceAlarms(kit, params, service, targets);
  return { service, task, url: address.url };
}

function targetGroup({ scope }: WebServiceKit, params: WebServiceParams, healthCheckPath: string): CfnTargetGroup {
  const attributes = {
    'deregistration_delay.timeout_seconds': String(params.DrainSeconds),
    'slow_start.duration_seconds': String(params.SlowStartSeconds),
    'stickiness.enabled': when(params.Sticky, 'true', 'false'),
    'stickiness.type': 'lb_cookie',
  };
  return new CfnTargetGroup(scope, 'TargetGroup', {
    vpcId: params.VpcId,
    targetType: 'ip',
    protocol: 'HTTP',
    // ECS registers each task with its own port; another one here would be another target group.
    port: 80,
    healthCheckPath,
    healthCheckIntervalSeconds: 15,
    healthCheckTimeoutSeconds: 10,
    healthyThresholdCount: 2,
    unhealthyThresholdCount: 4,
    targetGroupAttributes: Object.entries(attributes).map(([key, value]) => ({ key, value })),
  });
}

/** Requests of the host and path go to the target group, by a rule at the lowest priority that is free. */
function ownedRule(
  { lambdaFunction, customResource }: WebServiceKit,
  params: WebServiceParams,
  listenerRule: ListenerRuleFunction,
  properties: ListenerRuleProperties,
): CfnResource {
  const ofAlb = (type: string) => ownArn('elasticloadbalancing', `${type}/${params.AlbFullName}/*`);
  const owner = lambdaFunction('ListenerRuleOwner', listenerRule, {
    environment: {},
    grants: {
      read: ['*'],
      create: [ofAlb('listener')],
      tag: {
        resources: [ofAlb('listener-rule')],
        condition: { StringEquals: { 'elasticloadbalancing:CreateAction': 'CreateRule' } },
      },
      // Of any load balancer: after a move the rule that was left behind is removed too.
      change: {
        resources: [ownArn('elasticloadbalancing', 'listener-rule/app/*')],
        condition: { StringEquals: { 'aws:ResourceTag/bitclouded:stack-id': Aws.STACK_ID } },
      },
    },
    logs: { retentionInDays: params.LogRetentionDays, key: params.LogsKeyArn },
  });
  return customResource('ListenerRule', listenerRule, owner, properties);
}

function scaling(
  { scope, condition }: WebServiceKit,
  params: WebServiceParams,
  service: CfnService,
  targets: CfnTargetGroup,
): void {
  const target = new CfnScalableTarget(scope, 'Scaling', {
    serviceNamespace: 'ecs',
    scalableDimension: 'ecs:service:DesiredCount',
    resourceId: Fn.join('/', ['service', params.ClusterName, service.attrName]),
    minCapacity: params.MinimumTasks,
    maxCapacity: params.MaximumTasks,
  });
  const track = (
    id: string,
    targetValue: number,
    predefinedMetricSpecification: CfnScalingPolicy.PredefinedMetricSpecificationProperty,
  ): CfnScalingPolicy =>
    new CfnScalingPolicy(scope, id, {
      // CloudFormation makes no name for it.
      policyName: id,
      policyType: 'TargetTrackingScaling',
      scalingTargetId: target.ref,
      targetTrackingScalingPolicyConfiguration: {
        targetValue,
        predefinedMetricSpecification,
        scaleOutCooldown: 60,
        scaleInCooldown: 300,
      },
    });
  track('ScaleOnCpu', params.CpuTarget, { predefinedMetricType: 'ECSServiceAverageCPUUtilization' });
  const byCpuAlone = condition('ScalesByCpuAlone', { equal: [params.RequestsPerTask, '0'] });
  condition('ScalesOnRequests', { not: byCpuAlone }).guards(
    track('ScaleOnRequests', params.RequestsPerTask, {
      predefinedMetricType: 'ALBRequestCountPerTarget',
      resourceLabel: Fn.join('/', [params.AlbFullName, targets.attrTargetGroupFullName]),
    }),
  );
}

import type { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { CfnService } from 'aws-cdk-lib/aws-ecs';
import type { CfnTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Value } from '../definition/kinds.ts';
import type { Optional } from '../definition/optional.ts';
import type { AlarmOptions, Resources } from './resources.ts';

export interface AlarmParams {
  readonly ClusterName: Value<'clusterName'>;
  readonly AlbFullName: Value<'loadBalancerName'>;
  readonly MinimumTasks: number;
  readonly ErrorsAlarm: number;
  readonly CriticalArn: Optional<'topicArn'>;
  readonly WarningArn: Optional<'topicArn'>;
}

/** Errors that users saw. A deployment during which it rings goes back. */
export function errorsAlarm(
  { alarm }: Pick<Resources, 'alarm'>,
  params: AlarmParams,
  targets: CfnTargetGroup,
): CfnAlarm {
  return alarm('Errors', {
    description:
      'The service answers many requests with a 5xx status. A deployment that is under way goes back by itself; else see the log group of the service',
    ...ofTargets(params, targets),
    metric: 'HTTPCode_Target_5XX_Count',
    statistic: 'Sum',
    threshold: params.ErrorsAlarm,
    comparison: 'GreaterThanOrEqualToThreshold',
    periodSeconds: 300,
    periods: 1,
    tell: params.WarningArn,
  });
}

/** What happens outside of deployments. */
export function serviceAlarms(
  { alarm }: Pick<Resources, 'alarm'>,
  params: AlarmParams,
  service: CfnService,
  targets: CfnTargetGroup,
): void {
  const nobodyAnswers = alarm('NobodyAnswers', {
    description:
      'No task of the service is healthy, and users get errors. See the events of the service in ECS: a task that does not start says why',
    ...ofTargets(params, targets),
    metric: 'HealthyHostCount',
    statistic: 'Maximum',
    threshold: 1,
    comparison: 'LessThanThreshold',
    periodSeconds: 60,
    periods: 3,
    // Without any task there is no metric.
    missingData: 'breaching',
    tell: params.CriticalArn,
  });
  // Before the first tasks, that nobody answers is no news.
  nobodyAnswers.addResourceDependency(service);
  alarm('UnhealthyTasks', {
    description:
      'Tasks fail their health check for ten minutes, and ECS starts others in their place. See the log group of the service',
    ...ofTargets(params, targets),
    metric: 'UnHealthyHostCount',
    statistic: 'Minimum',
    threshold: 0,
    periodSeconds: 60,
    periods: 10,
    tell: params.WarningArn,
  });
  const ofService = {
    on: service,
    dimensions: { ClusterName: params.ClusterName, ServiceName: service.attrName },
    tell: params.WarningArn,
  };
  alarm('TooFewTasks', {
    description:
      'Fewer tasks than MinimumTasks run for a quarter of an hour: they do not start, or find no place. See the events of the service in ECS. It needs ContainerInsights of the cluster',
    ...ofService,
    namespace: 'ECS/ContainerInsights',
    metric: 'RunningTaskCount',
    statistic: 'Maximum',
    threshold: params.MinimumTasks,
    comparison: 'LessThanThreshold',
    periodSeconds: 300,
    periods: 3,
  });
  for (const [id, metric, remedy] of [
    ['CpuFull', 'CPUUtilization', 'raise MaximumTasks or TaskSize'],
    ['MemoryFull', 'MemoryUtilization', 'a task that needs more than it has is killed: raise TaskSize'],
  ] as const)
    alarm(id, {
      description: `The tasks use nearly all that they have for a quarter of an hour, and scaling did not help: ${remedy}`,
      ...ofService,
      namespace: 'AWS/ECS',
      metric,
      statistic: 'Average',
      threshold: 90,
      periodSeconds: 300,
      periods: 3,
    });
}

function ofTargets(
  { AlbFullName }: AlarmParams,
  targets: CfnTargetGroup,
): Pick<AlarmOptions, 'on' | 'namespace' | 'dimensions'> {
  return {
    on: targets,
    namespace: 'AWS/ApplicationELB',
    dimensions: { LoadBalancer: AlbFullName, TargetGroup: targets.attrTargetGroupFullName },
  };
}

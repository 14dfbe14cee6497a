import type { Resource } from '../model/resource.ts';
import type { Template } from '../model/template.ts';
import type { Value } from '../model/value.ts';

export const listenerType = 'AWS::ElasticLoadBalancingV2::Listener';
/** What registers itself with a target group. */
const SERVERS = ['AWS::AutoScaling::AutoScalingGroup', 'AWS::ECS::Service'];

/** The listeners of the template that are certainly a load balancer's. */
export function listenersOf(balancer: Resource, template: Template): Resource[] {
  return template.ofType(listenerType).filter((listener) => balancerOf(listener) === balancer.logicalId);
}

/** The other listeners of the same load balancer, which may be another stack's, as far as that is certain. */
export function listenersBeside(listener: Resource, template: Template): Resource[] {
  const balancer = balancerOf(listener);
  if (balancer === undefined) return [];
  return template.ofType(listenerType).filter((other) => other !== listener && balancerOf(other) === balancer);
}

/** Whether a listener may have a rule that redirects. */
export function mayRedirectByRule(listener: Resource, template: Template): boolean {
  return template
    .ofType('AWS::ElasticLoadBalancingV2::ListenerRule')
    .filter((rule) => rule.values('ListenerArn').some((arn) => template.referred(arn) === listener))
    .some((rule) => rule.values('Actions.*.Type').some((type) => !type.isNot('redirect')));
}

/** Whether other stacks get to know a listener, and may add rules to it. */
export function isHandedOn(listener: Resource, template: Template): boolean {
  const outputs = [...(template.section('Outputs')?.entries.values() ?? [])];
  return (
    outputs
      .flatMap((output) => template.valuesOf(output).flatMap((value) => value.values('Value')))
      .some((value) => value.mentions(listener.logicalId)) ||
    template.referrers(listener).some(({ type }) => type.startsWith('AWS::CloudFormation::'))
  );
}

/** Whether something of the template stands behind a forward: else its target group may be one that stays empty. */
export function reachesServers(forward: Value, template: Template): boolean {
  return ['TargetGroupArn', 'ForwardConfig.TargetGroups.*.TargetGroupArn']
    .flatMap((path) => forward.values(path))
    .flatMap((arn) => template.referred(arn) ?? [])
    .some(
      (group) =>
        group.values('Targets').some(({ isAbsent }) => !isAbsent) ||
        template.referrers(group).some(({ type }) => SERVERS.includes(type)),
    );
}

/** What a listener names as its load balancer, where that is one thing. */
function balancerOf(listener: Resource): string | undefined {
  const [arn, ...more] = listener.values('LoadBalancerArn');
  return more.length === 0 ? arn?.reference?.target : undefined;
}

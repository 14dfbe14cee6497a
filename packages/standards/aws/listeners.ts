import { perTemplate } from '../model/per-template.ts';
import type { Resource } from '../model/resource.ts';
import type { Template } from '../model/template.ts';
import type { Value } from '../model/value.ts';

export const listenerType = 'AWS::ElasticLoadBalancingV2::Listener';
/** What registers itself with a target group. */
const SERVERS = ['AWS::AutoScaling::AutoScalingGroup', 'AWS::ECS::Service'];

/** The listeners of the template that are certainly a load balancer's. */
export function listenersOf(balancer: Resource, template: Template): readonly Resource[] {
  return byBalancer(template).get(balancer.logicalId) ?? [];
}

/** The listeners that certainly speak HTTPS for the load balancer of another listener, which may be another stack's. */
export function secureBeside(listener: Resource, template: Template): readonly Resource[] {
  const balancer = balancerOf(listener);
  return balancer === undefined ? [] : (secureByBalancer(template).get(balancer) ?? []);
}

/** Whether a listener may have a rule that redirects. */
export function mayRedirectByRule(listener: Resource, template: Template): boolean {
  return template
    .referrers(listener)
    .filter(({ type }) => type === 'AWS::ElasticLoadBalancingV2::ListenerRule')
    .some((rule) => rule.values('Actions.*.Type').some((type) => !type.isNot('redirect')));
}

/** Whether other stacks get to know a listener, and may add rules to it. */
export function isHandedOn(listener: Resource, template: Template): boolean {
  return (
    inOutputs(template).has(listener.logicalId) ||
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

const byBalancer = perTemplate((template) => Map.groupBy(template.ofType(listenerType), balancerOf));

const secureByBalancer = perTemplate((template) =>
  Map.groupBy(
    template
      .ofType(listenerType)
      .filter((listener) => listener.values('Protocol').every((protocol) => protocol.is('HTTPS'))),
    balancerOf,
  ),
);

/** What the outputs name. */
const inOutputs = perTemplate((template): ReadonlySet<string | undefined> => {
  const outputs = [...(template.section('Outputs')?.entries.values() ?? [])];
  const values = outputs.flatMap((output) => template.valuesOf(output)).flatMap((output) => output.values('Value'));
  return new Set(
    values.flatMap(({ parts }) => parts).map((part) => (typeof part === 'object' ? part.target : undefined)),
  );
});

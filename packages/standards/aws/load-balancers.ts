import type { Resource } from '../model/resource.ts';
import type { Value } from '../model/value.ts';

export const balancerType = 'AWS::ElasticLoadBalancingV2::LoadBalancer';

/** Whether a load balancer is certainly of this kind. One that does not say is an application load balancer. */
export function isBalancer(balancer: Resource, kind: 'application' | 'network'): boolean {
  return balancer.values('Type').every((type) => type.is(kind) || (kind === 'application' && type.isAbsent));
}

/**
 * The values that an attribute may be set to, such as `deletion_protection.enabled`; none where nothing sets it. An
 * item whose key only the stack knows is an unknown value.
 */
export function attributeValues(balancer: Resource, name: string): Value[] {
  return balancer.values('LoadBalancerAttributes.*').flatMap((attribute) => {
    const keys = attribute.values('Key');
    const open = keys.filter((key) => key.text === undefined && !key.isAbsent);
    if (open.length > 0) return open;
    return keys.some((key) => key.is(name)) ? attribute.values('Value') : [];
  });
}

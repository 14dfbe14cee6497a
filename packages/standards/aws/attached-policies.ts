import type { Resource } from '../model/resource.ts';
import type { Template } from '../model/template.ts';

const TYPES = ['AWS::IAM::ManagedPolicy', 'AWS::IAM::Policy', 'AWS::IAM::RolePolicy'];

/** The policies of the template that attach themselves to a role, beside those that the role names. */
export function attachedPolicies(role: Resource, template: Template): Resource[] {
  return template
    .referrers(role)
    .filter(({ type }) => TYPES.includes(type))
    .filter((policy) =>
      [...policy.values('Roles.*'), ...policy.values('RoleName')].some((name) => template.referred(name) === role),
    );
}

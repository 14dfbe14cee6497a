import type { Capability } from '@aws-sdk/client-cloudformation';

/**
 * Types that a caller must acknowledge. Source: CloudFormation User Guide, "Acknowledging IAM resources in
 * CloudFormation templates", and the inline policies' own types, which came later.
 */
const IAM_TYPES: readonly string[] = [
  'AWS::IAM::AccessKey',
  'AWS::IAM::Group',
  'AWS::IAM::GroupPolicy',
  'AWS::IAM::InstanceProfile',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::IAM::RolePolicy',
  'AWS::IAM::User',
  'AWS::IAM::UserPolicy',
  'AWS::IAM::UserToGroupAddition',
];

/**
 * What a template of these resource types needs to be acknowledged, and no more. A nested stack's own types count
 * too, and must be given.
 */
export function requiredCapabilities(resourceTypes: readonly string[]): readonly Capability[] {
  return resourceTypes.some((type) => IAM_TYPES.includes(type)) ? ['CAPABILITY_NAMED_IAM'] : [];
}

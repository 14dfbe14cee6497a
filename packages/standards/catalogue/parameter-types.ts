import type { ValueKind } from '@bitclouded/documents';

/**
 * Kinds of values that CloudFormation's specific parameter types take; it refuses every other value. Source: CloudFormation User Guide, "CloudFormation-supplied parameter types".
 */
const TAKEN: Readonly<Record<string, readonly ValueKind[]>> = {
  Number: ['count', 'port'],
  CommaDelimitedList: ['subnetIds', 'routeTableIds'],
  'AWS::EC2::AvailabilityZone::Name': ['zoneName'],
  'AWS::EC2::Image::Id': ['imageId'],
  'AWS::EC2::SecurityGroup::Id': ['securityGroupId'],
  'AWS::EC2::VPC::Id': ['vpcId'],
  'AWS::Route53::HostedZone::Id': ['hostedZoneId'],
  'List<AWS::EC2::Subnet::Id>': ['subnetIds'],
};

/** Whether a parameter of a CloudFormation type may take a value of a kind. A type that is not here may take any. */
export function mayTake(parameterType: string, kind: string): boolean {
  const kinds: readonly string[] | undefined = TAKEN[parameterType];
  return kinds?.includes(kind) !== false;
}

import type { TemplateInterface } from '@bitclouded/documents';

/**
 * What CloudFormation reads to check or to resolve values of its own parameter types.
 * Source: CloudFormation User Guide, "Specify existing resources at runtime with CloudFormation-supplied parameter types".
 */
const READS: readonly (readonly [type: RegExp, action: string])[] = [
  [/AWS::EC2::AvailabilityZone::Name/, 'ec2:DescribeAvailabilityZones'],
  [/AWS::EC2::Image::Id/, 'ec2:DescribeImages'],
  [/AWS::EC2::Instance::Id/, 'ec2:DescribeInstances'],
  [/AWS::EC2::KeyPair::KeyName/, 'ec2:DescribeKeyPairs'],
  [/AWS::EC2::SecurityGroup::/, 'ec2:DescribeSecurityGroups'],
  [/AWS::EC2::Subnet::Id/, 'ec2:DescribeSubnets'],
  [/AWS::EC2::Volume::Id/, 'ec2:DescribeVolumes'],
  [/AWS::EC2::VPC::Id/, 'ec2:DescribeVpcs'],
  [/AWS::Route53::HostedZone::Id/, 'route53:GetHostedZone'],
  [/AWS::SSM::Parameter::/, 'ssm:GetParameters'],
];

/** The reads that a template's parameters ask for, each once. */
export function parameterReads({ parameters }: Pick<TemplateInterface, 'parameters'>): readonly string[] {
  const actions = parameters.flatMap(({ type }) => READS.filter(([form]) => form.test(type)).map(([, read]) => read));
  return [...new Set(actions)];
}

/** Likewise for dynamic references in its text. Source: CloudFormation User Guide, "Get values stored in other services". */
export function referenceReads(text: string): readonly string[] {
  return [
    ...(/\{\{resolve:ssm(?:-secure)?:/.test(text) ? ['ssm:GetParameters'] : []),
    ...(text.includes('{{resolve:secretsmanager:') ? ['secretsmanager:GetSecretValue'] : []),
  ];
}

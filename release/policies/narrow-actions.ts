import type { Section } from '../plan/parse-template.ts';
import type { MadeResource } from './resources-of.ts';

/** Actions, mostly of other services, that a handler calls for certain properties alone. */
interface Optional {
  readonly type: string;
  readonly actions: RegExp;
  readonly properties: readonly string[];
}

const OPTIONAL: readonly Optional[] = [
  { type: 'AWS::AutoScaling::AutoScalingGroup', actions: /^vpc-lattice:/, properties: ['TrafficSources'] },
  { type: 'AWS::CloudTrail::Trail', actions: /^organizations:/, properties: ['IsOrganizationTrail'] },
  { type: 'AWS::DynamoDB::Table', actions: /^kinesis:/, properties: ['KinesisStreamSpecification'] },
  { type: 'AWS::DynamoDB::Table', actions: /^(?:logs|s3):/, properties: ['ImportSourceSpecification'] },
  { type: 'AWS::EC2::FlowLog', actions: /^s3:/, properties: ['LogDestinationType'] },
  {
    type: 'AWS::EC2::VPCEndpoint',
    actions: /^(?:vpc-lattice|vpce):/,
    properties: ['ResourceConfigurationArn', 'ServiceNetworkArn', 'ServiceRegion'],
  },
  { type: 'AWS::IAM::ManagedPolicy', actions: /^iam:(?:At|De)tachGroup/, properties: ['Groups'] },
  { type: 'AWS::IAM::ManagedPolicy', actions: /^iam:(?:At|De)tachRole/, properties: ['Roles'] },
  { type: 'AWS::IAM::ManagedPolicy', actions: /^iam:(?:At|De)tachUser/, properties: ['Users'] },
  { type: 'AWS::Lambda::Function', actions: /^(?:elasticfilesystem|s3files):/, properties: ['FileSystemConfigs'] },
  { type: 'AWS::Logs::LogGroup', actions: /^firehose:/, properties: ['DataProtectionPolicy'] },
  {
    type: 'AWS::S3::Bucket',
    actions: /^s3tables:/,
    properties: ['MetadataConfiguration', 'MetadataTableConfiguration'],
  },
];

/**
 * Whole families of actions of which one is called.
 * Source: EC2 Auto Scaling User Guide, "Use AWS Systems Manager parameters instead of AMI IDs in launch templates".
 */
const FAMILIES: Readonly<Record<string, string>> = { 'ssm:Get*': 'ssm:GetParameters' };

/** What a web ACL can be put before: each kind asks for rights of its own service. */
const ACL_FOR_BALANCER = /^(?:elasticloadbalancing|wafv2):/;

/**
 * Of a type's actions those that these resources of it call: what serves only properties that none of them has is
 * left out.
 */
export function narrowActions(
  type: string,
  actions: readonly string[],
  resources: readonly MadeResource[],
  typesOfTemplate: ReadonlySet<string>,
): readonly string[] {
  const unused = OPTIONAL.filter(
    (optional) => optional.type === type && !resources.some((resource) => hasAny(resource, optional.properties)),
  );
  const called = actions
    .filter((action) => !unused.some(({ actions }) => actions.test(action)))
    .map((action) => FAMILIES[action] ?? action);
  return type === 'AWS::WAFv2::WebACLAssociation' && typesOfTemplate.has('AWS::ElasticLoadBalancingV2::LoadBalancer')
    ? called.filter((action) => ACL_FOR_BALANCER.test(action))
    : called;
}

function hasAny(resource: MadeResource, names: readonly string[]): boolean {
  const properties: Section = resource.properties();
  return names.some((name) => name in properties && properties[name] !== 'false');
}

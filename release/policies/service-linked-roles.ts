/**
 * Who gets a service-linked role in an account that has none yet, by the service of the type whose handlers list its
 * creation; `*` stands where a service has several.
 * Sources: each service's guide, "Using service-linked roles".
 */
const BY_SERVICE: Readonly<Record<string, readonly string[]>> = {
  'AWS::ApplicationAutoScaling': ['*.application-autoscaling.amazonaws.com'],
  'AWS::AutoScaling': ['autoscaling.amazonaws.com'],
  'AWS::Backup': ['*.backup.amazonaws.com', 'backup.amazonaws.com'],
  'AWS::DynamoDB': ['*.dynamodb.amazonaws.com'],
  'AWS::EC2::FlowLog': ['delivery.logs.amazonaws.com'],
  'AWS::ECR': ['*.ecr.amazonaws.com'],
  'AWS::ECS': ['ecs*.amazonaws.com'],
  'AWS::EFS': ['elasticfilesystem.amazonaws.com'],
  'AWS::ImageBuilder': ['imagebuilder.amazonaws.com'],
  'AWS::RDS': ['rds.amazonaws.com'],
  'AWS::SSM': ['ssm.amazonaws.com'],
  'AWS::WAFv2': ['wafv2.amazonaws.com'],
  // Its handlers need one for trails of an organization, which no template makes.
  'AWS::CloudTrail::Trail': [],
};

/**
 * Types whose handlers do not list it, although the service creates the role in the caller's name.
 * Source: Elastic Load Balancing User Guide, "Elastic Load Balancing service-linked role".
 */
const UNLISTED: Readonly<Record<string, readonly string[]>> = {
  'AWS::ElasticLoadBalancingV2::LoadBalancer': ['elasticloadbalancing.amazonaws.com'],
};

/** @returns undefined where a type creates service-linked roles, and nobody knows for whom */
export function servicesWithRole(type: string, actions: readonly string[]): readonly string[] | undefined {
  if (!actions.includes('iam:CreateServiceLinkedRole')) return UNLISTED[type] ?? [];
  return BY_SERVICE[type] ?? BY_SERVICE[type.slice(0, type.lastIndexOf('::'))];
}

/**
 * What an instance must be allowed for Session Manager, in lower case.
 * Source: Systems Manager User Guide, "Verify or add instance permissions for Session Manager".
 */
export const sessionActions = [
  'ssm:updateinstanceinformation',
  'ssmmessages:createcontrolchannel',
  'ssmmessages:createdatachannel',
  'ssmmessages:opencontrolchannel',
  'ssmmessages:opendatachannel',
];

/**
 * The AWS managed policies that allow all of it, of some 1,500.
 * Source: AWS Managed Policy Reference; the policies' documents as of March 2026.
 */
export const sessionPolicies: ReadonlySet<string> = new Set([
  'AWSCloud9SSMInstanceProfile',
  'AWSEC2SqlHaInstancePolicy',
  'AWSMcpServiceActionsFullAccess',
  'AdministratorAccess',
  'AmazonEC2RoleforSSM',
  'AmazonEKSLocalOutpostClusterPolicy',
  'AmazonElasticFileSystemsUtils',
  'AmazonSSMFullAccess',
  'AmazonSSMManagedEC2InstanceDefaultPolicy',
  'AmazonSSMManagedInstanceCore',
  'PowerUserAccess',
]);

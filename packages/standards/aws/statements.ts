import type { Resource } from '../model/resource.ts';
import type { Value } from '../model/value.ts';

/** Where identities keep what they may do. */
const IDENTITY_POLICIES: Readonly<Record<string, string>> = {
  'AWS::IAM::Role': 'Policies.*.PolicyDocument',
  'AWS::IAM::User': 'Policies.*.PolicyDocument',
  'AWS::IAM::Group': 'Policies.*.PolicyDocument',
  'AWS::IAM::Policy': 'PolicyDocument',
  'AWS::IAM::ManagedPolicy': 'PolicyDocument',
  'AWS::IAM::RolePolicy': 'PolicyDocument',
  'AWS::IAM::UserPolicy': 'PolicyDocument',
  'AWS::IAM::GroupPolicy': 'PolicyDocument',
};

/** Where resources keep who may use them. */
const RESOURCE_POLICIES: Readonly<Record<string, string>> = {
  'AWS::Backup::BackupVault': 'AccessPolicy',
  'AWS::ECR::Repository': 'RepositoryPolicyText',
  'AWS::EFS::FileSystem': 'FileSystemPolicy',
  'AWS::KMS::Key': 'KeyPolicy',
  'AWS::Logs::ResourcePolicy': 'PolicyDocument',
  'AWS::S3::AccessPoint': 'Policy',
  'AWS::S3::BucketPolicy': 'PolicyDocument',
  'AWS::SNS::TopicInlinePolicy': 'PolicyDocument',
  'AWS::SNS::TopicPolicy': 'PolicyDocument',
  'AWS::SQS::QueueInlinePolicy': 'PolicyDocument',
  'AWS::SQS::QueuePolicy': 'PolicyDocument',
  'AWS::SecretsManager::ResourcePolicy': 'ResourcePolicy',
};

export const identityPolicyTypes = Object.keys(IDENTITY_POLICIES);
export const resourcePolicyTypes = Object.keys(RESOURCE_POLICIES);

/** The statements of a resource's own policies, and none of other resources' policies about it. */
export function identityStatements(resource: Resource): Value[] {
  return resource.values(`${IDENTITY_POLICIES[resource.type]}.Statement.*`);
}

export function resourceStatements(resource: Resource): Value[] {
  return resource.values(`${RESOURCE_POLICIES[resource.type]}.Statement.*`);
}

export function trustStatements(role: Resource): Value[] {
  return role.values('AssumeRolePolicyDocument.Statement.*');
}

/** Whether a statement certainly allows. */
export function isAllow(statement: Value): boolean {
  return statement.values('Effect').every((effect) => effect.is('Allow'));
}

/** The services that a statement names as principals, such as `sns.amazonaws.com`. */
export function servicesOf(statement: Value): Value[] {
  return statement.values('Principal.Service.*').filter(({ text }) => text !== undefined);
}

/** The values of a principal that is everybody: `*`, or `AWS: '*'`. */
export function everybodyIn(statement: Value): Value[] {
  return [...statement.values('Principal'), ...statement.values('Principal.AWS.*')].filter((who) => who.is('*'));
}

/** The keys that a statement's conditions look at, in lower case; undefined where that is not certain. */
export function conditionKeysOf(statement: Value): ReadonlySet<string> | undefined {
  const keys = new Set<string>();
  for (const condition of statement.values('Condition')) {
    if (condition.isAbsent) continue;
    if (condition.kind !== 'map') return undefined;
    for (const { values } of condition.entries())
      for (const operands of values) {
        if (operands.kind !== 'map') return undefined;
        for (const { key } of operands.entries()) keys.add(key.text.toLowerCase());
      }
  }
  return keys;
}

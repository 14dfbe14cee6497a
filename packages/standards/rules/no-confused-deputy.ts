import {
  conditionKeysOf,
  isAllow,
  resourcePolicyTypes,
  resourceStatements,
  trustStatements,
} from '../aws/statements.ts';
import type { Resource } from '../model/resource.ts';
import type { Value } from '../model/value.ts';
import { type Found, resourceStandard } from '../standard.ts';

/** Services that say for whom they act, as resource policies see them. */
const DEPUTIES = new Set([
  'apigateway',
  'budgets',
  'cloudfront',
  'cloudtrail',
  'cloudwatch',
  'config',
  'delivery.logs',
  'events',
  'logging.s3',
  'logs',
  's3',
  'ses',
  'sns',
]);
/** Services that say so when they call a function, beside those. */
const CALLERS = new Set([...DEPUTIES, 'cognito-idp', 'secretsmanager']);
/** Services that say so when they take a role. */
const ROLE_DEPUTIES = new Set(['scheduler', 'vpc-flow-logs']);
const SOURCE = /^aws:source(?:arn|account|orgid|orgpaths|owner)$/;
/** A key is used for what it encrypts: the context names it. Source: AWS KMS Developer Guide, "Permissions for AWS services in key policies". */
const KEY_SOURCE =
  /^(?:aws:source(?:arn|account|orgid|orgpaths|owner)|kms:encryptioncontext(?:keys|:.+)|kms:viaservice|kms:calleraccount)$/;

/** Keys, by where their policies stand. What only describes a key harms nobody. */
const KEYS = ['AWS::KMS::Key', 'AWS::KMS::ReplicaKey'];
const DESCRIBES = 'kms:DescribeKey';
/** Where more resources keep who may use them. */
const MORE_POLICIES: Readonly<Record<string, string>> = {
  'AWS::ApiGateway::RestApi': 'Policy.Statement.*',
  'AWS::Backup::LogicallyAirGappedBackupVault': 'AccessPolicy.Statement.*',
  'AWS::CloudTrail::ResourcePolicy': 'ResourcePolicy.Statement.*',
  'AWS::CodeArtifact::Domain': 'PermissionsPolicyDocument.Statement.*',
  'AWS::CodeArtifact::Repository': 'PermissionsPolicyDocument.Statement.*',
  'AWS::DynamoDB::Table': 'ResourcePolicy.PolicyDocument.Statement.*',
  'AWS::ECR::RegistryPolicy': 'PolicyText.Statement.*',
  'AWS::Elasticsearch::Domain': 'AccessPolicies.Statement.*',
  'AWS::Events::EventBusPolicy': 'Statement',
  'AWS::KMS::ReplicaKey': 'KeyPolicy.Statement.*',
  'AWS::Kinesis::ResourcePolicy': 'ResourcePolicy.Statement.*',
  'AWS::Logs::LogGroup': 'ResourcePolicyDocument.Statement.*',
  'AWS::MSK::ClusterPolicy': 'Policy.Statement.*',
  'AWS::OpenSearchService::Domain': 'AccessPolicies.Statement.*',
  'AWS::S3Express::BucketPolicy': 'PolicyDocument.Statement.*',
  'AWS::S3Tables::TableBucketPolicy': 'ResourcePolicy.Statement.*',
  'AWS::SSM::ResourcePolicy': 'Policy.Statement.*',
};

export default resourceStandard({
  name: 'no-confused-deputy',
  number: 45,
  title: 'A service that is let in says for whom it comes',
  why: "Else anybody's bucket, rule or topic can make the service act on this resource.",
  remedy: 'Add a condition on aws:SourceArn or aws:SourceAccount, or SourceArn to a Lambda permission',
  source: 'IAM User Guide, "The confused deputy problem"',
  peers: 'none in cdk-nag; cfn-lint has none',
  audience: 'everyone',
  severity: 'warning',
  applies: [...resourcePolicyTypes, ...Object.keys(MORE_POLICIES), 'AWS::IAM::Role', 'AWS::Lambda::Permission'],
  *check({ resource }) {
    const { type } = resource;
    if (type === 'AWS::Lambda::Permission') yield* openPermission(resource);
    else if (type === 'AWS::IAM::Role') yield* openStatements(trustStatements(resource), ROLE_DEPUTIES, SOURCE);
    else if (KEYS.includes(type)) yield* openStatements(policyOf(resource).filter(usesKey), DEPUTIES, KEY_SOURCE);
    else yield* openStatements(policyOf(resource), DEPUTIES, SOURCE);
  },
  examples: {
    good: [
      `
      Resources:
        QueuePolicy:
          Type: AWS::SQS::QueuePolicy
          Properties:
            PolicyDocument:
              Statement:
                Effect: Allow
                Principal: { Service: sns.amazonaws.com }
                Action: sqs:SendMessage
                Resource: '*'
                Condition: { ArnEquals: { 'aws:SourceArn': !Ref Topic } }
        Topic: { Type: AWS::SNS::Topic }
        Permission:
          Type: AWS::Lambda::Permission
          Properties: { Principal: events.amazonaws.com, SourceArn: !GetAtt Rule.Arn }
        Rule: { Type: AWS::Events::Rule }
        Role:
          Type: AWS::IAM::Role
          Properties:
            AssumeRolePolicyDocument:
              Statement: { Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: 'sts:AssumeRole' }
        Key:
          Type: AWS::KMS::Key
          Properties:
            KeyPolicy:
              Statement:
                - Effect: Allow
                  Principal: { Service: !Sub 'logs.\${AWS::Region}.amazonaws.com' }
                  Action: kms:Decrypt
                  Resource: '*'
                  Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': !Ref GroupArn } }
                - Effect: Allow
                  Principal: { Service: cloudtrail.amazonaws.com }
                  Action: kms:DescribeKey
                  Resource: '*'
                - Effect: Allow
                  Principal: { Service: delivery.logs.amazonaws.com }
                  Action: kms:GenerateDataKey*
                  Resource: '*'
                  Condition: { StringEquals: { 'aws:SourceAccount': !Ref AWS::AccountId } }
                - Effect: Allow
                  Principal: { Service: !Ref Service }
                  Action: kms:Decrypt
                  Resource: '*'
                - { Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: 'kms:*', Resource: '*' }
        Table:
          Type: AWS::DynamoDB::Table
          Properties:
            ResourcePolicy:
              PolicyDocument:
                Statement: { Effect: Allow, Principal: { AWS: '*' }, Action: 'dynamodb:GetItem', Resource: '*' }
        Rotation:
          Type: AWS::Lambda::Permission
          Properties: { Principal: secretsmanager.amazonaws.com, SourceAccount: !Ref AWS::AccountId }
      Parameters:
        GroupArn: { Type: String }
        Service: { Type: String }
      `,
    ],
    bad: [
      `
      Resources:
        QueuePolicy:
          Type: AWS::SQS::QueuePolicy
          Properties:
            PolicyDocument:
              Statement:
                - Effect: Allow
                  Principal:
                    Service:
                      - sns.amazonaws.com # finding
                      - unheard.amazonaws.com
                  Action: sqs:SendMessage
                  Resource: '*'
                  Condition: { Bool: { 'aws:SecureTransport': true } }
        Permission:
          Type: AWS::Lambda::Permission
          Properties:
            Principal: events.amazonaws.com # finding
        Role:
          Type: AWS::IAM::Role
          Properties:
            AssumeRolePolicyDocument:
              Statement:
                - Effect: Allow
                  Principal:
                    Service: vpc-flow-logs.amazonaws.com # finding
                  Action: sts:AssumeRole
        Rotation:
          Type: AWS::Lambda::Permission
          Properties:
            Principal: secretsmanager.amazonaws.com # finding
        Key:
          Type: AWS::KMS::Key
          Properties:
            KeyPolicy:
              Statement:
                - Effect: Allow
                  Principal:
                    Service: !Sub 'logs.\${AWS::Region}.\${AWS::URLSuffix}' # finding: logs is let in
                  Action: [kms:DescribeKey, kms:Decrypt]
                  Resource: '*'
                - Effect: Allow
                  Principal:
                    Service:
                      - logs.eu-west-1.amazonaws.com # finding
                      - cloudtrail.amazonaws.com # finding
                  Action: kms:GenerateDataKey*
                  Resource: '*'
                  Condition: { Bool: { 'kms:GrantIsForAWSResource': true } }
        Replica:
          Type: AWS::KMS::ReplicaKey
          Properties:
            KeyPolicy:
              Statement:
                Effect: Allow
                Principal:
                  Service: sns.amazonaws.com # finding
                Action: kms:Decrypt
                Resource: '*'
        Domain:
          Type: AWS::OpenSearchService::Domain
          Properties:
            AccessPolicies:
              Statement:
                Effect: Allow
                Principal:
                  Service: events.amazonaws.com # finding
                Action: es:ESHttpPost
        Bus:
          Type: AWS::Events::EventBusPolicy
          Properties:
            Statement:
              Effect: Allow
              Principal:
                Service: s3.amazonaws.com # finding
              Action: events:PutEvents
      `,
    ],
  },
});

function policyOf(resource: Resource): Value[] {
  const path = MORE_POLICIES[resource.type];
  return path === undefined ? resourceStatements(resource) : resource.values(path);
}

/** Whether a statement of a key's policy certainly lets more than describe it. */
function usesKey(statement: Value): boolean {
  return statement.values('Action.*').some((action) => action.text !== undefined && !action.is(DESCRIBES));
}

function* openStatements(
  statements: readonly Value[],
  deputies: ReadonlySet<string>,
  source: RegExp,
): Generator<Found> {
  for (const statement of statements.filter(isAllow)) {
    const keys = conditionKeysOf(statement);
    if (keys === undefined || [...keys].some((key) => source.test(key))) continue;
    for (const service of statement.values('Principal.Service.*')) {
      const name = nameOf(service);
      if (name !== undefined && deputies.has(name)) yield { at: service, message: `${name} is let in for anybody` };
    }
  }
}

function* openPermission(permission: Resource): Generator<Found> {
  for (const service of permission.values('Principal')) {
    const name = nameOf(service);
    if (name === undefined || !CALLERS.has(name)) continue;
    const sources = ['SourceArn', 'SourceAccount', 'PrincipalOrgID'].flatMap((property) =>
      permission.values(property, service.when),
    );
    if (sources.every(({ isAbsent }) => isAbsent))
      yield { at: service, message: `${name} may call the function for anybody` };
  }
}

/** What a principal is called without its region and domain: `logs` of `logs.\${AWS::Region}.amazonaws.com`. */
function nameOf({ spelling }: Value): string | undefined {
  const domain = /\.(?:amazonaws\.com(?:\.cn)?|\$\{AWS::URLSuffix\})$/;
  if (spelling === undefined || !domain.test(spelling)) return undefined;
  return spelling.replace(domain, '').replace(/\.(?:\$\{AWS::Region\}|[a-z]{2}(?:-[a-z]+)+-\d+)$/, '');
}

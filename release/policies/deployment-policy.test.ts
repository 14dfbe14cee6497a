import type { InterfaceParameter } from '@bitclouded/documents';
import { LOCAL, PRODUCTION } from '../testing/hosts.ts';
import { templateInterface } from '../testing/write-dist.ts';
import { deploymentPolicy } from './deployment-policy.ts';

const ACTIONS = new Map([
  ['AWS::CloudFormation::CustomResource', []],
  ['AWS::EC2::FlowLog', ['ec2:CreateFlowLogs', 'iam:CreateServiceLinkedRole', 'iam:PassRole']],
  ['AWS::IAM::ManagedPolicy', ['iam:AttachRolePolicy', 'iam:CreatePolicy']],
  ['AWS::IAM::OIDCProvider', ['iam:CreateOpenIDConnectProvider']],
  ['AWS::IAM::Role', ['iam:CreateRole', 'iam:DeleteRole']],
  [
    'AWS::Lambda::Function',
    ['iam:PassRole', 'kms:Decrypt', 'kms:DescribeKey', 'lambda:CreateFunction', 's3:GetObject'],
  ],
  ['AWS::SecretsManager::RotationSchedule', ['lambda:InvokeFunction', 'secretsmanager:RotateSecret']],
  ['AWS::S3::Bucket', ['iam:PassRole', 's3:CreateBucket', 's3:ListBucket', 's3tables:CreateTable']],
]);

const ROLE = `  Role:
    Type: AWS::IAM::Role
    Properties:
      Path: /foundation/thing/
      AssumeRolePolicyDocument:
        Statement:
          - Effect: Allow
            Principal:
              Service: lambda.amazonaws.com
            Action: sts:AssumeRole
`;
const FUNCTION = '  Function:\n    Type: AWS::Lambda::Function\n    Properties:\n      Role: !GetAtt Role.Arn\n';
const BUCKET = '  Bucket:\n    Type: AWS::S3::Bucket\n';

interface Given {
  readonly parameters?: readonly InterfaceParameter[];
  readonly lambdas?: readonly string[];
  readonly host?: typeof PRODUCTION;
}

function policyOf(resources: string, { parameters = [], lambdas = [], host = PRODUCTION }: Given = {}) {
  const face = templateInterface('foundation/thing', { parameters: [...parameters], lambdas: [...lambdas] });
  const policy = deploymentPolicy(face, `Resources:\n${resources}`, ACTIONS, host);
  return new Map(policy.map((statement) => [statement.Sid, statement]));
}

const parameter = (name: string, more: Partial<InterfaceParameter>): InterfaceParameter => ({
  name,
  kind: 'text',
  type: 'String',
  description: '',
  group: '',
  label: '',
  secret: false,
  ...more,
});

test('makes roles under the path of the template alone, and passes them to those whom they trust', () => {
  const policy = policyOf(ROLE + FUNCTION);
  const own = ['arn:aws:iam::*:role/foundation/thing/*'];
  expect(policy.get('Roles')).toMatchObject({ Action: ['iam:CreateRole', 'iam:DeleteRole'], Resource: own });
  expect(policy.get('PassRoles')).toMatchObject({
    Action: ['iam:PassRole'],
    Resource: own,
    Condition: { StringEquals: { 'iam:PassedToService': ['lambda.amazonaws.com'] } },
  });
});

test('passes no role where a template has none, although a type of it could', () => {
  expect([...policyOf(BUCKET).keys()]).toEqual(['S3AnyName']);
});

test('passes a role that another template made by that template’s path, and one of nobody’s by any', () => {
  const flowLog =
    '  Log:\n    Type: AWS::EC2::FlowLog\n    Properties:\n      DeliverLogsPermissionArn: !Ref FlowLogRoleArn\n';
  const wiring = { template: 'analytics/logs-store', output: 'FlowLogRoleArn', grade: 'required' } as const;
  const wired = [parameter('FlowLogRoleArn', { kind: 'roleArn', wiring })];
  expect(policyOf(flowLog, { parameters: wired }).get('PassRoles')).toMatchObject({
    Resource: ['arn:aws:iam::*:role/analytics/logs-store/*'],
    Condition: { StringEquals: { 'iam:PassedToService': ['vpc-flow-logs.amazonaws.com'] } },
  });
  const free = [parameter('FlowLogRoleArn', { kind: 'roleArn' })];
  expect(policyOf(flowLog, { parameters: free }).get('PassRoles')?.Resource).toEqual(['arn:aws:iam::*:role/*']);
  expect(policyOf(flowLog, { parameters: wired }).get('ServiceLinkedRoles')).toMatchObject({
    Resource: ['arn:aws:iam::*:role/aws-service-role/*'],
    Condition: { StringLike: { 'iam:AWSServiceName': ['delivery.logs.amazonaws.com'] } },
  });
});

test('reads the code of its own functions at the host, in every region, and no other', () => {
  const policy = policyOf(ROLE + FUNCTION, { lambdas: ['log-governor'] });
  expect(policy.get('PublishedCode')).toMatchObject({
    Action: ['s3:GetObject'],
    Resource: ['arn:aws:s3:::example-123456789012-*-an/lambdas/log-governor/*'],
  });
  expect(policy.has('S3AnyName')).toBe(false);
  const china = { ...PRODUCTION, homeRegion: 'cn-north-1', regions: ['cn-north-1'] };
  const inChina = policyOf(ROLE + FUNCTION, { lambdas: ['log-governor'], host: china });
  for (const { Resource } of inChina.values())
    for (const resource of Resource) expect(resource).toMatch(/^(?:\*|arn:aws-cn:.+)$/);
});

test('uses keys only through the services that it works with', () => {
  const policy = policyOf(ROLE + FUNCTION);
  expect(policy.get('KeysThroughServices')).toMatchObject({
    Action: ['kms:Decrypt'],
    Condition: { Null: { 'kms:ViaService': 'false' } },
  });
  expect(policy.get('KmsAnyName')?.Action).toEqual(['kms:DescribeKey']);
});

test('leaves out what serves only properties that the template does not have', () => {
  expect(policyOf(BUCKET).get('S3AnyName')?.Action).toEqual(['s3:CreateBucket', 's3:ListBucket']);
  expect(policyOf(BUCKET).has('S3tablesAnyName')).toBe(false);
  const tables = `${BUCKET}    Properties:\n      MetadataConfiguration: !If [Tables, {}, !Ref AWS::NoValue]\n`;
  expect(policyOf(tables).get('S3tablesAnyName')?.Action).toEqual(['s3tables:CreateTable']);
});

test('invokes functions where custom resources or types ask for it, and reads what parameters and references name', () => {
  const custom = '  It:\n    Type: AWS::CloudFormation::CustomResource\n';
  expect(policyOf(custom).get('FunctionsAnyName')).toMatchObject({
    Action: ['lambda:InvokeFunction'],
    Resource: ['arn:aws:lambda:*:*:function:*'],
  });
  const rotation = policyOf('  It:\n    Type: AWS::SecretsManager::RotationSchedule\n');
  expect([...rotation.keys()]).toEqual(['FunctionsAnyName', 'SecretsmanagerAnyName']);
  expect(policyOf(BUCKET).has('FunctionsAnyName')).toBe(false);
  const secret = `${BUCKET}    Properties:\n      BucketName: "{{resolve:secretsmanager:name}}"\n`;
  const zone = parameter('Zone', { type: 'AWS::EC2::AvailabilityZone::Name' });
  const policy = policyOf(secret, { parameters: [zone] });
  expect(policy.get('Ec2AnyName')?.Action).toEqual(['ec2:DescribeAvailabilityZones']);
  expect(policy.get('SecretsmanagerAnyName')?.Action).toEqual(['secretsmanager:GetSecretValue']);
});

test('refuses types that it knows nothing of, all at once', () => {
  const face = templateInterface('a/b');
  const text = 'Resources:\n  A:\n    Type: AWS::X::Y\n  B:\n    Type: AWS::X::Z\n';
  expect(() => deploymentPolicy(face, text, ACTIONS, LOCAL)).toThrow(/AWS::X::Y[\s\S]*AWS::X::Z/);
  const linked = new Map([['AWS::X::Y', ['iam:CreateServiceLinkedRole']]]);
  expect(() => deploymentPolicy(face, 'Resources:\n  A:\n    Type: AWS::X::Y\n', linked, LOCAL)).toThrow(
    /service-linked-roles\.ts/,
  );
  const user = new Map([['AWS::IAM::User', ['iam:CreateUser']]]);
  expect(() => deploymentPolicy(face, 'Resources:\n  A:\n    Type: AWS::IAM::User\n', user, LOCAL)).toThrow(
    /iam-statements\.ts/,
  );
});

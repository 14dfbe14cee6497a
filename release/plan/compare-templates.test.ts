import { fullDiff } from '@aws-cdk/cloudformation-diff';
import type { TemplateInterface } from '@bitclouded/documents';
import { bind } from '../pack/bind.ts';
import { LOCAL } from '../testing/hosts.ts';
import { LOGS_STORE, templateInterface } from '../testing/write-dist.ts';
import { type Comparison, compareTemplates } from './compare-templates.ts';

function compare(before: string, after: string, face: Partial<TemplateInterface> = {}): Comparison {
  const of = (text: string) => ({ text, interface: templateInterface('networking/vpc', face) });
  return compareTemplates(of(before), of(after), fullDiff);
}
const stateful = (...logicalIds: string[]): Partial<TemplateInterface> => ({
  resources: logicalIds.map((logicalId) => ({ logicalId, type: 'AWS::X::Y', stateful: true })),
});

const BUCKET = `Resources:
  Store:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: a
      VersioningConfiguration: {Status: Enabled}
`;

test('the same text is unchanged', () => {
  expect(compare(BUCKET, BUCKET)).toEqual({ verdict: 'unchanged', reasons: [], additive: false });
});

test('comments, quotes and the order of keys are bytes only', () => {
  const other = `# A store
Resources: {Store: {Properties: {"VersioningConfiguration": {Status: 'Enabled'}, BucketName: a}, Type: AWS::S3::Bucket}}
`;
  expect(compare(BUCKET, other).verdict).toBe('bytes only');
});

test('descriptions and metadata are safe', () => {
  expect(compare(BUCKET, `Description: A store\n${BUCKET}`)).toMatchObject({
    verdict: 'safe',
    reasons: ['Descriptions or metadata changed'],
  });
});

test('an update in place is safe, and says of what', () => {
  expect(compare(BUCKET, BUCKET.replace('Enabled', 'Suspended'))).toMatchObject({
    verdict: 'safe',
    reasons: ['Updates Store (AWS::S3::Bucket): VersioningConfiguration'],
  });
});

test('what is replaced breaks where it holds data', () => {
  const renamed = BUCKET.replace('BucketName: a', 'BucketName: b');
  expect(compare(BUCKET, renamed)).toMatchObject({
    verdict: 'replaces',
    reasons: ['Replaces Store (AWS::S3::Bucket): BucketName'],
  });
  expect(compare(BUCKET, renamed, stateful('Store'))).toMatchObject({
    verdict: 'breaking',
    reasons: ['Replaces Store (AWS::S3::Bucket), which holds data: BucketName'],
  });
});

test('what is removed interrupts, and breaks where it holds data', () => {
  expect(compare(BUCKET, 'Resources: {}')).toMatchObject({
    verdict: 'interrupts',
    reasons: ['Removes Store (AWS::S3::Bucket)'],
  });
  expect(compare(BUCKET, 'Resources: {}', stateful('Store'))).toMatchObject({ verdict: 'breaking' });
});

test('what is added is safe', () => {
  expect(compare('Resources: {}', BUCKET)).toMatchObject({
    verdict: 'safe',
    reasons: ['Adds Store (AWS::S3::Bucket)'],
  });
});

test('a larger database interrupts', () => {
  const database = 'Resources: {Db: {Type: AWS::RDS::DBInstance, Properties: {DBInstanceClass: db.t4g.small}}}';
  expect(compare(database, database.replace('small', 'large'), stateful('Db'))).toMatchObject({
    verdict: 'interrupts',
    reasons: ['Interrupts Db (AWS::RDS::DBInstance): DBInstanceClass'],
  });
});

test('a replacement replaces what refers to it, however deep', () => {
  const text = `Conditions: {Inside: !Equals [a, b]}
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !If [Inside, !Ref Vpc, vpc-1], CidrBlock: 10.0.0.0/24}}
  Name: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Sub 'at \${Subnet.AvailabilityZone}'}}
  Files: {Type: AWS::EFS::MountTarget, Properties: {FileSystemId: fs-1, SecurityGroups: [], SubnetId: !Ref Subnet}}
`;
  expect(compare(text, text.replace('10.0.0.0/16', '10.8.0.0/16'), stateful('Files'))).toMatchObject({
    verdict: 'breaking',
    reasons: [
      'Replaces Files (AWS::EFS::MountTarget), which holds data: SubnetId',
      'Replaces Subnet (AWS::EC2::Subnet): VpcId',
      'Replaces Vpc (AWS::EC2::VPC): CidrBlock',
      'Updates Name (AWS::SSM::Parameter): Value',
    ],
  });
});

test('a condition counts where it takes effect, not by its name', () => {
  const text = `Conditions: {Kept: !Equals [!Ref Keep, 'yes']}
Resources: {Store: {Type: AWS::S3::Bucket, Condition: Kept}}
`;
  expect(compare(text, text.replaceAll('Kept', 'Wanted')).verdict).toBe('safe');
  expect(compare(text, text.replace("'yes'", 'no'), stateful('Store'))).toMatchObject({
    verdict: 'breaking',
    reasons: ['May remove Store (AWS::S3::Bucket), which holds data: it is made on another condition'],
  });
  expect(compare(text, text.replace("'yes'", 'no')).verdict).toBe('replaces');
});

test('a rule may refuse what was taken', () => {
  const rule = `Rules: {Two: {Assertions: [{Assert: !Equals [!Ref A, b]}]}}\n`;
  expect(compare(BUCKET, rule + BUCKET)).toMatchObject({
    verdict: 'breaking',
    reasons: ['Rule Two may refuse parameters that were taken'],
  });
  expect(compare(rule + BUCKET, BUCKET).verdict).toBe('safe');
});

test('another value of an output is safe', () => {
  const outputs = (value: string) => `${BUCKET}Outputs: {Name: {Value: ${value}}}\n`;
  expect(compare(outputs('a'), outputs('b'))).toMatchObject({
    verdict: 'safe',
    reasons: ['Output Name is made differently'],
  });
});

describe('what a release binds', () => {
  const bound = (sha: string, host = LOCAL) =>
    bind(LOGS_STORE, host, { functions: new Map([['log-governor', sha.repeat(64)]]), images: new Map() });

  test('a changed function is safe, and is said once', () => {
    expect(compare(bound('a'), bound('b'))).toEqual({
      verdict: 'safe',
      reasons: ['log-governor changed'],
      additive: false,
    });
  });

  test('another region is new, and one less breaks', () => {
    const fewer = { ...LOCAL, regions: ['us-east-1'] };
    expect(compare(bound('a', fewer), bound('a'))).toEqual({
      verdict: 'safe',
      reasons: ['It can be deployed to eu-west-1'],
      additive: true,
    });
    expect(compare(bound('a'), bound('a', fewer))).toMatchObject({
      verdict: 'breaking',
      reasons: ['It can no longer be deployed to eu-west-1'],
    });
  });

  test('another bucket is said', () => {
    expect(compare(bound('a'), bound('a', { ...LOCAL, prefix: 'other' })).reasons).toEqual([
      'Functions in eu-west-1 come from the bucket other-000000000000-eu-west-1-an',
      'Functions in us-east-1 come from the bucket other-000000000000-us-east-1-an',
    ]);
  });

  test('the first function binds a template to the regions of the host', () => {
    const before = 'Resources: {Logs: {Type: AWS::Logs::LogGroup, Properties: {RetentionInDays: 30}}}';
    expect(compare(before, bound('a'))).toMatchObject({
      verdict: 'breaking',
      reasons: [
        'It needs a function now, and can be deployed to eu-west-1, us-east-1 alone',
        'Adds Governor (AWS::Lambda::Function)',
      ],
    });
  });

  test('a changed image replaces the task that runs it', () => {
    const text = (reference: string) => `Mappings: {Artifacts: {aws-util: {Image: ${reference}}}}
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties: {ContainerDefinitions: [{Image: !FindInMap [Artifacts, aws-util, Image]}]}
`;
    expect(compare(text('a'), text('b'))).toMatchObject({
      verdict: 'replaces',
      reasons: ['Replaces Task (AWS::ECS::TaskDefinition)', 'aws-util changed'],
    });
  });
});

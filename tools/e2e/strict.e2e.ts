import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CreateBucketCommand, ListBucketsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createStack, deleteStack, previewUpdate, updateStack } from './stacks.ts';
import { type StandIn, startStandIn } from './stand-in.ts';
import { body, one, reasonsOf } from './trial.ts';

let standIn: StandIn;
let cloudFormation: CloudFormationClient;
let s3: S3Client;

beforeAll(async () => {
  standIn = await startStandIn();
  cloudFormation = new CloudFormationClient({ ...standIn });
  s3 = new S3Client({ ...standIn, forcePathStyle: true });
});

afterAll(() => standIn.stop());
beforeEach(() => standIn.reset());

const create = (template: { body: string }, parameters: Record<string, string> = {}) =>
  createStack(cloudFormation, { name: 'tried', template, parameters });

describe('a good template', () => {
  const network = body({
    Parameters: { Cidr: { Type: 'String', Default: '10.0.0.0/16' } },
    Mappings: { Sizes: { 'us-east-1': { Bits: '8' } } },
    Conditions: {
      Home: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] },
      Standard: { 'Fn::Equals': [{ 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'Bits'] }, '8'] },
    },
    Resources: {
      Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: { Ref: 'Cidr' }, EnableDnsSupport: 'true' } },
      Ipv6: {
        Type: 'AWS::EC2::VPCCidrBlock',
        Properties: { VpcId: { Ref: 'Vpc' }, AmazonProvidedIpv6CidrBlock: true },
      },
      Subnet: {
        Type: 'AWS::EC2::Subnet',
        DependsOn: 'Ipv6',
        Properties: {
          VpcId: { Ref: 'Vpc' },
          CidrBlock: { 'Fn::Select': [0, { 'Fn::Cidr': [{ 'Fn::GetAtt': ['Vpc', 'CidrBlock'] }, 4, 8] }] },
          Ipv6CidrBlock: {
            'Fn::Select': [
              1,
              { 'Fn::Cidr': [{ 'Fn::Select': [0, { 'Fn::GetAtt': ['Vpc', 'Ipv6CidrBlocks'] }] }, 4, 64] },
            ],
          },
        },
      },
    },
    Outputs: {
      VpcId: { Value: { Ref: 'Vpc' } },
      Home: { Value: { 'Fn::If': ['Home', 'yes', 'no'] } },
      Standard: { Value: { 'Fn::If': ['Standard', 'yes', 'no'] } },
    },
  });

  it('is created, updated and deleted', async () => {
    const created = await create(network);
    expect(created.outputs).toEqual({ VpcId: expect.stringMatching(/^vpc-/), Home: 'yes', Standard: 'yes' });

    const updated = await updateStack(cloudFormation, {
      name: 'tried',
      template: network,
      parameters: { Cidr: '10.1.0.0/16' },
    });
    expect(updated.outputs.VpcId).not.toBe(created.outputs.VpcId);
    await deleteStack(cloudFormation, 'tried');
  });

  it('counts the types that nothing provisions', async () => {
    await create(network);
    expect(await standIn.recordedTypes()).toContain('AWS::EC2::VPCCidrBlock');
    expect(await standIn.recordedTypes()).not.toContain('AWS::EC2::VPC');
  });

  it('comes from a bucket too', async () => {
    await s3.send(new CreateBucketCommand({ Bucket: 'release' }));
    await s3.send(new PutObjectCommand({ Bucket: 'release', Key: 'v1.0.0/a.yaml', Body: network.body }));
    const url = `https://s3.${standIn.region}.amazonaws.com/release/v1.0.0/a.yaml`;
    const created = await createStack(cloudFormation, { name: 'from-a-url', template: { url } });
    expect(created.status).toBe('CREATE_COMPLETE');
  });

  it('names a bucket of the account-regional namespace as the service does', async () => {
    const bucket = { BucketNamePrefix: 'trail', BucketNamespace: 'account-regional' };
    await create(one('AWS::S3::Bucket', bucket));
    const { Buckets } = await s3.send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toEqual([`trail-${standIn.account}-${standIn.region}-an`]);
  });
});

describe('a wrong property rolls back, in the words of the service', () => {
  it.each([
    [
      'outside its enum',
      one('AWS::EC2::VPC', { CidrBlock: '10.0.0.0/16', InstanceTenancy: 'shared' }),
      '#/InstanceTenancy: failed validation constraint for keyword [enum]',
    ],
    [
      'unknown, deep inside',
      one('AWS::S3::Bucket', { VersioningConfiguration: { Status: 'Enabled', MfaDelete: true } }),
      '#/VersioningConfiguration: extraneous key [MfaDelete] is not permitted',
    ],
    [
      'missing',
      one('AWS::CloudTrail::Trail', { S3BucketName: 'trails' }),
      'Properties validation failed for resource It with message:\n#: required key [IsLogging] not found',
    ],
    [
      'of the wrong type',
      one('AWS::CloudWatch::Alarm', {
        AlarmActions: 'arn:aws:sns:us-east-1:123456789012:a',
        ComparisonOperator: 'GreaterThanThreshold',
        EvaluationPeriods: 1,
      }),
      '#/AlarmActions: expected type: JSONArray, found: String',
    ],
    [
      'beyond its limit',
      one('AWS::Lambda::Function', {
        Role: 'arn:aws:iam::123456789012:role/a',
        Code: { ZipFile: 'x' },
        Timeout: '5401',
      }),
      '#/Timeout: failed validation constraint for keyword [maximum]',
    ],
    [
      'that can only be read',
      one('AWS::KMS::Key', { Arn: 'arn:aws:kms:us-east-1:123456789012:key/a' }),
      '#: extraneous key [Arn] is not permitted',
    ],
    [
      'given together with one that it excludes',
      one('AWS::EC2::VPC', { CidrBlock: '10.0.0.0/16', Ipv4IpamPoolId: 'ipam-pool-1', Ipv4NetmaskLength: 16 }),
      'Properties validation failed for resource It',
    ],
  ])('%s', async (_case, template, words) => {
    expect(await reasonsOf(create(template))).toContain(words);
    const again = await reasonsOf(updateStack(cloudFormation, { name: 'tried', template }));
    expect(again).toContain('ROLLBACK_COMPLETE');
  });

  it('leaves the stack as it was when an update is at fault', async () => {
    await create(one('AWS::Logs::LogGroup', { RetentionInDays: 30 }));
    const wrong = { name: 'tried', template: one('AWS::Logs::LogGroup', { RetentionInDays: 31 }) };
    expect(await reasonsOf(updateStack(cloudFormation, wrong))).toContain('#/RetentionInDays: failed validation');
    const right = { name: 'tried', template: one('AWS::Logs::LogGroup', { RetentionInDays: 60 }) };
    expect((await updateStack(cloudFormation, right)).status).toBe('UPDATE_COMPLETE');
  });
});

describe('a template that the service refuses', () => {
  const topic = { Type: 'AWS::SNS::Topic' };
  it.each([
    [
      'reads a resource that is nowhere',
      { Resources: { It: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: { Ref: 'Nowhere' } } } } },
      'Unresolved resource dependencies [Nowhere] in the Resources block of the template',
    ],
    [
      'has an output that reads what a condition leaves out',
      {
        Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
        Resources: { It: { ...topic, Condition: 'Never' }, Other: topic },
        Outputs: { Arn: { Value: { Ref: 'It' } } },
      },
      'Unresolved resource dependencies [It] in the Outputs block of the template',
    ],
    [
      'asks for an attribute that the type has not',
      { Resources: { It: topic }, Outputs: { Url: { Value: { 'Fn::GetAtt': ['It', 'Url'] } } } },
      'Requested attribute Url does not exist in schema for AWS::SNS::Topic',
    ],
    [
      'has an underscore in a key of a map',
      { Mappings: { Sizes: { x86_64: { Type: 'm' } } }, Resources: { It: topic } },
      "Mappings element name 'x86_64' must be non-empty and can contain only alphanumerics, '-' or '.'",
    ],
    [
      'names a condition that is nowhere',
      { Resources: { It: { ...topic, Condition: 'Nowhere' } } },
      'Unresolved condition dependency Nowhere',
    ],
    [
      'gives an AWS-specific parameter the empty string',
      { Parameters: { Vpc: { Type: 'AWS::EC2::VPC::Id', Default: '' } }, Resources: { It: topic } },
      "parameter value '' for parameter name Vpc does not exist",
    ],
    [
      'is in a region that a Rule leaves out',
      {
        Rules: {
          Region: {
            Assertions: [
              {
                Assert: { 'Fn::Contains': [['eu-west-1'], { Ref: 'AWS::Region' }] },
                AssertDescription: 'no such host',
              },
            ],
          },
        },
        Resources: { It: topic },
      },
      'no such host',
    ],
  ])('%s', async (_case, template, words) => {
    expect(await reasonsOf(create(body(template)))).toContain(words);
  });

  it('gets a parameter that it does not have', async () => {
    const words = 'Parameters: [Ghost] do not exist in the template';
    expect(await reasonsOf(create(one('AWS::SNS::Topic'), { Ghost: 'boo' }))).toContain(words);
  });
});

describe('a change set', () => {
  const changesOf = async (
    before: { body: string },
    after: { body: string },
    parameters: Record<string, string> = {},
  ) => {
    await create(before);
    const changes = await previewUpdate(cloudFormation, { name: 'tried', template: after, parameters });
    return changes.map(({ ResourceChange: change }) => [
      change?.LogicalResourceId,
      change?.Action,
      change?.Replacement,
    ]);
  };

  it('says that a create-only property replaces the resource', async () => {
    const trail = (name: string) =>
      one('AWS::CloudTrail::Trail', { S3BucketName: 'b', IsLogging: true, TrailName: name });
    expect(await changesOf(trail('one'), trail('two'))).toEqual([['It', 'Modify', 'True']]);
  });

  it('says that any other property does not', async () => {
    const trail = (bucket: string) => one('AWS::CloudTrail::Trail', { S3BucketName: bucket, IsLogging: true });
    expect(await changesOf(trail('one'), trail('two'))).toEqual([['It', 'Modify', 'False']]);
  });

  it('says that a nested create-only property may, and the update then does', async () => {
    const check = (Type: string) => {
      const HealthCheckConfig = { Type, FullyQualifiedDomainName: 'example.com' };
      return body({
        Resources: { It: { Type: 'AWS::Route53::HealthCheck', Properties: { HealthCheckConfig } } },
        Outputs: { Id: { Value: { Ref: 'It' } } },
      });
    };
    expect(await changesOf(check('HTTP'), check('HTTPS'))).toEqual([['It', 'Modify', 'Conditional']]);
    const http = (await createStack(cloudFormation, { name: 'other', template: check('HTTP') })).outputs.Id;
    const https = (await updateStack(cloudFormation, { name: 'other', template: check('HTTPS') })).outputs.Id;
    expect(https).not.toBe(http);
  });

  it('lists a resource that a condition enables', async () => {
    const template = body({
      Parameters: { WithQueue: { Type: 'String', Default: 'no' } },
      Conditions: { WithQueue: { 'Fn::Equals': [{ Ref: 'WithQueue' }, 'yes'] } },
      Resources: { Topic: { Type: 'AWS::SNS::Topic' }, Queue: { Type: 'AWS::SQS::Queue', Condition: 'WithQueue' } },
    });
    expect(await changesOf(template, template, { WithQueue: 'yes' })).toEqual([['Queue', 'Add', undefined]]);
  });
});

import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { createStack, previewUpdate } from './stacks.ts';
import { type StandIn, startStandIn } from './stand-in.ts';
import { body, reasonsOf } from './trial.ts';

const BUCKET = 'bitclouded-123456789012-eu-west-1-an';
const TEMPLATE = JSON.stringify({ Resources: { Topic: { Type: 'AWS::SNS::Topic' } } });
const key = 'v1.0.0/templates/operations/alerts.yaml';
const published = `https://${BUCKET}.s3.eu-west-1.amazonaws.com/${key}`;

/** Templates in a bucket, and people who may deploy and are nobody to S3, or may list that bucket. */
describe('a TemplateURL', () => {
  let standIn: StandIn;
  let administrator: CloudFormationClient;
  let deployer: CloudFormationClient;
  let lister: CloudFormationClient;
  let s3: S3Client;
  let count = 0;

  beforeAll(async () => {
    standIn = await startStandIn();
    administrator = new CloudFormationClient({ ...standIn });
    deployer = await allowed([{ Action: ['cloudformation:*', 'sns:*'], Resource: '*' }]);
    lister = await allowed([
      { Action: ['cloudformation:*', 'sns:*', 's3:ListBucket'], Resource: '*' },
      { Action: 's3:GetObject', Resource: `arn:aws:s3:::${BUCKET}/*` },
    ]);
    s3 = new S3Client({ ...standIn, region: 'eu-west-1', forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    await s3.send(new DeletePublicAccessBlockCommand({ Bucket: BUCKET }));
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: TEMPLATE }));
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'private/a.yaml', Body: TEMPLATE }));
    const publicly = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${BUCKET}/v*` };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [publicly] });
    await s3.send(new PutBucketPolicyCommand({ Bucket: BUCKET, Policy }));
  });
  afterAll(() => standIn?.stop());

  /** The client of a role with these permissions. */
  async function allowed(statements: readonly object[]): Promise<CloudFormationClient> {
    const policy = (Statement: readonly object[]) => ({ Version: '2012-10-17', Statement });
    const trust = { Effect: 'Allow', Principal: { AWS: standIn.account }, Action: 'sts:AssumeRole' };
    const Policies = [
      { PolicyName: 'it', PolicyDocument: policy(statements.map((each) => ({ Effect: 'Allow', ...each }))) },
    ];
    const Role = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: policy([trust]), Policies } };
    const { outputs } = await createStack(administrator, {
      name: `role-${++count}`,
      template: body({ Resources: { Role }, Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Role', 'Arn'] } } } }),
    });
    const assume = new AssumeRoleCommand({ RoleArn: outputs.Arn, RoleSessionName: 'test' });
    const { Credentials: given } = await new STSClient({ ...standIn }).send(assume);
    const credentials = {
      accessKeyId: given!.AccessKeyId!,
      secretAccessKey: given!.SecretAccessKey!,
      sessionToken: given!.SessionToken!,
    };
    return new CloudFormationClient({ ...standIn, credentials });
  }

  const create = (client: CloudFormationClient, url: string) =>
    createStack(client, { name: `stack-${++count}`, template: { url } });
  const refused = (client: CloudFormationClient, url: string) => reasonsOf(create(client, url));

  it('in the form that a release is published with makes stacks and change sets for whoever may read it', async () => {
    const { id } = await create(deployer, published);
    expect(await previewUpdate(deployer, { name: id.split('/')[1]!, template: { url: published } })).toEqual([]);
    await create(deployer, `https://s3.eu-west-1.amazonaws.com/${BUCKET}/${key}`);
    await create(administrator, published.replace(key, 'private/a.yaml'));
  });

  it('of an object that the caller may not read is refused, as one that is absent is for who may not list', async () => {
    const denied = /^S3 error: Access Denied\nFor more information check/;
    expect(await refused(deployer, published.replace(key, 'private/a.yaml'))).toMatch(denied);
    expect(await refused(deployer, published.replace(key, 'private/b.yaml'))).toMatch(denied);
    expect(await refused(deployer, published.replace('v1.0.0', 'v1.0.1'))).toMatch(denied);
    expect(await refused(lister, published.replace('v1.0.0', 'v1.0.1'))).toMatch(
      /^S3 error: The specified key does not exist\./,
    );
  });

  it('of no bucket, of a bucket elsewhere, or of no S3 is refused', async () => {
    expect(await refused(lister, published.replace('123456789012', '999999999999'))).toMatch(
      /^S3 error: The specified bucket does not exist/,
    );
    expect(await refused(lister, published.replace('.s3.eu-west-1.', '.s3.us-east-1.'))).toMatch(
      /must be addressed using the specified endpoint/,
    );
    for (const url of [
      published.replace('https:', 'http:'),
      `https://cdn.example.com/${key}`,
      `https://${BUCKET}.s3.eu-west-1.amazonaws.com.example.com/${key}`,
      `https://${BUCKET}.s3.eu-west-1.amazonaws.com/`,
    ])
      expect(await refused(lister, url)).toBe('TemplateURL must be a supported URL.');
  });
});

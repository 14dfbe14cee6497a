import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { zipSync } from 'fflate';
import { createStack, deleteStack } from './stacks.ts';
import { type StandIn, startStandIn } from './stand-in.ts';
import { body, type Json, one, reasonsOf } from './trial.ts';

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

describe('a function', () => {
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  };
  const mayRead = {
    PolicyName: 'read',
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::code/*' }],
    },
  };
  const withFunction = (Code: Json, policies: Json[] = []) =>
    body({
      Resources: {
        Role: {
          Type: 'AWS::IAM::Role',
          Properties: { AssumeRolePolicyDocument: trust, Policies: policies },
        },
        Function: {
          Type: 'AWS::Lambda::Function',
          Properties: {
            Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
            Runtime: 'nodejs24.x',
            Handler: 'index.handler',
            Code,
          },
        },
        Custom: {
          Type: 'Custom::Answer',
          Properties: { ServiceToken: { 'Fn::GetAtt': ['Function', 'Arn'] }, ServiceTimeout: 20, Name: 'world' },
        },
      },
      Outputs: { Answer: { Value: { 'Fn::GetAtt': ['Custom', 'Answer'] } } },
    });

  const answering = (expression: string) => `
    const answer = (event, Status, Data, Reason) => fetch(event.ResponseURL, { method: 'PUT', body: JSON.stringify({
      Status, Data, Reason, PhysicalResourceId: 'answer', StackId: event.StackId, RequestId: event.RequestId,
      LogicalResourceId: event.LogicalResourceId }) });
    export const handler = async (event) => {
      try { await answer(event, 'SUCCESS', { Answer: await (${expression}) }); }
      catch (error) { await answer(event, 'FAILED', {}, error.name); }
    };`;

  it('of a custom resource runs, in the Node of the real runtime', async () => {
    const code = answering("'hello ' + event.ResourceProperties.Name + ' of Node ' + process.version.split('.')[0]");
    const { outputs } = await create(withFunction({ ZipFile: code }));
    expect(outputs).toEqual({ Answer: 'hello world of Node v24' });
    await deleteStack(cloudFormation, 'tried');
  });

  it('from a zip in a bucket finds the SDK of the runtime, and its role decides what it may read', async () => {
    const read = `import('@aws-sdk/client-s3').then(({ S3Client, GetObjectCommand }) =>
      new S3Client({ forcePathStyle: true }).send(new GetObjectCommand({ Bucket: 'code', Key: 'note.txt' })))
      .then((object) => object.Body.transformToString())`;
    const zip = zipSync({ 'index.mjs': new TextEncoder().encode(answering(read)) });
    await s3.send(new CreateBucketCommand({ Bucket: 'code' }));
    await s3.send(new PutObjectCommand({ Bucket: 'code', Key: 'note.txt', Body: 'read by its role' }));
    await s3.send(new PutObjectCommand({ Bucket: 'code', Key: 'answer.zip', Body: zip }));
    const fromBucket = { S3Bucket: 'code', S3Key: 'answer.zip' };

    expect(await reasonsOf(create(withFunction(fromBucket)))).toContain('AccessDenied');
    const allowed = { name: 'allowed', template: withFunction(fromBucket, [mayRead]) };
    expect((await createStack(cloudFormation, allowed)).outputs).toEqual({ Answer: 'read by its role' });
  });

  it('inherits no secret of the server', async () => {
    const names = 'Object.keys(process.env).filter((name) => /^ADMINISTRATOR|^GITHUB|^NPM/i.test(name)).join()';
    expect((await create(withFunction({ ZipFile: answering(`'none:' + ${names}`) }))).outputs).toEqual({
      Answer: 'none:',
    });
  });

  it('whose code is not in the bucket is refused', async () => {
    await s3.send(new CreateBucketCommand({ Bucket: 'code' }));
    const missing = withFunction({ S3Bucket: 'code', S3Key: 'nowhere.zip' });
    expect(await reasonsOf(create(missing))).toContain('S3 Error Code: NoSuchKey');
    const { Functions } = await new LambdaClient({ ...standIn }).send(new ListFunctionsCommand({}));
    expect(Functions).toEqual([]);
  });
});

describe('access', () => {
  it('refuses a wrong secret', async () => {
    await s3.send(new CreateBucketCommand({ Bucket: 'private' }));
    await s3.send(new PutObjectCommand({ Bucket: 'private', Key: 'a', Body: 'a' }));
    const read = new GetObjectCommand({ Bucket: 'private', Key: 'a' });
    const credentials = { ...standIn.credentials, secretAccessKey: 'wrong' };
    const wrong = new S3Client({ ...standIn, credentials, forcePathStyle: true });
    await expect(wrong.send(read)).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
    await expect(s3.send(read)).resolves.toMatchObject({ ContentLength: 1 });
  });

  it('lets an explicit denial bind the administrator, but takes the connection for TLS', async () => {
    const deny = (Action: string, Condition: Json = {}) => {
      const Resource = ['arn:aws:s3:::guarded', 'arn:aws:s3:::guarded/*'];
      return { Effect: 'Deny', Principal: '*', Action, Resource, Condition };
    };
    const Statement = [deny('s3:*', { Bool: { 'aws:SecureTransport': 'false' } }), deny('s3:GetObject')];
    const policy = { Bucket: { Ref: 'Bucket' }, PolicyDocument: { Version: '2012-10-17', Statement } };
    await create(
      body({
        Resources: {
          Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'guarded' } },
          Policy: { Type: 'AWS::S3::BucketPolicy', Properties: policy },
        },
      }),
    );
    await s3.send(new PutObjectCommand({ Bucket: 'guarded', Key: 'a', Body: 'a' }));
    const read = s3.send(new GetObjectCommand({ Bucket: 'guarded', Key: 'a' }));
    await expect(read).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('refuses anonymous readers of a private bucket', async () => {
    await s3.send(new CreateBucketCommand({ Bucket: 'private' }));
    await s3.send(new PutObjectCommand({ Bucket: 'private', Key: 'a', Body: 'a' }));
    expect((await fetch(`${standIn.endpoint}/private/a`)).status).toBe(403);
  });

  it('does not delete a bucket with objects', async () => {
    await create(one('AWS::S3::Bucket', { BucketName: 'full' }));
    await s3.send(new PutObjectCommand({ Bucket: 'full', Key: 'a', Body: 'a' }));
    expect(await reasonsOf(deleteStack(cloudFormation, 'tried'))).toContain(
      'The bucket you tried to delete is not empty',
    );
  });
});

it('ends with the process that started it, however that ends', async () => {
  const program = `
    import { startStandIn } from './tools/e2e/stand-in.ts';
    const standIn = await startStandIn();
    console.log(standIn.endpoint);
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const health = `${line.toString().trim()}/_ministack/health`;
  expect((await fetch(health)).status).toBe(200);
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  const gone = async () => {
    for (let tries = 0; tries < 200; tries += 1) {
      const answer = await fetch(health).then(
        () => 'answers',
        () => 'gone',
      );
      if (answer === 'gone') return true;
    }
    return false;
  };
  expect(await gone()).toBe(true);
});

it('removes its files when it is stopped', async () => {
  const other = await startStandIn();
  const folders = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('bitclouded-stand-in-'));
  const before = await folders();
  await other.stop();
  expect(before.length - (await folders()).length).toBe(1);
  await expect(fetch(other.endpoint)).rejects.toMatchObject({ name: 'TypeError' });
});

it('says what the server last wrote when it cannot start', async () => {
  const port = Number(new URL(standIn.endpoint).port);
  // The health check of the first server must not count as the second's.
  const failing = startStandIn({ port });
  await expect(failing).rejects.toMatchObject({ code: 'server-failed' });
  await expect(failing).rejects.toThrow(`127.0.0.1:${port} is already in use`);
});

import { basename } from 'node:path';
import { GetBucketTaggingCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { createHandler } from './handler.ts';
import definition from './lambda.ts';

async function answersTo(ResourceProperties: Record<string, string>): Promise<unknown[]> {
  const answers: unknown[] = [];
  const handle = createHandler({
    s3: new S3Client(),
    pause: async () => {},
    send: async (_, request) => {
      answers.push(JSON.parse(Buffer.from(request!.body as Uint8Array).toString()));
      return new Response();
    },
    log: () => {},
  });
  const event = {
    RequestType: 'Create',
    ResponseURL: 'https://answers.example.com/',
    StackId: 'arn:aws:cloudformation:eu-west-1:123456789012:stack/blog/1',
    RequestId: 'r-1',
    LogicalResourceId: 'Emptier',
    ResourceProperties: { ServiceToken: 'x', ServiceTimeout: '960', ...ResourceProperties },
  };
  await handle(event as never, { getRemainingTimeInMillis: () => 60_000 });
  return answers;
}

test('answers CloudFormation for a bucket that carries the tag', async () => {
  const s3 = mockClient(S3Client);
  s3.on(GetBucketTaggingCommand).resolves({ TagSet: [{ Key: 'emptied', Value: 'yes' }] });
  expect(await answersTo({ BucketName: 'blog-cache', TagKey: 'emptied', TagValue: 'yes' })).toMatchObject([
    { Status: 'SUCCESS', PhysicalResourceId: 'emptied-on-delete/blog-cache' },
  ]);
});

test('tells all faults of the properties at once, before it asks S3', async () => {
  const s3 = mockClient(S3Client);
  expect(await answersTo({ BucketName: 'Blog/cache', TagKey: '' })).toMatchObject([
    { Status: 'FAILED', Reason: expect.stringMatching(/BucketName[\s\S]+TagKey[\s\S]+TagValue/) },
  ]);
  expect(s3.calls()).toHaveLength(0);
});

test('the definition has the name of its folder, the longest time, and grants what is sent', () => {
  expect(definition.name).toBe(basename(__dirname));
  expect(definition.timeoutSeconds).toBe(900);
  expect(Object.values(definition.grants).flatMap(({ actions }) => [...actions])).toEqual([
    's3:GetBucketTagging',
    's3:ListBucketVersions',
    's3:DeleteObject',
    's3:DeleteObjectVersion',
  ]);
});

import { HeadObjectCommand, PutBucketPolicyCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { type AwsHost, bucketOf } from '@bitclouded/documents';
import { type StandIn, startStandIn } from '../../tools/e2e/stand-in.ts';
import { awsTestHost, makeBuckets } from '../testing/aws-host.ts';
import { failureOf } from '../testing/in-folder.ts';
import { hostObject } from './host-object.ts';
import { openS3 } from './s3.ts';
import { s3Access } from './s3-access.ts';
import { openS3Reader } from './s3-reader.ts';
import type { ClientOf } from './s3-request.ts';

const go = new AbortController().signal;
const REGIONS = ['us-east-1', 'eu-west-1'];
const CLAIM = 'v1.0.0/claim.json';

let standIn: StandIn;
let host: AwsHost;
let signed: ClientOf;
const before = { ...process.env };

beforeAll(async () => {
  standIn = await startStandIn();
  Object.assign(process.env, standIn.env);
  host = awsTestHost(REGIONS, { account: standIn.account });
  signed = s3Access('signed').clientOf;
  await makeBuckets(host, signed);
});
afterAll(async () => {
  process.env = before;
  await standIn?.stop();
});

let number = 0;
/** A key that no other test uses. */
const newKey = (): string => `v1.0.${++number}/claim.json`;
const object = (text: string, key = CLAIM) => hostObject(key, Buffer.from(text));

describe('create', () => {
  it('creates once; says "same" for the same bytes, and names both hashes for others', async () => {
    const s3 = openS3(host);
    const key = newKey();
    expect(await s3.create('eu-west-1', object('one', key), go)).toBe('created');
    expect(await s3.create('eu-west-1', object('one', key), go)).toBe('same');
    const error = await failureOf(s3.create('eu-west-1', object('two', key), go));
    expect(error.code).toBe('object-differs');
    expect(error.message).toContain(object('one').sha256);
    expect(error.message).toContain(object('two').sha256);
    expect(Buffer.from((await s3.read('eu-west-1', key, go))!.bytes).toString()).toBe('one');
    expect(await s3.read('us-east-1', key, go)).toBeUndefined();
  });

  it('sends exactly the headers that the key asks for, and a checksum that the store keeps', async () => {
    const s3 = openS3(host);
    for (const [key, type, cache] of [
      ['v7.0.0/templates/networking/vpc.yaml', 'application/yaml', 'public, max-age=31536000, immutable'],
      ['v7.0.0/SHA256SUMS', 'text/plain; charset=utf-8', 'public, max-age=31536000, immutable'],
      ['lambdas/router/0.zip', 'application/zip', 'public, max-age=31536000, immutable'],
      ['latest/templates/networking/vpc.yaml', 'application/yaml', 'public, max-age=60'],
    ] as const) {
      const sent = object('text', key);
      await s3.put('us-east-1', sent, go);
      const client = await signed('us-east-1');
      const Bucket = bucketOf(host, 'us-east-1');
      const head = await client.send(new HeadObjectCommand({ Bucket, Key: key, ChecksumMode: 'ENABLED' }));
      expect(head).toMatchObject({
        ContentType: type,
        CacheControl: cache,
        ContentLength: 4,
        ChecksumSHA256: Buffer.from(sent.sha256, 'hex').toString('base64'),
      });
      expect(head.ContentEncoding).toBeUndefined();
    }
  });

  it('lets exactly one of eight racers of different bytes win, and all eight of the same bytes', async () => {
    const racers = Array.from({ length: 8 }, () => openS3(host));
    const [contested, shared] = [newKey(), newKey()];
    const different = await Promise.allSettled(
      racers.map((s3, i) => s3.create('us-east-1', object(`racer ${i}`, contested), go)),
    );
    expect(different.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of different)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'object-differs' });
    const same = await Promise.all(racers.map((s3) => s3.create('us-east-1', object('all', shared), go)));
    expect(same.sort()).toEqual(['created', ...Array(7).fill('same')]);
  });

  it('is refused where the bytes are not those of the checksum', async () => {
    const s3 = openS3(host);
    const key = newKey();
    const damaged = { ...object('bytes', key), bytes: Buffer.from('other') };
    expect((await failureOf(s3.create('us-east-1', damaged, go))).code).toBe('checksum-refused');
    expect(await s3.read('us-east-1', key, go)).toBeUndefined();
  });
});

describe('swap', () => {
  it('replaces what it has read, and nothing else', async () => {
    const s3 = openS3(host);
    const key = newKey();
    expect(await s3.swap('us-east-1', object('one', key), undefined, go)).toBe('swapped');
    const { tag } = (await s3.read('us-east-1', key, go))!;
    expect(await s3.swap('us-east-1', object('two', key), undefined, go)).toBe('moved');
    expect(await s3.swap('us-east-1', object('two', key), tag, go)).toBe('swapped');
    expect(await s3.swap('us-east-1', object('three', key), tag, go)).toBe('moved');
    expect(Buffer.from((await s3.read('us-east-1', key, go))!.bytes).toString()).toBe('two');
    expect(await s3.swap('us-east-1', object('one', newKey()), tag, go)).toBe('moved');
  });

  it('lets one of eight racers through', async () => {
    const racers = Array.from({ length: 8 }, () => openS3(host));
    const key = newKey();
    await racers[0]!.put('us-east-1', object('start', key), go);
    const { tag } = (await racers[0]!.read('us-east-1', key, go))!;
    const results = await Promise.all(racers.map((s3, i) => s3.swap('us-east-1', object(`racer ${i}`, key), tag, go)));
    expect(results.sort()).toEqual([...Array(7).fill('moved'), 'swapped']);
  });
});

it('hashes what stands there: by the record that the store keeps, and by the bytes where it keeps none', async () => {
  const s3 = openS3(host);
  const key = newKey();
  expect(await s3.hashOf('us-east-1', key, go)).toBeUndefined();
  await s3.put('us-east-1', object('kept', key), go);
  expect(await s3.hashOf('us-east-1', key, go)).toBe(object('kept').sha256);
  const client = await signed('us-east-1');
  await client.send(new PutObjectCommand({ Bucket: bucketOf(host, 'us-east-1'), Key: key, Body: 'by hand' }));
  expect(await s3.hashOf('us-east-1', key, go)).toBe(object('by hand').sha256);
  expect(await s3.digest('us-east-1', key, go)).toEqual({ sha256: object('by hand').sha256, sizeBytes: 7 });
});

it('lists every key of a region over several pages', async () => {
  const s3 = openS3(host);
  const keys = Array.from({ length: 1050 }, (_, i) => `latest/many/${i}.json`);
  for (let from = 0; from < keys.length; from += 50)
    await Promise.all(keys.slice(from, from + 50).map((key) => s3.put('eu-west-1', object('x', key), go)));
  const listed = (await s3.list!('eu-west-1', go))!;
  expect(listed.filter((key) => key.startsWith('latest/many/'))).toEqual(keys.sort());
});

describe('as strangers read it', () => {
  it('reads without a signature, and takes only the word of those who may list for an absence', async () => {
    const s3 = openS3(host);
    const reader = openS3Reader(host);
    const key = newKey();
    expect(await reader.read('us-east-1', key, go)).toBeUndefined();
    await s3.create('us-east-1', object('public', key), go);
    expect(Buffer.from((await reader.read('us-east-1', key, go))!.bytes).toString()).toBe('public');
    expect(await reader.digest('us-east-1', key, go)).toMatchObject({ sha256: object('public').sha256 });
    const request = standIn.endpoint;
    expect((await fetch(`${request}/${bucketOf(host, 'us-east-1')}/${key}`)).status).toBe(200);
  });

  it('says that an object is not public, and never that it is absent', async () => {
    const privately = awsTestHost(['us-west-2'], { account: standIn.account });
    await makeBuckets(privately, signed);
    const Bucket = bucketOf(privately, 'us-west-2');
    const nothing = {
      Effect: 'Allow',
      Principal: '*',
      Action: 's3:GetObject',
      Resource: `arn:aws:s3:::${Bucket}/public/*`,
    };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [nothing] });
    const client = await signed('us-west-2');
    await client.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    await openS3(privately).create('us-west-2', object('secret'), go);
    const reader = openS3Reader(privately);
    expect((await failureOf(reader.read('us-west-2', CLAIM, go))).code).toBe('object-not-public');
    expect(await reader.read('us-west-2', newKey(), go)).toBeUndefined();
    const strangersAlone = openS3Reader(privately, s3Access('anonymous'), s3Access('anonymous'));
    for (const key of [CLAIM, newKey()])
      expect((await failureOf(strangersAlone.read('us-west-2', key, go))).code).toBe('access-denied');
    expect(await strangersAlone.list!('us-west-2', go)).toBeUndefined();
  });
});

it('names a bucket that is missing, credentials that are wrong and a host that does not answer', async () => {
  const elsewhere = openS3(awsTestHost(['ap-south-1'], { account: standIn.account }));
  expect((await failureOf(elsewhere.create('ap-south-1', object('one'), go))).code).toBe('bucket-missing');
  expect((await failureOf(elsewhere.read('ap-south-1', CLAIM, go))).code).toBe('bucket-missing');
  process.env.AWS_SECRET_ACCESS_KEY = 'wrong';
  const wrong = openS3(host);
  const error = await failureOf(wrong.create('us-east-1', object('one', newKey()), go));
  process.env.AWS_SECRET_ACCESS_KEY = standIn.env.AWS_SECRET_ACCESS_KEY!;
  expect(error.code).toBe('credentials-invalid');
});

it('ends at once when it is told to, and can be used afterwards', async () => {
  const stop = new AbortController();
  const s3 = openS3(host);
  const reading = s3.read('us-east-1', CLAIM, stop.signal);
  stop.abort();
  expect(await failureOf(reading)).toMatchObject({ name: 'AbortError' });
  expect(await s3.read('us-east-1', newKey(), go)).toBeUndefined();
});

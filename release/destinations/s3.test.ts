import { awsTestHost } from '../testing/aws-host.ts';
import { failureOf } from '../testing/in-folder.ts';
import { type Fate, type S3Double, startS3Double } from '../testing/s3-double.ts';
import { ATTEMPTS } from './aws-retry.ts';
import type { Destination } from './destination.ts';
import { hostObject } from './host-object.ts';
import { openS3 } from './s3.ts';
import { s3Access } from './s3-access.ts';
import { openS3Reader } from './s3-reader.ts';

const go = new AbortController().signal;
const REGION = 'us-east-1';
const KEY = 'v1.0.0/claim.json';
const host = awsTestHost();
const PATH = `/bitclouded-123456789012-us-east-1-an/${KEY}`;
const before = { ...process.env };
const object = (text: string) => hostObject(KEY, Buffer.from(text));

let store: S3Double;
let s3: Destination;
beforeEach(async () => {
  store = await startS3Double();
  process.env.AWS_ENDPOINT_URL_S3 = store.address;
  process.env.AWS_ACCESS_KEY_ID = 'test';
  process.env.AWS_SECRET_ACCESS_KEY = 'test';
  // Without pauses between attempts.
  s3 = openS3(
    host,
    s3Access('signed', process.env, () => 0),
  );
});
afterEach(() => {
  process.env = { ...before };
  store.stop();
});

const put = (text: string, checksum?: string) => store.objects.set(PATH, { bytes: Buffer.from(text), checksum });
const standsThere = () => store.objects.get(PATH)?.bytes.toString();
const refused = (code: string, status: number, headers?: Record<string, string>): Fate => ({
  status,
  code,
  ...(headers && { headers }),
});

it('sends what a condition, a checksum and the owner need, and asks for no leave to send', async () => {
  await s3.create(REGION, object('one'), go);
  expect(store.requests.map(({ line }) => line)).toEqual([`PUT ${PATH}`]);
  const { headers } = store.requests[0]!;
  expect(headers).toMatchObject({
    'if-none-match': '*',
    'x-amz-checksum-sha256': Buffer.from(object('one').sha256, 'hex').toString('base64'),
    'x-amz-content-sha256': object('one').sha256,
    'x-amz-expected-bucket-owner': '123456789012',
    'content-type': 'application/json',
    'cache-control': 'public, max-age=31536000, immutable',
  });
  expect(headers.expect).toBeUndefined();
  expect(headers.authorization).toContain('x-amz-content-sha256');
});

it('looks before it sends what is large', async () => {
  const large = hostObject(KEY, Buffer.alloc(100_000, 'x'));
  expect(await s3.create(REGION, large, go)).toBe('created');
  expect(await s3.create(REGION, large, go)).toBe('same');
  const other = hostObject(KEY, Buffer.alloc(100_000, 'y'));
  expect((await failureOf(s3.create(REGION, other, go))).code).toBe('object-differs');
  const verbs = store.requests.map(({ line }) => line.split(' ')[0]);
  expect(verbs).toEqual(['HEAD', 'PUT', 'HEAD', 'HEAD']);
});

it('signs by the clock of the store, once it has told that this one is wrong', async () => {
  const date = new Date(Date.now() + 3 * 3_600_000).toUTCString();
  for (const fate of [refused('RequestTimeTooSkewed', 403, { date }), refused('', 403, { date })]) {
    const late = openS3(
      host,
      s3Access('signed', process.env, () => 0),
    );
    store.fates.push(fate);
    store.requests.length = 0;
    await late.hashOf(REGION, KEY, go);
    const hours = store.requests.map(({ headers }) => String(headers['x-amz-date']).slice(9, 11));
    expect((24 + Number(hours[1]) - Number(hours[0])) % 24).toBe(3);
  }
});

it('asks by GET for the reason that an answer to HEAD cannot tell', async () => {
  store.fates.push(refused('', 400), refused('ExpiredToken', 400));
  expect((await failureOf(s3.hashOf(REGION, KEY, go))).code).toBe('credentials-expired');
  expect(store.requests.map(({ line }) => line.split(' ')[0])).toEqual(['HEAD', 'GET']);
});

describe('an answer that is lost after the store has acted', () => {
  it('is a success of create, since own bytes stand there', async () => {
    store.fates.push('cut after');
    expect(await s3.create(REGION, object('one'), go)).toBe('same');
    expect(standsThere()).toBe('one');
  });

  it('is a success of swap, for the first write and for the next', async () => {
    store.fates.push('cut after');
    expect(await s3.swap(REGION, object('one'), undefined, go)).toBe('swapped');
    const { tag } = (await s3.read(REGION, KEY, go))!;
    store.fates.push('cut after');
    expect(await s3.swap(REGION, object('two'), tag, go)).toBe('swapped');
    expect(standsThere()).toBe('two');
  });

  it('is "moved" when somebody else has written since', async () => {
    put('one');
    const { tag } = (await s3.read(REGION, KEY, go))!;
    store.fates.push('cut before');
    put('of somebody else');
    expect(await s3.swap(REGION, object('two'), tag, go)).toBe('moved');
    expect(standsThere()).toBe('of somebody else');
  });
});

it('is "moved" when what was to be replaced is gone', async () => {
  expect(await s3.swap(REGION, object('two'), '"tag"', go)).toBe('moved');
});

it('tries again through storms of 503, conflicts of writers, and connections that end', async () => {
  for (const fate of [refused('SlowDown', 503), refused('ConditionalRequestConflict', 409), 'cut before'] as const) {
    store.objects.clear();
    store.requests.length = 0;
    store.fates.push(...Array<Fate>(ATTEMPTS - 1).fill(fate));
    expect(await s3.create(REGION, object('one'), go)).toBe('created');
    expect(store.requests).toHaveLength(ATTEMPTS);
  }
});

it('gives up after as many attempts as it says, and counts them', async () => {
  store.fates.push(...Array<Fate>(ATTEMPTS).fill(refused('SlowDown', 503)));
  const error = await failureOf(s3.create(REGION, object('one'), go));
  expect(error.code).toBe('host-unavailable');
  expect(error.message).toMatch(new RegExp(`503 SlowDown.*${ATTEMPTS} times`));
  expect(store.requests).toHaveLength(ATTEMPTS);
});

it('gets an object again whose body breaks off', async () => {
  put('a body that is long enough to be cut');
  store.fates.push('cut body', 'cut body');
  const read = await s3.read(REGION, KEY, go);
  expect(Buffer.from(read!.bytes).toString()).toBe(standsThere());
  store.fates.push('cut body');
  expect(await s3.digest(REGION, KEY, go)).toEqual({ sha256: object(standsThere()!).sha256, sizeBytes: 36 });
  store.fates.push(...Array<Fate>(4).fill('cut body'));
  expect((await failureOf(s3.read(REGION, KEY, go))).code).toBe('host-unavailable');
});

it('knows a hash by the record of the store in one request, and by the bytes where there is none of them', async () => {
  await s3.put(REGION, object('one'), go);
  store.requests.length = 0;
  expect(await s3.hashOf(REGION, KEY, go)).toBe(object('one').sha256);
  expect(store.requests.map(({ line }) => line)).toEqual([`HEAD ${PATH}`]);
  store.objects.set(PATH, { bytes: Buffer.from('two'), checksum: 'AAAA', type: 'COMPOSITE' });
  expect(await s3.hashOf(REGION, KEY, go)).toBe(object('two').sha256);
});

describe('names what the store refuses', () => {
  it.each([
    ['access-denied', refused('AccessDenied', 403), ['account 123456789012', 'doctor']],
    ['bucket-missing', refused('NoSuchBucket', 404), ['bitclouded-123456789012-us-east-1-an', 'host up']],
    [
      'bucket-elsewhere',
      refused('PermanentRedirect', 301, { 'x-amz-bucket-region': 'eu-west-1' }),
      ['it is in eu-west-1'],
    ],
    ['bucket-elsewhere', refused('AuthorizationHeaderMalformed', 400), ['bitclouded.config.ts']],
    ['credentials-expired', refused('ExpiredToken', 400), ['sign in again']],
    ['credentials-invalid', refused('InvalidAccessKeyId', 403), ['sign in']],
    ['credentials-invalid', refused('SignatureDoesNotMatch', 403), ['sign in']],
    ['checksum-refused', refused('BadDigest', 400), ['changes bytes']],
    ['checksum-refused', refused('XAmzContentSHA256Mismatch', 400), ['changes bytes']],
    ['host-unavailable', refused('MethodNotAllowed', 405), ['AWS_ENDPOINT_URL']],
  ] as const)('%s', async (code, fate, words) => {
    store.fates.push(fate, fate);
    const error = await failureOf(s3.create(REGION, object('one'), go));
    expect({ code: error.code, message: error.message }).toEqual({ code, message: expect.stringContaining(words[0]) });
    for (const word of words) expect(error.message).toContain(word);
    expect(store.objects.size).toBe(0);
  });

  it('a clock that is wrong, once the difference that the store tells did not help', async () => {
    store.fates.push(...Array<Fate>(ATTEMPTS).fill(refused('RequestTimeTooSkewed', 403)));
    expect((await failureOf(s3.create(REGION, object('one'), go))).code).toBe('clock-skewed');
  });

  it('an endpoint where nobody listens', async () => {
    store.stop();
    const error = await failureOf(s3.read(REGION, KEY, go));
    expect(error.code).toBe('host-unavailable');
    expect(error.message).toMatch(/ECONNREFUSED.*, 5 times/);
  });
});

it('takes neither a refusal nor a missing bucket for an absence', async () => {
  for (const [code, fate] of [
    ['access-denied', refused('AccessDenied', 403)],
    ['bucket-missing', refused('NoSuchBucket', 404)],
  ] as const) {
    store.fates.push(fate);
    expect((await failureOf(s3.read(REGION, KEY, go))).code).toBe(code);
  }
  expect(await s3.read(REGION, KEY, go)).toBeUndefined();
});

it('says that keys cannot be listed, and fails for any other reason', async () => {
  store.fates.push(refused('AccessDenied', 403), refused('NoSuchBucket', 404));
  expect(await s3.list!(REGION, go)).toBeUndefined();
  expect((await failureOf(s3.list!(REGION, go))).code).toBe('bucket-missing');
});

it('ends when it is told to: while it waits for an answer, and between attempts', async () => {
  for (const fates of [['hang'], Array(ATTEMPTS).fill(refused('SlowDown', 503))] as Fate[][]) {
    const slow = openS3(
      host,
      s3Access('signed', process.env, () => 1),
    );
    const stop = new AbortController();
    store.fates.splice(0, store.fates.length, ...fates);
    store.requests.length = 0;
    const creating = failureOf(slow.create(REGION, object('one'), stop.signal));
    while (store.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    expect(await creating).toMatchObject({ name: 'AbortError' });
    expect(store.requests).toHaveLength(1);
  }
});

describe('as strangers read it', () => {
  const strangers = () => {
    const none = { ...process.env };
    return openS3Reader(
      host,
      s3Access('anonymous', none, () => 0),
      s3Access('signed', none, () => 0),
    );
  };

  it('signs nothing, and asks with credentials only why it was refused', async () => {
    put('one');
    const reader = strangers();
    await reader.read(REGION, KEY, go);
    expect(store.requests[0]!.headers.authorization).toBeUndefined();
    expect(store.requests[0]!.headers['x-amz-expected-bucket-owner']).toBeUndefined();
    store.fates.push(refused('AccessDenied', 403));
    expect((await failureOf(reader.read(REGION, KEY, go))).code).toBe('object-not-public');
    store.objects.clear();
    store.fates.push(refused('AccessDenied', 403));
    expect(await reader.read(REGION, KEY, go)).toBeUndefined();
    expect(
      store.requests.map(({ line, headers }) => `${line.split(' ')[0]} ${headers.authorization !== undefined}`),
    ).toEqual(['GET false', 'GET false', 'GET true', 'GET false', 'GET true']);
  });

  it('fails when nobody can tell an absence from a refusal', async () => {
    store.fates.push(refused('AccessDenied', 403), refused('AccessDenied', 403));
    const error = await failureOf(strangers().digest(REGION, KEY, go));
    expect(error.code).toBe('access-denied');
    expect(error.message).toContain('may be missing, or not public');
  });

  it('passes on that the store does not work', async () => {
    store.fates.push(refused('AccessDenied', 403), ...Array<Fate>(ATTEMPTS).fill(refused('InternalError', 500)));
    expect((await failureOf(strangers().read(REGION, KEY, go))).code).toBe('host-unavailable');
  });
});

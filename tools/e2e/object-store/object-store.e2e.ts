import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { checkObjectStorePrograms } from '../debian-packages.ts';
import { findPaths } from '../paths.ts';
import { type ObjectStore, startObjectStore } from './start-object-store.ts';

const folders = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('bitclouded-store-'));

describe('the object store', () => {
  let store: ObjectStore;
  let s3: S3Client;

  beforeAll(async () => {
    store = await startObjectStore();
    s3 = new S3Client({ ...store, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'kept' }));
  });
  afterAll(() => store?.stop());

  const put = (Key: string, Body: string, condition: { IfMatch?: string; IfNoneMatch?: string } = {}, client = s3) =>
    client.send(new PutObjectCommand({ Bucket: 'kept', Key, Body, ...condition }));

  it('keeps bytes and headers, and creates only what is not there', async () => {
    const { ETag } = await s3.send(
      new PutObjectCommand({
        Bucket: 'kept',
        Key: 'a/b',
        Body: 'one',
        ContentType: 'text/x',
        CacheControl: 'no-store',
      }),
    );
    await expect(put('a/b', 'two', { IfNoneMatch: '*' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await expect(put('a/b', 'two', { IfMatch: 'other' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await put('a/b', 'two', { IfMatch: ETag!.replaceAll('"', '') });
    const answer = await s3.send(new GetObjectCommand({ Bucket: 'kept', Key: 'a/b' }));
    expect(await answer.Body!.transformToString()).toBe('two');
    await expect(s3.send(new GetObjectCommand({ Bucket: 'kept', Key: 'c' }))).rejects.toMatchObject({
      name: 'NoSuchKey',
    });
  });

  it('refuses strangers, wrong secrets and bytes that are not what was signed', async () => {
    await put('private', 'x');
    expect((await fetch(`${store.endpoint}/kept/private`)).status).toBe(403);
    const wrong = { ...store.credentials, secretAccessKey: 'wrong' };
    const stranger = new S3Client({ ...store, credentials: wrong, forcePathStyle: true });
    await expect(put('b', 'x', {}, stranger)).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
    const other = new S3Client({ ...store, credentials: await store.addUser('other'), forcePathStyle: true });
    await expect(put('b', 'x', {}, other)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('lets exactly one of eight win each race', async () => {
    const clients = Array.from({ length: 8 }, () => new S3Client({ ...store, forcePathStyle: true }));
    for (let round = 0; round < 20; round++) {
      const tried = await Promise.allSettled(
        clients.map((client, i) => put(`race-${round}`, String(i), { IfNoneMatch: '*' }, client)),
      );
      expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    }
  });
});

it('ends with the process that started it, and leaves no file', async () => {
  const { repository } = findPaths();
  const program = `
    import { startObjectStore } from './tools/e2e/object-store/start-object-store.ts';
    const store = await startObjectStore();
    console.log(store.endpoint);
    setInterval(() => {}, 1000);`;
  const before = await folders();
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: repository,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const endpoint = line.toString().trim();
  expect((await fetch(endpoint)).status).toBe(200);
  const [made] = (await folders()).filter((name) => !before.includes(name));
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  for (let tries = 0; tries < 100 && existsSync(`${tmpdir()}/${made}`); tries++) await wait(100);
  expect(await folders()).not.toContain(made);
  await expect(fetch(endpoint)).rejects.toMatchObject({ name: 'TypeError' });
});

it('names the packages of what is missing', () => {
  const path = process.env.PATH;
  process.env.PATH = '/nowhere';
  try {
    expect(checkObjectStorePrograms).toThrow(/tool-missing[\s\S]+apt-get install .*radosgw/);
  } finally {
    process.env.PATH = path;
  }
});

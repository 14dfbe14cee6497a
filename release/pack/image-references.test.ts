import { type ImageLock, sha256Of } from '@bitclouded/documents';
import { readDist } from '../read-dist.ts';
import type { Locks } from '../read-locks.ts';
import { LOCAL, PRODUCTION } from '../testing/hosts.ts';
import { inFolder } from '../testing/in-folder.ts';
import { type FixtureUnit, writeDist } from '../testing/write-dist.ts';
import { type ImageBinding, imageReferences } from './image-references.ts';

const DIGEST = `sha256:${sha256Of('image')}`;
const lock = (more: Partial<ImageLock> = {}): Locks =>
  new Map([
    [
      'aws-util',
      {
        schema: 'bitclouded.image-lock/1',
        name: 'aws-util',
        contextSha256: sha256Of('context'),
        digest: DIGEST,
        ...more,
      },
    ],
  ]);
const NO_LOCK: Locks = new Map();
const IMAGE: FixtureUnit = { kind: 'image', name: 'aws-util', context: 'context' };

async function bindingOf(host: typeof LOCAL | typeof PRODUCTION, locks: Locks, image = IMAGE): Promise<ImageBinding> {
  let binding: ImageBinding | undefined;
  await inFolder(async (folder) => {
    await writeDist(folder, [image]);
    binding = imageReferences(await readDist(folder), host, locks).get('aws-util');
  });
  return binding!;
}

test('a locked image is named by its digest', async () => {
  expect(await bindingOf(LOCAL, lock())).toEqual({
    reference: `localhost/bitclouded/aws-util@${DIGEST}`,
    locked: true,
  });
  expect((await bindingOf(PRODUCTION, lock())).reference).toBe(`public.ecr.aws/example/aws-util@${DIGEST}`);
});

test.each([
  ['unlocked', NO_LOCK],
  ['changed since its lock', lock({ contextSha256: sha256Of('older') })],
])('a folder takes an image that is %s by its tag, and says that it does not carry it', async (_, locks) => {
  expect(await bindingOf(LOCAL, locks)).toEqual({ reference: 'localhost/bitclouded/aws-util:2.1.0', locked: false });
});

test.each([
  ['image-unlocked', NO_LOCK],
  ['image-unlocked', lock({ digest: undefined })],
  ['image-lock-stale', lock({ contextSha256: sha256Of('older') })],
])('a host on AWS refuses it: %s', async (code, locks) => {
  await expect(bindingOf(PRODUCTION, locks)).rejects.toMatchObject({
    code,
    faults: [{ where: 'image aws-util', remedy: expect.stringContaining('packages/images/aws-util/image.lock.json') }],
  });
});

test('a machine image is locked by the AMIs of this very host', async () => {
  const machine: FixtureUnit = { ...IMAGE, kind: 'image', variety: 'machine' } as FixtureUnit;
  const amis = { 'eu-central-1': { arm64: 'ami-0123456789abcdef0' } };
  expect(
    (await bindingOf(PRODUCTION, lock({ digest: undefined, machines: { production: amis } }), machine)).locked,
  ).toBe(true);
  await expect(
    bindingOf(PRODUCTION, lock({ digest: undefined, machines: { other: amis } }), machine),
  ).rejects.toMatchObject({
    code: 'image-unlocked',
  });
});

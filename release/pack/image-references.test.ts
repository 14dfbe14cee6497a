import { type ImageLock, sha256Of } from '@bitclouded/documents';
import { readDist } from '../read-dist.ts';
import type { Locks } from '../read-locks.ts';
import { LOCAL, PRODUCTION } from '../testing/hosts.ts';
import { inFolder } from '../testing/in-folder.ts';
import { type FixtureUnit, writeDist } from '../testing/write-dist.ts';
import { bindTemplates } from './bind-templates.ts';
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

const user = (name: string): FixtureUnit => ({
  kind: 'template',
  name,
  text: 'Mappings:\n  Artifacts:\n    aws-util:\n      Image: aws-util\nResources: {}\n',
  uses: ['image:aws-util'],
  face: { images: ['aws-util'] },
});
const PLAIN: FixtureUnit = { kind: 'template', name: 'networking/vpc', text: 'Resources: {}\n' };

test('the refusal names the commands that mend it, and the templates that use the image', async () => {
  await inFolder(async (folder) => {
    await writeDist(folder, [IMAGE, user('hosting/one'), user('hosting/two'), PLAIN]);
    const dist = await readDist(folder);
    expect(() => imageReferences(dist, PRODUCTION, NO_LOCK)).toThrow(
      expect.objectContaining({
        faults: [
          expect.objectContaining({
            where: 'image aws-util, used by hosting/one, hosting/two',
            remedy:
              'npm run release -- images build aws-util && npm run release -- images push aws-util --host production, then commit packages/images/aws-util/image.lock.json',
          }),
        ],
      }),
    );
  });
});

test.each([
  ['mirrored', 'npm run release -- images mirror aws-util --host production, then'],
  ['machine', 'images bake aws-util --host production'],
] as const)('a %s image is mended in its own way', async (variety, remedy) => {
  await expect(bindingOf(PRODUCTION, NO_LOCK, { ...IMAGE, variety } as FixtureUnit)).rejects.toMatchObject({
    faults: [{ remedy: expect.stringContaining(remedy) }],
  });
});

test('an image that was built again with another digest changes the templates that use it, and no other', async () => {
  await inFolder(async (folder) => {
    await writeDist(folder, [IMAGE, user('hosting/one'), user('hosting/two'), PLAIN]);
    const dist = await readDist(folder);
    const before = bindTemplates(dist, PRODUCTION, lock()).templates;
    const after = bindTemplates(dist, PRODUCTION, lock({ digest: `sha256:${sha256Of('rebuilt')}` })).templates;
    const changed = [...before].filter(([name, text]) => !after.get(name)!.equals(text)).map(([name]) => name);
    expect(changed).toEqual(['hosting/one', 'hosting/two']);
    expect(after.get('hosting/one')!.toString()).toContain(sha256Of('rebuilt'));
  });
});

import { type ImageLock, sha256Of } from '@bitclouded/documents';
import { readDist } from '../read-dist.ts';
import { inFolder } from '../testing/in-folder.ts';
import { type FixtureUnit, writeDist } from '../testing/write-dist.ts';
import { type ImageState, statesOfImages } from './state-of-images.ts';

const UNITS: readonly FixtureUnit[] = [
  { kind: 'image', name: 'box', context: 'context' },
  { kind: 'image', name: 'machine', context: 'context', variety: 'machine' },
  { kind: 'template', name: 'a/user', text: 'Resources: {}\n', uses: ['image:box'] },
  { kind: 'template', name: 'a/stranger', text: 'Resources: {}\n' },
];
const lock = (name: string, more: Partial<ImageLock>): ImageLock => ({
  schema: 'bitclouded.image-lock/1',
  name,
  contextSha256: sha256Of('context'),
  ...more,
});

async function stateOf(name: string, found?: Partial<ImageLock>): Promise<ImageState> {
  let states: readonly ImageState[] = [];
  await inFolder(async (folder) => {
    await writeDist(folder, UNITS);
    const locks = new Map(found && [[name, lock(name, found)]]);
    states = statesOfImages(await readDist(folder), locks, { name: 'production' });
  });
  return states.find((state) => state.name === name)!;
}

test('a changed definition makes a lock stale, and the templates that take the image are named', async () => {
  const digest = `sha256:${sha256Of('image')}`;
  expect(await stateOf('box', { digest })).toMatchObject({ state: 'locked', users: ['a/user'] });
  expect(await stateOf('box', { digest, contextSha256: sha256Of('before') })).toMatchObject({ state: 'stale' });
  expect(await stateOf('box')).toMatchObject({ state: 'unlocked' });
});

test('a machine is locked for the hosts that it was baked for', async () => {
  const amis = { 'eu-west-1': { arm64: 'ami-0123456789abcdef0' } };
  expect(await stateOf('machine', { machines: { production: amis } })).toMatchObject({ state: 'locked', users: [] });
  expect(await stateOf('machine', { machines: { other: amis } })).toMatchObject({ state: 'unlocked' });
});

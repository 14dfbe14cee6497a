import { changedImages, jobsOf, type ListedImage } from './images-matrix.ts';

const images: readonly ListedImage[] = [
  { name: 'shell', variety: 'container', architectures: ['x86_64', 'arm64'], state: 'stale' },
  { name: 'shop', variety: 'container', architectures: ['arm64'], state: 'unlocked' },
  { name: 'done', variety: 'container', architectures: ['x86_64'], state: 'locked' },
  { name: 'dashboards', variety: 'mirrored', architectures: ['x86_64', 'arm64'], state: 'unlocked' },
  { name: 'machine', variety: 'machine', architectures: ['x86_64', 'arm64'], state: 'stale' },
];
const none = { build: [], push: [], mirror: [], bake: [] };

it('builds each architecture on its own runner, and makes once what is not built', () => {
  expect(jobsOf(images, { also: '' })).toEqual({
    build: [
      { image: 'shell', architecture: 'x86_64', runner: 'ubuntu-24.04' },
      { image: 'shell', architecture: 'arm64', runner: 'ubuntu-24.04-arm' },
      { image: 'shop', architecture: 'arm64', runner: 'ubuntu-24.04-arm' },
    ],
    push: ['shell', 'shop'],
    mirror: ['dashboards'],
    bake: ['machine'],
  });
});

it('has no job where every lock is current, but for what is asked for', () => {
  const locked = images.map((image) => ({ ...image, state: 'locked' as const }));
  expect(jobsOf(locked, { also: '' })).toEqual(none);
  expect(jobsOf(locked, { also: 'machine' })).toEqual({ ...none, bake: ['machine'] });
});

it('takes of a change only what it touches', () => {
  const changed = changedImages(['packages/images/shop/etc/a.conf', 'packages/images/done/README.md', 'README.md']);
  expect([...changed]).toEqual(['shop', 'done']);
  expect(jobsOf(images, { also: '', changed })).toMatchObject({ push: ['shop'], mirror: [], bake: [] });
});

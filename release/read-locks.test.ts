import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type ImageLock, serialise, sha256Of } from '@bitclouded/documents';
import { readDist } from './read-dist.ts';
import { readLocks } from './read-locks.ts';
import { failureOf, inFolder } from './testing/in-folder.ts';
import { SMALL_DIST, writeDist } from './testing/write-dist.ts';

const LOCK: ImageLock = {
  schema: 'bitclouded.image-lock/1',
  name: 'aws-util',
  contextSha256: sha256Of('Dockerfile'),
  digest: `sha256:${sha256Of('image')}`,
};

async function withLock(bytes: string | Buffer | undefined, work: (images: string, dist: string) => Promise<void>) {
  await inFolder(async (folder) => {
    const dist = join(folder, 'dist');
    await writeDist(dist, SMALL_DIST);
    const path = join(folder, 'images/aws-util/image.lock.json');
    await mkdir(dirname(path), { recursive: true });
    if (bytes !== undefined) await writeFile(path, bytes);
    await work(join(folder, 'images'), dist);
  });
}

test('reads the lock beside an image', () =>
  withLock(serialise('image-lock', LOCK), async (images, dist) => {
    expect([...(await readLocks(images, await readDist(dist)))]).toEqual([['aws-util', LOCK]]);
  }));

test('an image without a lock has none', () =>
  withLock(undefined, async (images, dist) => {
    expect((await readLocks(images, await readDist(dist))).size).toBe(0);
  }));

test('refuses the lock of another image', () =>
  withLock(serialise('image-lock', { ...LOCK, name: 'other' }), async (images, dist) => {
    expect((await failureOf(readLocks(images, await readDist(dist)))).code).toBe('lock-misnamed');
  }));

test('a damaged lock is named with its file', () =>
  withLock('{', async (images, dist) => {
    const failure = await failureOf(readLocks(images, await readDist(dist)));
    expect(failure.code).toBe('document-not-json');
    expect(failure.message).toContain('images/aws-util/image.lock.json');
  }));

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serialise } from '@bitclouded/documents';
import { placeLocks } from './place-locks.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bitclouded-locks-'));
  await write('packages/images/box/image.ts', '');
});
afterEach(() => rm(folder, { recursive: true }));

async function write(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(join(folder, path, '..'), { recursive: true });
  await writeFile(join(folder, path), content);
}

const lockOf = (name: string): Uint8Array =>
  serialise('image-lock', {
    schema: 'bitclouded.image-lock/1',
    name,
    contextSha256: 'a'.repeat(64),
    digest: `sha256:${'b'.repeat(64)}`,
  });
const place = () => placeLocks(join(folder, 'locks'), folder);

it('puts each lock beside its image', async () => {
  await write('locks/lock-box/image.lock.json', lockOf('box'));
  expect(await place()).toEqual(['box']);
  expect(await readFile(join(folder, 'packages/images/box/image.lock.json'))).toEqual(Buffer.from(lockOf('box')));
});

it.each([
  ['of another image', 'lock-box', lockOf('other'), 'lock-stranger'],
  ['of no image', 'lock-none', lockOf('none'), 'lock-stranger'],
  ['that is none', 'lock-box', Buffer.from('{"name":"../../x"}'), undefined],
])('refuses a lock %s, and writes nothing', async (_, artifact, bytes, code) => {
  await write(`locks/${artifact}/image.lock.json`, bytes);
  await expect(place()).rejects.toMatchObject(code === undefined ? { faults: expect.any(Array) } : { code });
  await expect(readFile(join(folder, 'packages/images/box/image.lock.json'))).rejects.toMatchObject({ code: 'ENOENT' });
});

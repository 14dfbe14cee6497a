import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDocument } from '@bitclouded/documents';
import { lockedMachines, writeMachineLock } from './write-machine-lock.ts';

const image = { name: 'linux-base', contextSha256: 'c'.repeat(64) };
const machines = { 'eu-west-1': { arm64: 'ami-00000001' } };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bitclouded-lock-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('writes what a host has, and says whether that is new', async () => {
  expect(await writeMachineLock(folder, image, 'production', machines)).toBe(true);
  expect(await writeMachineLock(folder, image, 'production', machines)).toBe(false);
  const path = join(folder, 'image.lock.json');
  expect(parseDocument('image-lock', await readFile(path), path)).toEqual({
    schema: 'bitclouded.image-lock/1',
    ...image,
    machines: { production: machines },
  });
});

test('what another host has of the same definition stays; of another definition it goes', () => {
  const before = lockedMachines(undefined, image, 'staging', machines);
  expect(Object.keys(lockedMachines(before, image, 'production', machines).machines!)).toEqual([
    'staging',
    'production',
  ]);
  const changed = { ...image, contextSha256: 'd'.repeat(64) };
  expect(lockedMachines(before, changed, 'production', machines)).toEqual({
    schema: 'bitclouded.image-lock/1',
    ...changed,
    machines: { production: machines },
  });
});

test('does not write over what is no lock', async () => {
  await writeFile(join(folder, 'image.lock.json'), '{"schema":"something else"}');
  await expect(writeMachineLock(folder, image, 'production', machines)).rejects.toMatchObject({
    name: 'DocumentError',
  });
});

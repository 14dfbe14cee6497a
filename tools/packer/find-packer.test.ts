import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPacker, type Run } from './build-packer.ts';
import { findPacker, packerFolder } from './find-packer.ts';

let repository: string;
beforeEach(async () => {
  repository = await mkdtemp(join(tmpdir(), 'bitclouded-packer-'));
});
afterEach(() => rm(repository, { recursive: true }));

test('without Packer, says how to get it', async () => {
  await expect(findPacker(repository)).rejects.toMatchObject({
    code: 'packer-missing',
    faults: [{ remedy: expect.stringContaining('node tools/packer/run.ts') }],
  });
});

test('finds it in the cache, with its plugins, and builds nothing then', async () => {
  const folder = packerFolder(repository);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'packer'), '');
  await chmod(join(folder, 'packer'), 0o755);
  const never: Run = async () => Promise.reject(new Error('nothing is to be run'));
  expect(await buildPacker(repository, never, () => undefined)).toEqual(await findPacker(repository));
  expect((await findPacker(repository)).environment.PACKER_PLUGIN_PATH).toBe(join(folder, 'plugins'));
});

test('refuses a module that is not the pinned one, and leaves nothing', async () => {
  const other: Run = async () => ({ exitCode: 0, stdout: '{"Sum":"h1:other","Dir":"/nowhere"}', stderr: '' });
  await expect(buildPacker(repository, other, () => undefined)).rejects.toMatchObject({
    code: 'packer-build-failed',
    faults: [{ received: 'the module h1:other' }],
  });
  await expect(findPacker(repository)).rejects.toMatchObject({ code: 'packer-missing' });
});

test('without Go, says so', async () => {
  const none: Run = async () => ({ exitCode: undefined, stdout: '', stderr: '' });
  await expect(buildPacker(repository, none, () => undefined)).rejects.toMatchObject({
    faults: [{ received: 'no such program on PATH', remedy: expect.stringContaining('install Go') }],
  });
});

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { movedBases, nextRevision, refreshFolder } from './refresh-bases.ts';

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const BASE = `example.com/base:24.04@${digest('a')}`;
const TOOLS = `example.com/tools:1@${digest('b')}`;
const image = { name: 'box', bases: [BASE, TOOLS] };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bitclouded-refresh-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('finds the bases whose tag names another digest', async () => {
  const now = new Map([
    [BASE, digest('c')],
    [TOOLS, digest('b')],
  ]);
  expect(await movedBases(image, async (base) => now.get(base))).toEqual([{ base: BASE, digest: digest('c') }]);
  expect(await movedBases(image, async (base) => base.split('@')[1])).toEqual([]);
});

test('a tag that is gone is named', async () => {
  await expect(movedBases(image, async () => undefined)).rejects.toMatchObject({
    code: 'image-missing',
    faults: [expect.objectContaining({ received: expect.stringContaining('example.com/base:24.04') })],
  });
});

test('writes the new digest wherever the old one stands, and a version of its own; every other byte stays', async () => {
  const bytes = Buffer.from([0, 255, 128, 10]);
  const files = {
    'image.ts': `export default defineImage({ version: '2.0', bases: ['${BASE}', '${TOOLS}'] });\n`,
    Dockerfile: `ARG BASE=${BASE}\nFROM $BASE\n# Grüße\n`,
    'README.md': `${digest('a')}\n`,
    'image.lock.json': digest('a'),
  };
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
  await writeFile(join(folder, 'data.bin'), bytes);
  const changed = await refreshFolder(folder, '2.0', [{ base: BASE, digest: digest('c') }]);
  expect(changed).toEqual(['Dockerfile', 'README.md', 'image.ts']);
  const text = (file: string): Promise<string> => readFile(join(folder, file), 'utf8');
  expect(await text('image.ts')).toBe(
    `export default defineImage({ version: '2.0-r1', bases: ['${BASE.replace(digest('a'), digest('c'))}', '${TOOLS}'] });\n`,
  );
  expect(await text('Dockerfile')).toBe(files.Dockerfile.replace(digest('a'), digest('c')));
  expect(await text('image.lock.json')).toBe(digest('a'));
  expect(await readFile(join(folder, 'data.bin'))).toEqual(bytes);
});

test.each([
  ['2.36.7', '2.36.7-r1'],
  ['2.36.7-r1', '2.36.7-r2'],
  ['v3-r9', 'v3-r10'],
  ['1-rc1', '1-rc1-r1'],
])('after %s comes %s', (version, next) => expect(nextRevision(version)).toBe(next));

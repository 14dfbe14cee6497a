import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { inFolder } from '../testing/in-folder.ts';
import { tarOf } from '../testing/write-image.ts';
import { type TarFile, tarFiles } from './tar-entries.ts';

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size);
}

async function read(bytes: Buffer, { pieceBytes = 1000, headBytes = 1 << 20 } = {}): Promise<TarFile[]> {
  const found: TarFile[] = [];
  for await (const file of tarFiles(pieces(bytes, pieceBytes), headBytes)) found.push(file);
  return found;
}

test('gives every file with its bytes, however the archive comes in', () =>
  fc.assert(
    fc.asyncProperty(
      fc.dictionary(fc.stringMatching(/^[a-z]{1,20}(?:\/[a-z]{1,20}){0,3}$/), fc.uint8Array({ maxLength: 1500 })),
      fc.integer({ min: 1, max: 3000 }),
      async (files, pieceBytes) => {
        const found = await read(tarOf(files), { pieceBytes });
        expect(found.map(({ path, head }) => [path, head.toString('hex')])).toEqual(
          Object.entries(files).map(([path, bytes]) => [path, Buffer.from(bytes).toString('hex')]),
        );
      },
    ),
    { numRuns: 50 },
  ));

test.each(['gnu', 'pax', 'ustar'])('reads what tar writes in the format %s: long names, links, empty files', (format) =>
  inFolder(async (folder) => {
    const long = `${'deep/'.repeat(18)}${'n'.repeat(format === 'ustar' ? 90 : 150)}`;
    const files: Record<string, string> = { 'a.txt': 'one', empty: '', [long]: 'far away' };
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, 'root', path)), { recursive: true });
      await writeFile(join(folder, 'root', path), text);
    }
    execFileSync('ln', ['-s', 'a.txt', join(folder, 'root/link')]);
    const archive = execFileSync('tar', ['--create', `--format=${format}`, '--directory', join(folder, 'root'), '.']);
    const found = await read(archive);
    expect(Object.fromEntries(found.map(({ path, head }) => [path.replace('./', ''), head.toString()]))).toEqual(files);
  }),
);

test('keeps the head alone of a large file, and its size', async () => {
  const archive = tarOf({ large: 'x'.repeat(5000), after: 'y' });
  expect(await read(archive, { headBytes: 10 })).toMatchObject([
    { path: 'large', sizeBytes: 5000, head: Buffer.from('x'.repeat(10)) },
    { path: 'after', sizeBytes: 1 },
  ]);
});

test('refuses an archive that ends early, or whose header is damaged', async () => {
  const archive = tarOf({ a: 'x'.repeat(600) });
  await expect(read(archive.subarray(0, 700))).rejects.toThrow('ends');
  const damaged = Buffer.from(archive);
  damaged[0] = 0x62;
  await expect(read(damaged)).rejects.toThrow('checksum');
});

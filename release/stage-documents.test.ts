import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readStageDocument, writeStageDocument } from './stage-documents.ts';
import { failureOf, inFolder } from './testing/in-folder.ts';

const seen = { schema: 'bitclouded.seen/1', host: 'local', serial: 3, indexSha256: 'a'.repeat(64) } as const;

it('gives the next stage what the last one left', () =>
  inFolder(async (root) => {
    const folder = join(root, 'dist/release/local');
    expect(await readStageDocument(folder, 'seen')).toBeUndefined();
    await writeStageDocument(folder, 'seen', seen);
    await writeStageDocument(folder, 'seen', { ...seen, serial: 4 });
    expect(await readStageDocument(folder, 'seen')).toEqual({ ...seen, serial: 4 });
    expect(await readdir(folder)).toEqual(['seen.json']);
  }));

it('names the file that is not what it should be', () =>
  inFolder(async (folder) => {
    await writeFile(join(folder, 'verification.json'), '{}');
    const error = await failureOf(readStageDocument(folder, 'verification'));
    expect(error.message).toContain(join(folder, 'verification.json'));
  }));

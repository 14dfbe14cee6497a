/*
 * A program of tests: reads a host in a tight loop, as a consumer would, and notes each time that an index names
 * something that is not there. Messages: { watch: folder } begins; 'stop' → { reads, indexes, missing }.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Alias, keyOf, parseDocument, parseIndex, sha256Of } from '@bitclouded/documents';

let watching: string | undefined;
let reads = 0;
let indexes = 0;
const missing = new Set<string>();
let idle: () => void = () => undefined;

process.on('message', async (message: { watch: string } | 'stop') => {
  if (message === 'stop') {
    watching = undefined;
    await new Promise<void>((resolve) => {
      idle = resolve;
    });
    process.send!({ reads, indexes, missing: [...missing] });
    return;
  }
  reads = 0;
  indexes = 0;
  missing.clear();
  watching = message.watch;
  process.send!('watching');
});

for (;;) {
  if (watching === undefined) {
    idle();
    await new Promise((resolve) => setTimeout(resolve, 1));
  } else await readOnce(watching);
}

async function readOnce(host: string): Promise<void> {
  const index = await read(host, keyOf.index());
  if (index === undefined) return;
  indexes++;
  for (const { version, manifestSha256 } of parseIndex(index, 'index.json').index.releases)
    await readRelease(host, version, manifestSha256);
  const record = await read(host, keyOf.aliasRecord('latest'));
  if (record === undefined) return;
  const { version, manifestSha256 }: Alias = parseDocument('alias', record, 'alias.json');
  await readRelease(host, version, manifestSha256);
}

async function readRelease(host: string, version: string, manifestSha256: string): Promise<void> {
  const receipt = await wanted(host, keyOf.manifest(version), manifestSha256);
  if (receipt === undefined) return;
  for (const artifact of parseDocument('manifest', receipt, 'manifest.json').artifacts)
    if (artifact.kind !== 'image') await wanted(host, artifact.key, artifact.sha256);
}

async function wanted(host: string, key: string, sha256: string): Promise<Buffer | undefined> {
  const bytes = await read(host, key);
  if (bytes === undefined || sha256Of(bytes) !== sha256) missing.add(key);
  return bytes;
}

async function read(host: string, key: string): Promise<Buffer | undefined> {
  reads++;
  try {
    return await readFile(join(host, key));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}

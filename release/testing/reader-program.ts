/*
 * A program of tests: reads a host in a tight loop, as a consumer would, and notes each time that an index names
 * something that is not there. Messages: { watch, further } begins, each a folder or an address that everybody may
 * read, the home region's first; 'stop' → { reads, indexes, missing }.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Alias, keyOf, parseDocument, parseIndex, sha256Of } from '@bitclouded/documents';

interface Watch {
  readonly watch: string;
  /** Of the other regions, where receipts and code stand too. */
  readonly further?: readonly string[];
}

let watching: Watch | undefined;
let reads = 0;
let indexes = 0;
const missing = new Set<string>();
let idle: () => void = () => undefined;

process.on('message', async (message: Watch | 'stop') => {
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
  watching = message;
  process.send!('watching');
});

for (;;) {
  if (watching === undefined) {
    idle();
    await new Promise((resolve) => setTimeout(resolve, 1));
  } else await readOnce(watching);
}

async function readOnce({ watch: host, further = [] }: Watch): Promise<void> {
  const index = await read(host, keyOf.index());
  if (index === undefined) return;
  indexes++;
  for (const { version, manifestSha256 } of parseIndex(index, 'index.json').index.releases)
    for (const place of [host, ...further]) await readRelease(place, version, manifestSha256, place === host);
  const record = await read(host, keyOf.aliasRecord('latest'));
  if (record === undefined) return;
  const { version, manifestSha256 }: Alias = parseDocument('alias', record, 'alias.json');
  await readRelease(host, version, manifestSha256, true);
}

async function readRelease(host: string, version: string, manifestSha256: string, home: boolean): Promise<void> {
  const receipt = await wanted(host, keyOf.manifest(version), manifestSha256);
  if (receipt === undefined) return;
  for (const artifact of parseDocument('manifest', receipt, 'manifest.json').artifacts)
    if (artifact.kind === 'lambda' || (home && artifact.kind !== 'image'))
      await wanted(host, artifact.key, artifact.sha256);
}

async function wanted(host: string, key: string, sha256: string): Promise<Buffer | undefined> {
  const bytes = await read(host, key);
  if (bytes === undefined || sha256Of(bytes) !== sha256) missing.add(`${host} ${key}`);
  return bytes;
}

async function read(host: string, key: string): Promise<Buffer | undefined> {
  reads++;
  if (host.startsWith('http')) return readPublic(`${host}/${key}`);
  try {
    return await readFile(join(host, key));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}

async function readPublic(address: string): Promise<Buffer | undefined> {
  const answer = await fetch(address);
  const bytes = Buffer.from(await answer.arrayBuffer());
  // Strangers who may not list are told 403 of what is not there.
  if (answer.status === 403 || answer.status === 404) return undefined;
  if (answer.status !== 200) throw new Error(`${address} answered ${answer.status}`);
  return bytes;
}

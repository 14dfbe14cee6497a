import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Seen } from '@bitclouded/documents';
import type { Setting } from './released.ts';

/** Where a key stands on the disk. */
export const path = (setting: Setting, key: string): string => join(setting.folder, key);

/** Writes something past the release. */
export async function put(setting: Setting, key: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path(setting, key)), { recursive: true });
  await writeFile(path(setting, key), content);
}

/** Changes one bit. */
export async function flip(setting: Setting, key: string): Promise<void> {
  const bytes = await readFile(path(setting, key));
  bytes[0]! ^= 1;
  await writeFile(path(setting, key), bytes);
}

/** What verification finds, as `code where`. */
export async function faultsOf(setting: Setting, version?: string): Promise<string[]> {
  const { report } = await setting.verify(version);
  return report.faults.map((fault) => `${fault.code} ${fault.where}`);
}

/** What a machine remembers of an index. */
export const seenAt = (serial: number, indexSha256 = 'a'.repeat(64)): Seen => ({
  schema: 'bitclouded.seen/1',
  host: 'local',
  serial,
  indexSha256,
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ReleaseIndex, serialiseUnsignedIndex } from '@bitclouded/documents';
import { failureOf } from '../testing/in-folder.ts';
import { go, type Setting, withHost } from '../testing/released.ts';
import { readIndex } from './read-index.ts';

async function damage({ host, folder, destination }: Setting, change: (index: ReleaseIndex) => ReleaseIndex) {
  const { index } = (await readIndex(host, destination, go))!;
  await writeFile(join(folder, 'index.json'), serialiseUnsignedIndex(change(index)));
  return failureOf(readIndex(host, destination, go));
}

it('says that nobody signed an index, and what it holds', () =>
  withHost(async (setting) => {
    expect(await readIndex(setting.host, setting.destination, go)).toBeUndefined();
    await setting.release('1.0.0');
    expect(await readIndex(setting.host, setting.destination, go)).toMatchObject({
      signatures: 0,
      index: { serial: 1, channels: { latest: '1.0.0' } },
    });
  }));

it('refuses the index of another host', () =>
  withHost(async (setting) => {
    await setting.release('1.0.0');
    expect((await damage(setting, (index) => ({ ...index, host: 'other' }))).code).toBe('index-of-other-host');
  }));

it('names everything in which an index contradicts itself', () =>
  withHost(async (setting) => {
    await setting.release('1.0.0');
    await setting.release('1.1.0');
    const error = await damage(setting, (index) => ({
      ...index,
      releases: index.releases.toReversed(),
      channels: { latest: '1.0.0' },
      pins: { v2: { version: '1.0.0', reason: 'x' } },
    }));
    expect(error.faults.map((fault) => fault.code)).toEqual(Array(3).fill('index-inconsistent'));
    expect(error.message).toContain('1.0.0 after 1.1.0');
    expect(error.message).toContain('v2 pinned to 1.0.0');
    expect(error.message).toContain('channels {"latest":"1.0.0"}');
  }));

import { readFile, rm, truncate } from 'node:fs/promises';
import { parseIndex, serialiseUnsignedIndex, sha256Of } from '@bitclouded/documents';
import { faultsOf, path, put, seenAt } from '../testing/damage.ts';
import { go, ignore, NOW, type Setting, withHost } from '../testing/released.ts';
import { verify } from './verify.ts';

describe('the index', () => {
  it.each<[string, (setting: Setting) => Promise<unknown>, string]>([
    ['a truncated index', (setting) => truncate(path(setting, 'index.json'), 40), 'document-not-json index.json'],
    [
      'a damaged payload',
      async (setting) => {
        const envelope = JSON.parse(await readFile(path(setting, 'index.json'), 'utf8'));
        await put(setting, 'index.json', JSON.stringify({ ...envelope, payload: envelope.payload.slice(8) }));
      },
      'document-not-json index.json (payload)',
    ],
    [
      'an index that contradicts itself',
      async (setting) => {
        const { index } = parseIndex(await readFile(path(setting, 'index.json')), 'index.json');
        await put(setting, 'index.json', serialiseUnsignedIndex({ ...index, channels: {} }));
      },
      'index-inconsistent index.json',
    ],
    ['a missing index', (setting) => rm(path(setting, 'index.json')), 'index-missing index.json'],
  ])('names %s', (_, damage, expected) =>
    withHost(async (setting) => {
      await setting.release('1.0.0');
      await damage(setting);
      expect(await faultsOf(setting)).toEqual([expected]);
      expect(await faultsOf(setting, '1.0.0')).toEqual([expected]);
    }),
  );

  it('names an older index that was put back, by its aliases and by what this machine has seen', () =>
    withHost(async (setting) => {
      const { host, destination } = setting;
      await setting.release('1.0.0');
      const old = await readFile(path(setting, 'index.json'));
      await setting.release('1.0.1-rc.1');
      await put(setting, 'index.json', old);
      expect(await faultsOf(setting)).toEqual([]);
      const { report } = await verify({ host, reader: destination, seen: seenAt(2) }, NOW, go, ignore);
      expect(report.faults).toMatchObject([{ code: 'index-old', received: 'serial 1' }]);

      await setting.release('1.1.0');
      await put(setting, 'index.json', old);
      expect(await faultsOf(setting, '1.0.0')).toContain('index-older-than-alias index.json');
    }));

  it('names an index that was rewritten without a new serial', () =>
    withHost(async (setting) => {
      const { host, destination } = setting;
      await setting.release('1.0.0');
      const sha256 = sha256Of(await readFile(path(setting, 'index.json')));
      const same = await verify({ host, reader: destination, seen: seenAt(1, sha256) }, NOW, go, ignore);
      expect(same.report.faults).toEqual([]);
      const other = await verify({ host, reader: destination, seen: seenAt(1) }, NOW, go, ignore);
      expect(other.report.faults).toMatchObject([{ code: 'index-rewritten' }]);
    }));

  it('takes a host that was emptied whole for a new one, and says so', () =>
    withHost(async (setting) => {
      const { host, destination } = setting;
      await setting.publish(await setting.bundle('1.0.0'));
      const version = '1.0.0';
      const { report } = await verify({ host, reader: destination, seen: seenAt(7), version }, NOW, go, ignore);
      expect(report).toMatchObject({ faults: [], notices: [expect.stringContaining('emptied')] });
      await setting.publish(await setting.bundle('1.1.0'));
      const later = await verify({ host, reader: destination, seen: seenAt(7), version }, NOW, go, ignore);
      expect(later.report.faults).toMatchObject([{ code: 'index-missing' }]);
    }));

  it('notices that it expired', () =>
    withHost(async (setting) => {
      const { host, destination } = setting;
      await setting.release('1.0.0');
      const later = new Date('2026-06-01T00:00:00.000Z');
      const { report } = await verify({ host, reader: destination, seen: undefined }, later, go, ignore);
      expect(report).toMatchObject({ faults: [], notices: [expect.stringContaining('expired on 2026-05-30')] });
    }));
});

import { readFile, rm } from 'node:fs/promises';
import { parseDocument, serialise } from '@bitclouded/documents';
import { faultsOf, flip, path, put } from '../testing/damage.ts';
import { type Setting, withHost } from '../testing/released.ts';
import { SMALL } from '../testing/write-bundle.ts';

describe('aliases', () => {
  it.each<[string, (setting: Setting) => Promise<unknown>, string]>([
    [
      'a copy of something else',
      (setting) => flip(setting, 'latest/templates/networking/vpc.yaml'),
      'alias-differs latest/templates/networking/vpc.yaml',
    ],
    ['a missing copy', (setting) => rm(path(setting, 'v1/manifest.json')), 'alias-missing v1/manifest.json'],
    ['a missing record', (setting) => rm(path(setting, 'v1/alias.json')), 'alias-missing v1/alias.json'],
    ['a damaged record', (setting) => put(setting, 'v1/alias.json', '{'), 'document-not-json v1/alias.json'],
    [
      'a record of another release',
      async (setting) => {
        const record = parseDocument('alias', await readFile(path(setting, 'v1/alias.json')), 'alias');
        await put(setting, 'v1/alias.json', serialise('alias', { ...record, version: '0.9.0' }));
      },
      'alias-behind v1/alias.json',
    ],
  ])('names %s, and a reconcile away', (_, damage, expected) =>
    withHost(async (setting) => {
      await setting.release('1.0.0');
      await damage(setting);
      expect(await faultsOf(setting)).toEqual([expected]);
      await setting.operate({ type: 'unpin', channel: 'latest' });
      expect(await faultsOf(setting)).toEqual([]);
    }),
  );

  it('notices copies that nothing stands behind any more', () =>
    withHost(async (setting) => {
      await setting.release('1.0.0', SMALL);
      await setting.release('1.0.1', { ...SMALL, templates: { 'networking/vpc': 'new' } });
      await setting.release('2.0.0', SMALL);
      await setting.operate({ type: 'yank', version: '2.0.0', reason: 'broken' });
      const { report } = await setting.verify();
      expect(report.faults).toEqual([]);
      expect(report.notices.sort()).toEqual([
        'latest/ has 2 objects that 1.0.1 no longer has: copies of earlier releases',
        'v1.0/ has 2 objects that 1.0.1 no longer has: copies of earlier releases',
        'v1/ has 2 objects that 1.0.1 no longer has: copies of earlier releases',
        'v2.0/ has copies, and the index has no such channel any more',
        'v2/ has copies, and the index has no such channel any more',
      ]);
    }));
});

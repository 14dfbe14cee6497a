import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDocument, serialise } from '@bitclouded/documents';
import { contentsOf, failureOf } from '../testing/in-folder.ts';
import { recording } from '../testing/recording.ts';
import { go, ignore, NOW, type Setting, withHost } from '../testing/released.ts';
import { changeIndex } from './change-index.ts';
import { reconcile } from './reconcile.ts';

const vpcOf = (text: string) => ({ templates: { 'networking/vpc': text } });
const read = (setting: Setting, key: string) => readFile(join(setting.folder, key), 'utf8');

it('makes every channel a copy of its release', () =>
  withHost(async (setting) => {
    await setting.release('1.0.0', vpcOf('old'));
    await setting.release('1.1.0', vpcOf('new'));
    expect(await read(setting, 'latest/templates/networking/vpc.yaml')).toBe('new');
    expect(await read(setting, 'v1/templates/networking/vpc.yaml')).toBe('new');
    expect(await read(setting, 'v1.0/templates/networking/vpc.yaml')).toBe('old');
    expect(await read(setting, 'latest/manifest.json')).toBe(await read(setting, 'v1.1.0/manifest.json'));
    const record = parseDocument('alias', await readFile(join(setting.folder, 'latest/alias.json')), 'alias.json');
    expect(record).toMatchObject({ channel: 'latest', version: '1.1.0', serial: 2 });
  }));

it('makes no alias for a prerelease', () =>
  withHost(async (setting) => {
    await setting.release('1.0.0-rc.1');
    expect(Object.keys(await contentsOf(setting.folder)).filter((key) => key.includes('alias'))).toEqual([]);
  }));

it('writes templates first, alias.json last, and nothing at all the second time', () =>
  withHost(async (setting) => {
    const { host, folder, destination } = setting;
    await setting.release('1.0.0');
    await rm(join(folder, 'latest'), { recursive: true });
    const first = recording(destination);
    await reconcile(host, first, go, ignore);
    const keys = first.writes.map((write) => write.split(' ')[2]!);
    expect(keys.slice(0, 2).every((key) => key.startsWith('latest/templates/'))).toBe(true);
    expect(keys.slice(2).some((key) => key.startsWith('latest/templates/'))).toBe(false);
    expect(keys.at(-1)).toBe('latest/alias.json');
    const second = recording(destination);
    expect(await reconcile(host, second, go, ignore)).toMatchObject({ written: 0 });
    expect(second.writes).toEqual([]);
  }));

it('repairs a copy that somebody changed, and a record that cannot be read', () =>
  withHost(async (setting) => {
    await setting.release('1.0.0');
    const wanted = await contentsOf(setting.folder);
    await writeFile(join(setting.folder, 'latest/templates/networking/vpc.yaml'), 'other');
    await writeFile(join(setting.folder, 'v1/alias.json'), '{"sch');
    expect(await reconcile(setting.host, setting.destination, go, ignore)).toMatchObject({ written: 2 });
    expect(await contentsOf(setting.folder)).toEqual(wanted);
  }));

it('goes on when the index moves while it works', () =>
  withHost(async (setting) => {
    const { host, destination } = setting;
    await setting.release('1.0.0', vpcOf('old'));
    await setting.release('1.1.0', vpcOf('new'));
    await setting.operate({ type: 'pin', channel: 'latest', version: '1.0.0', reason: 'slow' });
    await rm(join(setting.folder, 'latest'), { recursive: true });
    let moved = false;
    const slow = recording(destination, async () => {
      if (moved) return;
      moved = true;
      await changeIndex(host, destination, { type: 'unpin', channel: 'latest' }, () => NOW, go, ignore);
    });
    await reconcile(host, slow, go, ignore);
    expect(await read(setting, 'latest/templates/networking/vpc.yaml')).toBe('new');
    expect((await setting.verify()).report.faults).toEqual([]);
  }));

it('gives up when the index never stands still', () =>
  withHost(async (setting) => {
    const { host, destination } = setting;
    await setting.release('1.0.0');
    await setting.release('1.0.1');
    let pinned = false;
    const restless = {
      ...destination,
      async read(region: string, key: string, signal: AbortSignal) {
        if (key === 'latest/alias.json') {
          const operation = pinned
            ? ({ type: 'unpin', channel: 'v1' } as const)
            : ({ type: 'pin', channel: 'v1', version: '1.0.0', reason: 'x' } as const);
          pinned = !pinned;
          await changeIndex(host, destination, operation, () => NOW, go, ignore);
        }
        return destination.read(region, key, signal);
      },
    };
    expect((await failureOf(reconcile(host, restless, go, ignore))).code).toBe('index-moved');
  }));

it('refuses to follow an index that is older than its aliases', () =>
  withHost(async (setting) => {
    await setting.release('1.0.0');
    const old = await readFile(join(setting.folder, 'index.json'));
    await setting.release('1.1.0');
    const wanted = await contentsOf(setting.folder);
    await writeFile(join(setting.folder, 'index.json'), old);
    const error = await failureOf(reconcile(setting.host, setting.destination, go, ignore));
    expect(error.code).toBe('index-older-than-alias');
    expect({ ...(await contentsOf(setting.folder)), 'index.json': '' }).toEqual({ ...wanted, 'index.json': '' });
  }));

it('copies nothing that is not what the index names', () =>
  withHost(async (setting) => {
    const { folder, host, destination } = setting;
    await setting.release('1.0.0');
    const manifest = await readFile(join(folder, 'v1.0.0/manifest.json'));
    await rm(join(folder, 'latest'), { recursive: true });
    await writeFile(join(folder, 'v1.0.0/templates/networking/vpc.yaml'), 'other');
    expect((await failureOf(reconcile(host, destination, go, ignore))).code).toBe('object-differs');
    const other = serialise('manifest', { ...parseDocument('manifest', manifest, 'm'), artifacts: [] });
    await writeFile(join(folder, 'v1.0.0/manifest.json'), other);
    expect((await failureOf(reconcile(host, destination, go, ignore))).code).toBe('release-unpublished');
    expect(Object.keys(await contentsOf(folder))).not.toContain('latest/alias.json');
  }));

it('has nothing to do on a host without an index', () =>
  withHost(async ({ host, destination }) => {
    expect(await reconcile(host, destination, go, ignore)).toMatchObject({ serial: 0, written: 0 });
  }));

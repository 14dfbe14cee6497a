import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Seen } from '@bitclouded/documents';
import type { Destination } from '../destinations/destination.ts';
import { dryRunOf } from '../destinations/dry-run.ts';
import { readIndex } from '../promote/read-index.ts';
import { failureOf } from '../testing/in-folder.ts';
import { go, ignore, NOW, type Setting, withHost } from '../testing/released.ts';
import { SMALL, TWO_REGIONS } from '../testing/write-bundle.ts';
import { rebuildIndex } from './rebuild-index.ts';

type Given = { seen?: Seen; serialSeen?: number; destination?: Destination };

const rebuild = ({ host, destination }: Setting, given: Given = {}) =>
  rebuildIndex({ host, destination, seen: undefined, ...given }, () => NOW, go, ignore);
const indexOf = async ({ host, destination }: Setting) => (await readIndex(host, destination, go))?.index;
const indexFile = ({ folder }: Setting): string => join(folder, 'index.json');

const seenOf = (serial: number, indexSha256 = 'a'.repeat(64)): Seen => ({
  schema: 'bitclouded.seen/1',
  host: 'local',
  serial,
  indexSha256,
});

it('makes a lost index again: the same releases and channels, under the next serial', () =>
  withHost(async (setting) => {
    await setting.release('1.0.0');
    await setting.release('1.1.0', { ...SMALL, lambdas: { 'log-governor': 'changed' } });
    const before = await indexOf(setting);
    await rm(indexFile(setting));
    const { leftOut, why } = await rebuild(setting);
    expect({ leftOut, why }).toEqual({ leftOut: [], why: 'it was gone' });
    expect(await indexOf(setting)).toEqual({ ...before, serial: before!.serial + 1 });
    expect((await setting.verify()).report.faults).toEqual([]);
  }, TWO_REGIONS));

it.each([
  ['cut short', '{"payloadType"', 'document-not-json'],
  ['of another host', undefined, 'index-of-other-host'],
])('makes an index again that is %s', (_, text, why) =>
  withHost(async (setting) => {
    await setting.release('1.0.0');
    const envelope = JSON.parse(await readFile(indexFile(setting), 'utf8'));
    const payload = Buffer.from(envelope.payload, 'base64').toString().replace('"local"', '"other"');
    const other = JSON.stringify({ ...envelope, payload: Buffer.from(payload).toString('base64') });
    await writeFile(indexFile(setting), text ?? other);
    expect((await rebuild(setting)).why).toContain(why);
    expect(await indexOf(setting)).toMatchObject({ serial: 2, channels: { latest: '1.0.0' } });
  }),
);

it('takes the yanks of an index whose channels are wrong', () =>
  withHost(async (setting) => {
    await setting.release('1.0.0');
    await setting.release('1.1.0');
    await setting.operate({ type: 'yank', version: '1.1.0', reason: 'broken' });
    const envelope = JSON.parse(await readFile(indexFile(setting), 'utf8'));
    const payload = JSON.parse(Buffer.from(envelope.payload, 'base64').toString());
    payload.channels.latest = '1.1.0';
    envelope.payload = Buffer.from(JSON.stringify(payload)).toString('base64');
    await writeFile(indexFile(setting), JSON.stringify(envelope));
    await rebuild(setting);
    const index = await indexOf(setting);
    expect(index).toMatchObject({ serial: 4, channels: { latest: '1.0.0' } });
    expect(index!.releases.at(-1)).toMatchObject({ version: '1.1.0', yanked: 'broken' });
  }));

it('refuses to replace a good index, and one that was never there', () =>
  withHost(async (setting) => {
    const bundle = await setting.bundle('1.0.0');
    await setting.publish(bundle);
    expect((await failureOf(rebuild(setting))).code).toBe('index-never-was');
    await setting.release('1.0.0');
    const { index, sha256 } = (await readIndex(setting.host, setting.destination, go))!;
    for (const given of [{}, { seen: seenOf(index.serial, sha256) }, { serialSeen: index.serial }])
      expect((await failureOf(rebuild(setting, given))).code).toBe('index-good');
  }));

it('replaces an index that is older than what was seen, or is not what was seen', () =>
  withHost(async (setting) => {
    await setting.release('1.0.0');
    expect((await rebuild(setting, { seen: seenOf(9) })).index.serial).toBe(10);
    expect((await rebuild(setting, { seen: seenOf(10) })).why).toContain('not the index of that serial');
    expect((await rebuild(setting, { serialSeen: 57 })).index.serial).toBe(58);
  }));

it('leaves out and names what is not whole: no receipt, a missing function in one region, a changed template', () =>
  withHost(async (setting) => {
    for (const version of ['1.0.0', '1.1.0', '1.2.0', '1.3.0'])
      await setting.release(version, { ...SMALL, lambdas: { 'log-governor': version } });
    await rm(indexFile(setting));
    const { artifacts } = JSON.parse(await readFile(join(setting.folder, 'v1.1.0/manifest.json'), 'utf8'));
    const { key } = artifacts.find(({ kind }: { kind: string }) => kind === 'lambda');
    await rm(join(setting.folder, 'regions/us-east-1', key));
    await writeFile(join(setting.folder, 'v1.2.0/templates/networking/vpc.yaml'), 'Resources: { Evil: {} }\n');
    await rm(join(setting.folder, 'v1.3.0/manifest.json'));
    const { leftOut } = await rebuild(setting);
    expect(leftOut.map(({ version, because }) => `${version} ${because.split(' ')[0]}`)).toEqual([
      '1.1.0 object-missing',
      '1.2.0 object-wrong-size',
      '1.3.0 it',
    ]);
    expect(await indexOf(setting)).toMatchObject({ serial: 5, channels: { latest: '1.0.0', v1: '1.0.0' } });
  }, TWO_REGIONS));

it('does not ask for an old release in a region that the host got later', () =>
  withHost(async (setting) => {
    await setting.release('1.0.0');
    await rm(indexFile(setting));
    const host = { ...setting.host, regions: [...TWO_REGIONS] };
    await rebuild({ ...setting, host });
    expect(await indexOf(setting)).toMatchObject({ channels: { latest: '1.0.0' } });
  }));

it('loses to whoever writes an index meanwhile, and keeps what they wrote', () =>
  withHost(async (setting) => {
    await setting.release('1.0.0');
    await rm(indexFile(setting));
    let first = true;
    const late: Destination = {
      ...setting.destination,
      swap: async (...request) => {
        if (first) {
          first = false;
          await rebuild(setting);
        }
        return setting.destination.swap(...request);
      },
    };
    expect((await failureOf(rebuild(setting, { destination: late }))).code).toBe('index-good');
    expect(await indexOf(setting)).toMatchObject({ serial: 2 });
  }));

it('says so when no release is whole, and when the host does not let its keys be listed', () =>
  withHost(async (setting) => {
    expect((await failureOf(rebuild(setting, { serialSeen: 3 }))).code).toBe('release-none');
    const unlisted: Destination = { ...setting.destination, list: async () => undefined };
    expect((await failureOf(rebuild(setting, { destination: unlisted }))).code).toBe('host-not-listed');
  }));

it('writes nothing in a dry run, which shows what it would be', () =>
  withHost(async (setting) => {
    await setting.release('1.0.0');
    await rm(indexFile(setting));
    const memory = dryRunOf(setting.destination);
    expect((await rebuild(setting, { destination: memory })).index.serial).toBe(2);
    expect(memory.wouldWrite.map(({ key }) => key)).toEqual(['index.json']);
    expect(await indexOf(setting)).toBeUndefined();
  }));

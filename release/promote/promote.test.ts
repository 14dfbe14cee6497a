import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failureOf } from '../testing/in-folder.ts';
import { go, ignore, NOW, type Setting, withHost } from '../testing/released.ts';
import { promote } from './promote.ts';
import { readIndex } from './read-index.ts';

async function attempt(setting: Setting, report: Parameters<typeof promote>[0]['report'], version = '1.0.0') {
  const { host, destination } = setting;
  const { manifestSha256 } = await setting.bundle(version);
  const error = await failureOf(promote({ host, destination, version, manifestSha256, report }, () => NOW, go, ignore));
  expect(await readIndex(host, destination, go)).toBeUndefined();
  return error;
}

it('makes a verified release visible, and changes nothing the second time', () =>
  withHost(async (setting) => {
    const { host, destination } = setting;
    const bundle = await setting.release('1.0.0');
    const { version, manifestSha256 } = bundle;
    const { report } = await setting.verify(version);
    const again = await promote({ host, destination, version, manifestSha256, report }, () => NOW, go, ignore);
    expect(again).toMatchObject({ serial: 1, indexChanged: false, written: 0, channels: { latest: '1.0.0' } });
  }));

it('refuses without a report', () =>
  withHost(async (setting) => {
    await setting.publish(await setting.bundle('1.0.0'));
    expect((await attempt(setting, undefined)).code).toBe('verification-missing');
  }));

it('refuses a report on another release or another host', () =>
  withHost(async (setting) => {
    await setting.publish(await setting.bundle('1.0.0'));
    await setting.publish(await setting.bundle('1.1.0'));
    const { report } = await setting.verify('1.1.0');
    expect((await attempt(setting, report)).code).toBe('verification-of-other');
    const own = (await setting.verify('1.0.0')).report;
    expect((await attempt(setting, { ...own, host: 'other' })).code).toBe('verification-of-other');
    const forged = own.releases.map((release) => ({ ...release, manifestSha256: 'f'.repeat(64) }));
    expect((await attempt(setting, { ...own, releases: forged })).code).toBe('verification-of-other');
  }));

it('refuses a report with faults', () =>
  withHost(async (setting) => {
    await setting.publish(await setting.bundle('1.0.0'));
    await writeFile(join(setting.folder, 'v1.0.0/templates/networking/vpc.yaml'), 'other');
    const { report } = await setting.verify('1.0.0');
    const error = await attempt(setting, report);
    expect(error.code).toBe('verification-faulty');
    expect(error.message).toContain('vpc.yaml');
  }));

it('refuses a release that has gone since it was verified', () =>
  withHost(async (setting) => {
    await setting.publish(await setting.bundle('1.0.0'));
    const { report } = await setting.verify('1.0.0');
    await rm(setting.folder, { recursive: true });
    expect((await attempt(setting, report)).code).toBe('release-unpublished');
  }));

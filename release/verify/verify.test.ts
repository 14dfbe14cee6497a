import { rename, rm, symlink, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { serialise, sha256Of } from '@bitclouded/documents';
import { publish } from '../publish/publish.ts';
import { ReleaseError, type ReleaseErrorCode } from '../release-error.ts';
import { faultsOf, flip, path, put } from '../testing/damage.ts';
import { failureOf } from '../testing/in-folder.ts';
import { recording } from '../testing/recording.ts';
import { go, ignore, NOW, type Setting, withHost } from '../testing/released.ts';
import { TWO_REGIONS } from '../testing/write-bundle.ts';
import { verify } from './verify.ts';

const GOVERNOR = `lambdas/log-governor/${sha256Of('governor')}.zip`;
const VPC = 'v1.0.0/templates/networking/vpc.yaml';
const ALERTS = 'v1.0.0/templates/operations/alerts.yaml';

it('finds nothing wrong with what was released, and says what it read', () =>
  withHost(async (setting) => {
    const { manifestSha256 } = await setting.release('1.0.0');
    await setting.release('1.1.0');
    const { report, index } = await setting.verify();
    expect(report).toMatchObject({ host: 'local', faults: [], notices: [], regions: TWO_REGIONS });
    expect(report.releases[0]).toEqual({ version: '1.0.0', manifestSha256 });
    expect(report.releases).toHaveLength(2);
    expect(report.objectsRead).toBeGreaterThan(30);
    expect(index?.index.serial).toBe(2);
    expect(() => serialise('verification', report)).not.toThrow();
  }, TWO_REGIONS));

it('reads every object of a version once, in each region that has it', () =>
  withHost(async ({ host, destination, ...setting }) => {
    const bundle = await setting.release('1.0.0-rc.1');
    const reading = recording(destination);
    await verify({ host, reader: reading, seen: undefined, version: '1.0.0-rc.1' }, NOW, go, ignore);
    const artifacts = reading.reads.filter((read) => !/index\.json|alias\.json/.test(read));
    const code = bundle.files.filter((file) => file.key.startsWith('lambdas/'));
    const wanted = [
      ...bundle.files.map((file) => `eu-west-1 ${file.key}`),
      'eu-west-1 v1.0.0-rc.1/claim.json',
      ...code.map((file) => `us-east-1 ${file.key}`),
      'us-east-1 v1.0.0-rc.1/manifest.json',
    ];
    expect(artifacts.sort()).toEqual(wanted.sort());
  }, TWO_REGIONS));

it('says which regions cannot be listed, and finds no fault in that', () =>
  withHost(async ({ host, destination, ...setting }) => {
    await setting.release('1.0.0');
    const list: typeof destination.list = async (region, signal) =>
      region === 'us-east-1' ? undefined : destination.list!(region, signal);
    const { report } = await verify({ host, reader: { ...destination, list }, seen: undefined }, NOW, go, ignore);
    expect(report.faults).toEqual([]);
    expect(report.notices).toEqual([expect.stringMatching(/^us-east-1 cannot be listed/)]);
  }, TWO_REGIONS));

it('fails where a host refuses, and reports an object that strangers cannot read', () =>
  withHost(async ({ host, destination, ...setting }) => {
    await setting.release('1.0.0');
    const refusing = (code: ReleaseErrorCode) => ({
      ...destination,
      digest: async (_region: string, where: string) => {
        throw new ReleaseError({ code, where, received: '', expected: '', remedy: '' });
      },
    });
    const asked = (code: ReleaseErrorCode) =>
      verify({ host, reader: refusing(code), seen: undefined }, NOW, go, ignore);
    expect((await failureOf(asked('access-denied'))).code).toBe('access-denied');
    const { report } = await asked('object-not-public');
    expect(report.faults.map(({ code }) => code)).toContain('object-not-public');
  }));

describe('what happened to a version', () => {
  const cases: [string, (setting: Setting) => Promise<unknown>, string[]][] = [
    ['a flipped byte', (setting) => flip(setting, VPC), [`object-corrupt ${VPC}`]],
    ['a truncated object', (setting) => truncate(path(setting, VPC), 3), [`object-wrong-size ${VPC}`]],
    ['a missing object', (setting) => rm(path(setting, VPC)), [`object-missing ${VPC}`]],
    [
      'a swapped pair',
      async (setting) => {
        await rename(path(setting, VPC), path(setting, 'third'));
        await rename(path(setting, ALERTS), path(setting, VPC));
        await rename(path(setting, 'third'), path(setting, ALERTS));
      },
      [`object-swapped ${VPC}`, `object-swapped ${ALERTS}`],
    ],
    [
      'a link in place of an object',
      async (setting) => {
        await rename(path(setting, VPC), join(setting.root, 'vpc.yaml'));
        await symlink(join(setting.root, 'vpc.yaml'), path(setting, VPC));
      },
      ['host-special-file VPC'],
    ],
    [
      'a stray object',
      (setting) => put(setting, 'v1.0.0/templates/extra.yaml', ''),
      ['object-stray v1.0.0/templates/extra.yaml'],
    ],
    ['changed sums', (setting) => flip(setting, 'v1.0.0/SHA256SUMS'), ['object-corrupt v1.0.0/SHA256SUMS']],
    ['missing sums', (setting) => rm(path(setting, 'v1.0.0/SHA256SUMS')), ['object-missing v1.0.0/SHA256SUMS']],
    [
      'a changed receipt',
      (setting) => put(setting, 'v1.0.0/manifest.json', '{}'),
      ['object-corrupt v1.0.0/manifest.json'],
    ],
    [
      'a missing receipt',
      (setting) => rm(path(setting, 'v1.0.0/manifest.json')),
      ['object-missing v1.0.0/manifest.json'],
    ],
    ['a missing claim', (setting) => rm(path(setting, 'v1.0.0/claim.json')), ['claim-missing v1.0.0/claim.json']],
    [
      'a damaged claim',
      (setting) => put(setting, 'v1.0.0/claim.json', '{"schema"'),
      ['document-not-json v1.0.0/claim.json'],
    ],
    [
      'a claim of another manifest',
      (setting) =>
        put(
          setting,
          'v1.0.0/claim.json',
          serialise('claim', { schema: 'bitclouded.claim/1', version: '1.0.0', manifestSha256: 'f'.repeat(64) }),
        ),
      ['claim-differs v1.0.0/claim.json'],
    ],
    ['a changed function', (setting) => flip(setting, GOVERNOR), [`object-corrupt ${GOVERNOR}`]],
  ];
  it.each(cases)('names %s', (_, damage, expected) =>
    withHost(async (setting) => {
      await setting.release('1.0.0-rc.1', { templates: { 'a/b': 'other' } });
      await setting.release('1.0.0');
      expect(await faultsOf(setting)).toEqual([]);
      await damage(setting);
      const wanted = expected.map((fault) => fault.replace('VPC', path(setting, VPC)));
      expect(await faultsOf(setting)).toEqual(wanted);
      expect(await faultsOf(setting, '1.0.0')).toEqual(wanted);
    }),
  );

  it('names the region in which a function or a receipt is wrong', () =>
    withHost(async (setting) => {
      await setting.release('1.0.0');
      await flip(setting, `regions/us-east-1/${GOVERNOR}`);
      await rm(path(setting, 'regions/us-east-1/v1.0.0/manifest.json'));
      await put(setting, 'regions/us-east-1/v1.0.0/templates/a.yaml', '');
      expect(await faultsOf(setting)).toEqual([
        `object-corrupt us-east-1: ${GOVERNOR}`,
        'object-missing us-east-1: v1.0.0/manifest.json',
        'object-stray us-east-1: v1.0.0/templates/a.yaml',
      ]);
      await put(setting, 'regions/us-east-1/v1.0.0/manifest.json', '{}');
      expect(await faultsOf(setting, '1.0.0')).toContain('object-corrupt us-east-1: v1.0.0/manifest.json');
    }, TWO_REGIONS));

  it('names a function whose content is another function', () =>
    withHost(async (setting) => {
      const contents = { lambdas: { 'alert-router': 'router', 'log-governor': 'governor' } };
      await setting.release('1.0.0-rc.1', contents);
      await put(setting, GOVERNOR, 'router');
      const { report } = await setting.verify();
      expect(report.faults).toMatchObject([
        { code: 'object-swapped', where: GOVERNOR, received: expect.stringContaining('lambdas/alert-router/') },
      ]);
    }));

  it('names code that no release knows when its content is not what its key says', () =>
    withHost(async (setting) => {
      await setting.release('1.0.0-rc.1');
      await put(setting, `lambdas/old/${'a'.repeat(64)}.zip`, 'other');
      await put(setting, 'lambdas/notes.txt', 'other');
      expect(await faultsOf(setting)).toEqual([
        'object-stray lambdas/notes.txt',
        `code-misplaced lambdas/old/${'a'.repeat(64)}.zip`,
      ]);
    }));

  it('names a manifest that speaks of another version, host or key', () =>
    withHost(async (setting) => {
      const { host, destination } = setting;
      const bundle = await setting.bundle('1.0.0');
      const forged = {
        ...bundle.manifest,
        version: '1.0.1',
        host: { ...bundle.manifest.host, name: 'other' },
        artifacts: [
          bundle.manifest.artifacts[1]!,
          bundle.manifest.artifacts[1]!,
          { ...bundle.manifest.artifacts[0]!, key: VPC.replace('vpc', 'other') },
        ],
      };
      const receipt = serialise('manifest', forged as typeof bundle.manifest);
      const manifestSha256 = sha256Of(receipt);
      await put(setting, 'v1.0.0/manifest.json', receipt);
      await put(
        setting,
        'v1.0.0/claim.json',
        serialise('claim', { schema: 'bitclouded.claim/1', version: '1.0.0', manifestSha256 }),
      );
      const { report } = await verify(
        { host, reader: destination, seen: undefined, version: '1.0.0' },
        NOW,
        go,
        ignore,
      );
      expect(report.faults.map((fault) => fault.code)).toEqual(Array(4).fill('manifest-inconsistent'));
      expect(report.releases).toEqual([]);
    }));
});

describe('versions that the index does not name', () => {
  it('names a version folder that nobody claimed', () =>
    withHost(async (setting) => {
      await setting.release('1.0.0');
      await put(setting, 'v9.9.9/templates/networking/vpc.yaml', 'stray');
      await put(setting, 'v1.2.3.4/manifest.json', '{}');
      expect(await faultsOf(setting)).toEqual(['version-stray v1.2.3.4', 'version-stray v9.9.9']);
      await put(setting, 'v9.9.9/manifest.json', '{}');
      expect(await faultsOf(setting, '9.9.9')).toEqual(['version-stray v9.9.9']);
    }));

  it('says of a version that is not there that it is missing', () =>
    withHost(async (setting) => {
      await setting.release('1.0.0');
      expect(await faultsOf(setting, '3.0.0')).toEqual(['version-missing v3.0.0']);
    }));

  it('notices what was published and never promoted, and a claim that nobody finished', () =>
    withHost(async (setting) => {
      await setting.release('1.0.0');
      await setting.publish(await setting.bundle('1.1.0'));
      const { host, destination } = setting;
      const dying = recording(destination, (write) => {
        if (!write.endsWith('claim.json')) throw new Error('interrupted');
      });
      const bundle = await setting.bundle('1.2.0');
      await failureOf(publish({ bundle, host, destination: dying }, go, ignore));
      const { report } = await setting.verify();
      expect(report.faults).toEqual([]);
      expect(report.notices).toEqual([
        '1.1.0 was published and never promoted: nobody sees it',
        '1.2.0 was claimed and is not complete: publish it again, or release another version',
      ]);
      expect((await setting.verify('1.2.0')).report).toMatchObject({ faults: [], releases: [] });
    }));

  it('names a claim that is not that of the receipt beside it', () =>
    withHost(async (setting) => {
      await setting.publish(await setting.bundle('1.1.0'));
      await put(setting, 'v1.1.0/manifest.json', '{}');
      expect(await faultsOf(setting)).toEqual(['claim-differs v1.1.0/claim.json']);
    }));

  it('asks for the whole of what this machine packed', () =>
    withHost(async ({ host, destination, ...setting }) => {
      const { version, manifestSha256 } = await setting.bundle('1.0.0');
      const packed = { version, manifestSha256 };
      const { report } = await verify({ host, reader: destination, seen: undefined, version, packed }, NOW, go, ignore);
      expect(report.faults.map((fault) => fault.code)).toEqual(['claim-missing', 'object-missing']);
      expect(report.releases).toEqual([]);
    }));
});

it('says of a host without an index that nothing was promoted', () =>
  withHost(async (setting) => {
    const { report } = await setting.verify();
    expect(report).toMatchObject({ faults: [], notices: ['nothing was promoted on this host yet'] });
  }));

it('goes on without a listing where the host cannot be listed', () =>
  withHost(async (setting) => {
    const { host, destination } = setting;
    await setting.release('1.0.0');
    await put(setting, 'v1.0.0/extra', '');
    const { list: _, ...unlisted } = destination;
    const { report } = await verify({ host, reader: unlisted, seen: undefined }, NOW, go, ignore);
    expect(report.faults).toEqual([]);
    await flip(setting, VPC);
    const again = await verify({ host, reader: unlisted, seen: undefined }, NOW, go, ignore);
    expect(again.report.faults).toMatchObject([{ code: 'object-corrupt' }]);
  }));

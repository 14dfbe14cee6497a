import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from '@bitclouded/documents';
import type { Destination } from '../destinations/destination.ts';
import { dryRunOf } from '../destinations/dry-run.ts';
import { openFolder } from '../destinations/folder.ts';
import { type Bundle, readBundle } from '../pack/read-bundle.ts';
import { contentsOf, failureOf, inFolder } from '../testing/in-folder.ts';
import { recording } from '../testing/recording.ts';
import { SMALL, TWO_REGIONS, testHost, writeBundle } from '../testing/write-bundle.ts';
import { publish } from './publish.ts';

const go = new AbortController().signal;
const ignore = (): void => undefined;

interface Setting {
  readonly root: string;
  readonly folder: string;
  readonly host: Host;
  readonly destination: Destination;
  readonly bundle: Bundle;
}

function withBundle(work: (setting: Setting) => Promise<void>, regions?: readonly string[]): Promise<void> {
  return inFolder(async (root) => {
    const host = testHost(regions);
    const folder = join(root, 'host');
    const bundle = await writeBundle(join(root, 'bundle'), host, { version: '1.0.0', ...SMALL });
    await work({ root, folder, host, destination: openFolder(folder, host.homeRegion), bundle });
  });
}

it('puts every file of the bundle on the host, and a claim', () =>
  withBundle(async ({ folder, host, destination, bundle }) => {
    const { created } = await publish({ bundle, host, destination }, go, ignore);
    const { 'v1.0.0/claim.json': claim, ...rest } = await contentsOf(folder);
    expect(rest).toEqual(await contentsOf(bundle.folder));
    expect(claim).toContain(bundle.manifestSha256);
    expect(created).toBe(Object.keys(rest).length + 1);
  }));

it('writes the claim first, code before the version, receipts last and the home region at the very end', () =>
  withBundle(async ({ host, destination, bundle }) => {
    const { writes } = await published(destination);
    const code = bundle.files.find((file) => file.key.startsWith('lambdas/'))!.key;
    expect(writes[0]).toBe('create eu-west-1 v1.0.0/claim.json');
    expect(writes.slice(1, 3).sort()).toEqual([`create eu-west-1 ${code}`, `create us-east-1 ${code}`]);
    expect(writes.slice(-2)).toEqual([
      'create us-east-1 v1.0.0/manifest.json',
      'create eu-west-1 v1.0.0/manifest.json',
    ]);
    expect(writes.slice(3, -2).every((write) => write.startsWith('create eu-west-1 v1.0.0/'))).toBe(true);

    async function published(to: Destination) {
      const seen = recording(to);
      await publish({ bundle, host, destination: seen }, go, ignore);
      return seen;
    }
  }, TWO_REGIONS));

it('reads one receipt a region and writes nothing when there is nothing to do', () =>
  withBundle(async ({ host, destination, bundle }) => {
    await publish({ bundle, host, destination }, go, ignore);
    const second = recording(destination);
    const result = await publish({ bundle, host, destination: second }, go, ignore);
    expect(second.writes).toEqual([]);
    expect(second.reads.sort()).toEqual(TWO_REGIONS.map((region) => `${region} v1.0.0/manifest.json`));
    expect(result).toMatchObject({ created: 0, present: 0 });
  }, TWO_REGIONS));

it('finishes what an interrupted run left, wherever it stopped', () =>
  withBundle(async ({ folder, host, destination, bundle }) => {
    const whole = recording(destination);
    await publish({ bundle, host, destination: whole }, go, ignore);
    const wanted = await contentsOf(folder);
    for (let after = 0; after < whole.writes.length; after++) {
      await rm(folder, { recursive: true });
      let left = after;
      const failing = recording(openFolder(folder, host.homeRegion), () => {
        if (left-- === 0) throw new Error('interrupted');
      });
      await failureOf(publish({ bundle, host, destination: failing }, go, ignore));
      await publish({ bundle, host, destination: openFolder(folder, host.homeRegion) }, go, ignore);
      expect(await contentsOf(folder)).toEqual(wanted);
    }
  }, TWO_REGIONS));

it('lets one of two bundles have a version; the other writes nothing and names both hashes', () =>
  withBundle(async ({ root, folder, host, destination, bundle }) => {
    const other = await writeBundle(join(root, 'other'), host, { version: '1.0.0', templates: { 'a/b': 'other' } });
    await publish({ bundle, host, destination }, go, ignore);
    const before = await contentsOf(folder);
    const late = recording(destination);
    const error = await failureOf(publish({ bundle: other, host, destination: late }, go, ignore));
    expect(error.code).toBe('version-claimed');
    expect(error.message).toContain(bundle.manifestSha256);
    expect(error.message).toContain(other.manifestSha256);
    expect(late.writes).toEqual([]);
    expect(await contentsOf(folder)).toEqual(before);
  }));

it('refuses a version that another bundle has claimed and not finished', () =>
  withBundle(async ({ root, folder, host, destination, bundle }) => {
    const other = await writeBundle(join(root, 'other'), host, { version: '1.0.0', templates: { 'a/b': 'other' } });
    const dying = recording(destination, (write) => {
      if (!write.endsWith('claim.json')) throw new Error('interrupted');
    });
    await failureOf(publish({ bundle, host, destination: dying }, go, ignore));
    const error = await failureOf(publish({ bundle: other, host, destination }, go, ignore));
    expect(error.code).toBe('version-claimed');
    expect(error.message).toContain(bundle.manifestSha256);
    expect(error.message).toContain(other.manifestSha256);
    expect(Object.keys(await contentsOf(folder))).toEqual(['v1.0.0/claim.json']);
  }));

it('names every object that others wrote differently, and gives no receipt', () =>
  withBundle(async ({ folder, host, destination, bundle }) => {
    await publish({ bundle, host, destination }, go, ignore);
    await rm(join(folder, 'v1.0.0/manifest.json'));
    await writeFile(join(folder, 'v1.0.0/templates/networking/vpc.yaml'), 'other');
    await writeFile(join(folder, 'v1.0.0/SHA256SUMS'), 'other');
    const error = await failureOf(publish({ bundle, host, destination }, go, ignore));
    expect(error.faults.map(({ code, where }) => `${code} ${where}`).sort()).toEqual([
      'object-differs eu-west-1: v1.0.0/SHA256SUMS',
      'object-differs eu-west-1: v1.0.0/templates/networking/vpc.yaml',
    ]);
    expect(await destination.read('eu-west-1', 'v1.0.0/manifest.json', go)).toBeUndefined();
  }));

it('creates again what somebody took away, when it is asked to repair', () =>
  withBundle(async ({ folder, host, destination, bundle }) => {
    await publish({ bundle, host, destination }, go, ignore);
    const wanted = await contentsOf(folder);
    const code = bundle.files.find((file) => file.key.startsWith('lambdas/'))!.key;
    for (const key of ['v1.0.0/templates/networking/vpc.yaml', 'v1.0.0/claim.json', `regions/us-east-1/${code}`])
      await rm(join(folder, key));
    expect(await publish({ bundle, host, destination }, go, ignore)).toMatchObject({ created: 0 });
    expect(await publish({ bundle, host, destination, repair: true }, go, ignore)).toMatchObject({ created: 3 });
    expect(await contentsOf(folder)).toEqual(wanted);
    expect(await publish({ bundle, host, destination, repair: true }, go, ignore)).toMatchObject({ created: 0 });
  }, TWO_REGIONS));

it('holds only a few large objects at once', () =>
  inFolder(async (root) => {
    const text = 'x'.repeat(1024 * 1024 + 1);
    const lambdas = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`f-${i}`, `${i}${text}`]));
    const bundle = await writeBundle(join(root, 'bundle'), testHost(), { version: '1.0.0', ...SMALL, lambdas });
    const folder = openFolder(join(root, 'host'), 'eu-west-1');
    let [now, most] = [0, 0];
    const destination: Destination = {
      ...folder,
      async create(region, object, signal) {
        const isLarge = object.bytes.byteLength > 1024 * 1024;
        if (isLarge) most = Math.max(most, ++now);
        const created = await folder.create(region, object, signal);
        if (isLarge) now--;
        return created;
      },
    };
    await publish({ bundle, host: testHost(), destination }, go, ignore);
    expect(most).toBe(4);
  }));

it('refuses any other bundle than the expected one', () =>
  withBundle(async ({ host, destination, bundle }) => {
    const to = recording(destination);
    const error = await failureOf(
      publish({ bundle, host, destination: to, expectManifest: 'f'.repeat(64) }, go, ignore),
    );
    expect(error.code).toBe('bundle-unexpected');
    expect(error.message).toContain(bundle.manifestSha256);
    expect(to.writes).toEqual([]);
    await publish({ bundle, host, destination: to, expectManifest: bundle.manifestSha256 }, go, ignore);
  }));

it('refuses a bundle that was packed for another host or other regions', () =>
  withBundle(async ({ destination, bundle }) => {
    for (const host of [{ ...testHost(), name: 'production' }, testHost(TWO_REGIONS)])
      expect((await failureOf(publish({ bundle, host, destination }, go, ignore))).code).toBe('bundle-of-other-host');
  }));

it('refuses a file that changed since the bundle was checked', () =>
  withBundle(async ({ host, destination, bundle }) => {
    await appendFile(bundle.files.find((file) => file.key.endsWith('vpc.yaml'))!.path, 'more');
    expect((await failureOf(publish({ bundle, host, destination }, go, ignore))).code).toBe('bundle-changed');
  }));

it('publishes what was checked, though its file changes afterwards', () =>
  withBundle(async ({ folder, host, destination, bundle }) => {
    const checked = await readBundle(bundle.folder);
    const template = checked.files.find((file) => file.key.endsWith('vpc.yaml'))!;
    const before = await readFile(template.path, 'utf8');
    await appendFile(template.path, 'more');
    await publish({ bundle: checked, host, destination }, go, ignore);
    expect((await contentsOf(folder))[template.key]).toBe(before);
  }));

it('stops when it is told to, and goes on the next time', () =>
  withBundle(async ({ folder, host, destination, bundle }) => {
    const stop = new AbortController();
    const stopping = recording(destination, (write) => {
      if (write.includes('/templates/')) stop.abort();
    });
    expect(await failureOf(publish({ bundle, host, destination: stopping }, stop.signal, ignore))).toMatchObject({
      name: 'AbortError',
    });
    expect(Object.keys(await contentsOf(folder))).not.toContain('v1.0.0/manifest.json');
    await publish({ bundle, host, destination }, go, ignore);
    expect(Object.keys(await contentsOf(folder))).toContain('v1.0.0/manifest.json');
  }));

it('says in a dry run what it would write, and writes nothing', () =>
  withBundle(async ({ folder, host, destination, bundle }) => {
    const dry = dryRunOf(destination);
    const { created } = await publish({ bundle, host, destination: dry }, go, ignore);
    expect(dry.wouldWrite.map(({ key }) => key).sort()).toEqual(
      [...bundle.files.map((file) => file.key), 'v1.0.0/claim.json'].sort(),
    );
    expect(created).toBe(dry.wouldWrite.length);
    await expect(contentsOf(folder)).rejects.toThrow('ENOENT');
  }));

import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Manifest, serialise, sha256Of } from '@bitclouded/documents';
import { LOCAL } from '../testing/hosts.ts';
import { contentsOf, failureOf, inFolder } from '../testing/in-folder.ts';
import { planFirst } from '../testing/plan-dist.ts';
import { SMALL_DIST } from '../testing/write-dist.ts';
import { pack } from './pack.ts';
import { readBundle } from './read-bundle.ts';
import { sumsOf } from './sums.ts';

const VPC = 'v1.4.0/templates/networking/vpc.yaml';
const LOGS_STORE = 'v1.4.0/templates/analytics/logs-store.yaml';
const MANIFEST = 'v1.4.0/manifest.json';
const SUMS = 'v1.4.0/SHA256SUMS';

async function withBundle(work: (bundle: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    const planned = await planFirst(join(folder, 'dist'), SMALL_DIST, LOCAL);
    await work((await pack({ ...planned, outFolder: folder })).folder);
  });
}

async function faultsOf(bundle: string): Promise<readonly (readonly [string, string])[]> {
  const { faults } = await failureOf(readBundle(bundle));
  return faults.map(({ code, where }) => [code, where.replace(`${bundle}/`, '')] as const);
}

/** Writes sums that fit the files: what an attacker would do. */
async function writeSums(bundle: string): Promise<void> {
  const files = Object.entries(await contentsOf(bundle)).filter(([key]) => key !== SUMS);
  await writeFile(join(bundle, SUMS), sumsOf(new Map(files.map(([key, text]) => [key, Buffer.from(text, 'latin1')]))));
}

async function changeManifest(bundle: string, change: (manifest: Manifest) => void): Promise<void> {
  const path = join(bundle, MANIFEST);
  const manifest = JSON.parse(await readFile(path, 'utf8'));
  change(manifest);
  await writeFile(path, serialise('manifest', manifest));
  await writeSums(bundle);
}

test('reads what was packed', () =>
  withBundle(async (bundle) => {
    const { version, manifestSha256, manifest, files } = await readBundle(bundle);
    expect(version).toBe('1.4.0');
    expect(manifest.host.name).toBe('local');
    expect(files.map(({ key }) => key)).toEqual(Object.keys(await contentsOf(bundle)));
    expect(files.find(({ key }) => key === MANIFEST)).toMatchObject({
      sha256: manifestSha256,
      contentType: 'application/json',
    });
    expect(files.find(({ key }) => key === SUMS)?.contentType).toBe('text/plain; charset=utf-8');
  }));

test('a folder without one version is no bundle', () =>
  withBundle(async (bundle) => {
    expect(await faultsOf(join(bundle, 'absent'))).toEqual([['bundle-missing', join(bundle, 'absent')]]);
    await mkdir(join(bundle, 'v1.5.0'));
    expect(await faultsOf(bundle)).toEqual([['bundle-missing', bundle]]);
    await rm(join(bundle, 'v1.5.0'), { recursive: true });
    await rename(join(bundle, 'v1.4.0'), join(bundle, 'v1.4'));
    expect(await faultsOf(bundle)).toEqual([['bundle-missing', bundle]]);
  }));

test('names a flipped byte, a missing file and a stray one, all at once', () =>
  withBundle(async (bundle) => {
    const text = await readFile(join(bundle, VPC));
    text[0]! ^= 1;
    await writeFile(join(bundle, VPC), text);
    await rm(join(bundle, LOGS_STORE));
    await writeFile(join(bundle, 'index.json'), '{}');
    await symlink('/etc/hostname', join(bundle, 'lambdas/link'));
    expect(new Set((await faultsOf(bundle)).map((fault) => fault.join(' ')))).toEqual(
      new Set([
        'bundle-file-unexpected lambdas/link',
        `bundle-file-missing ${LOGS_STORE}`,
        `bundle-file-differs ${VPC}`,
        'bundle-file-unexpected index.json',
      ]),
    );
  }));

test('names a swapped pair', () =>
  withBundle(async (bundle) => {
    await rename(join(bundle, VPC), join(bundle, 'x'));
    await rename(join(bundle, LOGS_STORE), join(bundle, VPC));
    await rename(join(bundle, 'x'), join(bundle, LOGS_STORE));
    const faults = await faultsOf(bundle);
    expect(faults).toContainEqual(['bundle-file-differs', VPC]);
    expect(faults).toContainEqual(['bundle-file-differs', LOGS_STORE]);
  }));

test.each([
  'no sum',
  `${sha256Of('')} one-space`,
  `${sha256Of('')}  ../escape`,
  `${sha256Of('')}  /etc/hosts`,
  `${sha256Of('')}  a//b`,
])('refuses the line %s among the sums', (line) =>
  withBundle(async (bundle) => {
    await writeFile(join(bundle, SUMS), `${await readFile(join(bundle, SUMS), 'utf8')}${line}\n`);
    expect(await faultsOf(bundle)).toEqual([['bundle-sums-invalid', SUMS]]);
  }),
);

test('refuses a path that stands twice, and a file that was cut off', () =>
  withBundle(async (bundle) => {
    const sums = await readFile(join(bundle, SUMS), 'utf8');
    await writeFile(join(bundle, SUMS), `${sums}${sums.split('\n')[0]}\n`);
    expect(await faultsOf(bundle)).toEqual([['bundle-sums-invalid', SUMS]]);
    await writeFile(join(bundle, SUMS), sums.slice(0, -10));
    expect((await faultsOf(bundle))[0]).toEqual(['bundle-sums-invalid', SUMS]);
  }));

test('missing sums and a missing manifest are named', () =>
  withBundle(async (bundle) => {
    await rm(join(bundle, SUMS));
    await rm(join(bundle, MANIFEST));
    expect(await faultsOf(bundle)).toEqual([
      ['bundle-file-missing', SUMS],
      ['bundle-file-missing', MANIFEST],
    ]);
  }));

test('refuses a manifest that would make publishing write elsewhere, though all sums fit', () =>
  withBundle(async (bundle) => {
    await rename(join(bundle, VPC), join(bundle, 'index.json'));
    await changeManifest(bundle, ({ artifacts }) => {
      for (const artifact of artifacts)
        if (artifact.kind === 'template' && artifact.key === VPC) artifact.key = 'index.json';
    });
    expect(await faultsOf(bundle)).toEqual([['bundle-manifest-wrong', MANIFEST]]);
  }));

test.each<[string, (manifest: Manifest) => void]>([
  ['another version', (manifest) => void Object.assign(manifest, { version: '1.5.0' })],
  ['an artifact twice', ({ artifacts }) => void artifacts.push(artifacts.find(({ kind }) => kind === 'lambda')!)],
])('refuses a manifest with %s', (_, change) =>
  withBundle(async (bundle) => {
    await changeManifest(bundle, change);
    expect((await faultsOf(bundle)).map(([code]) => code)).toContain('bundle-manifest-wrong');
  }),
);

test('refuses a manifest that leaves a file out', () =>
  withBundle(async (bundle) => {
    await changeManifest(bundle, (manifest) => {
      manifest.artifacts = manifest.artifacts.filter((artifact) => artifact.kind === 'image' || artifact.key !== VPC);
    });
    expect(await faultsOf(bundle)).toEqual([['bundle-file-unexpected', VPC]]);
  }));

test('a damaged manifest is named as a document', () =>
  withBundle(async (bundle) => {
    await writeFile(join(bundle, MANIFEST), '{"schema":"bitclouded.manifest/2"}');
    await writeSums(bundle);
    expect(await faultsOf(bundle)).toEqual([['document-newer-schema', MANIFEST]]);
  }));

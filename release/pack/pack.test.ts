import { readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keyOf, sha256Of } from '@bitclouded/documents';
import { parseTemplate, type Section } from '../plan/parse-template.ts';
import { LOCAL, PRODUCTION } from '../testing/hosts.ts';
import { contentsOf, failureOf, inFolder } from '../testing/in-folder.ts';
import { planFirst } from '../testing/plan-dist.ts';
import { SMALL_DIST } from '../testing/write-dist.ts';
import { pack } from './pack.ts';

const WITHOUT_IMAGE = SMALL_DIST.filter(({ kind }) => kind !== 'image');
const ZIP = keyOf.lambda('log-governor', sha256Of('governor'));

test('a bundle has the layout of the host, and a sum of every file', () =>
  inFolder(async (folder) => {
    const planned = await planFirst(join(folder, 'dist'), SMALL_DIST, LOCAL);
    const outFolder = join(folder, 'out');
    const packed = await pack({ ...planned, outFolder });
    const contents = await contentsOf(packed.folder);
    const keys = Object.keys(contents);
    expect(keys.filter((key) => !key.startsWith('v1.4.0/schemas/'))).toEqual([
      ZIP,
      'v1.4.0/SHA256SUMS',
      'v1.4.0/interfaces/images/aws-util.json',
      'v1.4.0/interfaces/lambdas/log-governor.json',
      'v1.4.0/interfaces/templates/analytics/logs-store.json',
      'v1.4.0/interfaces/templates/networking/vpc.json',
      'v1.4.0/manifest.json',
      'v1.4.0/policies/person.json',
      'v1.4.0/policies/templates/analytics/logs-store.json',
      'v1.4.0/policies/templates/networking/vpc.json',
      'v1.4.0/templates/analytics/logs-store.yaml',
      'v1.4.0/templates/networking/vpc.yaml',
    ]);
    expect(keys).toContain('v1.4.0/schemas/manifest.schema.json');
    const summed = keys.filter((key) => key !== 'v1.4.0/SHA256SUMS');
    expect(contents['v1.4.0/SHA256SUMS']).toBe(
      summed.map((key) => `${sha256Of(Buffer.from(contents[key]!, 'latin1'))}  ${key}\n`).join(''),
    );
    expect(packed).toMatchObject({ written: true, fileCount: keys.length });
    expect(await readdir(outFolder)).toEqual(['bundle']);
  }));

test('the manifest says where everything is, what it depends on, and what the host does not carry', () =>
  inFolder(async (folder) => {
    const planned = await planFirst(join(folder, 'dist'), SMALL_DIST, LOCAL);
    const { manifest, manifestSha256, folder: bundle } = await pack({ ...planned, outFolder: folder });
    expect(sha256Of(await readFile(join(bundle, 'v1.4.0/manifest.json')))).toBe(manifestSha256);
    expect(
      manifest.artifacts.find(({ name, kind }) => kind === 'template' && name === 'analytics/logs-store'),
    ).toMatchObject({
      key: 'v1.4.0/templates/analytics/logs-store.yaml',
      url: 'http://127.0.0.1:4874/v1.4.0/templates/analytics/logs-store.yaml',
      contentType: 'application/yaml',
      dependencies: ['lambda:log-governor'],
      verdict: 'new',
    });
    expect(manifest.artifacts.find(({ kind }) => kind === 'image')).toMatchObject({
      reference: 'localhost/bitclouded/aws-util:2.1.0',
      locked: false,
    });
    expect(manifest.host.regions).toContainEqual({
      region: 'eu-west-1',
      bucket: 'bitclouded-000000000000-eu-west-1-an',
    });
  }));

test('packed again, the bundle stays as it is; damaged, it is written anew', () =>
  inFolder(async (folder) => {
    const planned = await planFirst(join(folder, 'dist'), SMALL_DIST, LOCAL);
    const request = { ...planned, outFolder: join(folder, 'out') };
    const { folder: bundle } = await pack(request);
    const before = await contentsOf(bundle);
    const { mtimeMs, ino } = await stat(join(bundle, ZIP));
    expect((await pack(request)).written).toBe(false);
    expect(await stat(join(bundle, ZIP))).toMatchObject({ mtimeMs, ino });

    for (const harm of [
      () => writeFile(join(bundle, ZIP), 'another governor'),
      () => rm(join(bundle, 'v1.4.0/manifest.json')),
      () => symlink('/etc/hostname', join(bundle, 'v1.4.0/link')),
      () => rm(bundle, { recursive: true }),
    ]) {
      await harm();
      expect((await pack(request)).written).toBe(true);
      expect(await contentsOf(bundle)).toEqual(before);
    }
    expect(await readdir(request.outFolder)).toEqual(['bundle']);
  }));

test('another bundle takes the place of the one before, whole', () =>
  inFolder(async (folder) => {
    const outFolder = join(folder, 'out');
    await pack({ ...(await planFirst(join(folder, 'one'), SMALL_DIST, LOCAL)), outFolder });
    const { folder: bundle } = await pack({
      ...(await planFirst(join(folder, 'two'), WITHOUT_IMAGE, LOCAL)),
      outFolder,
    });
    expect(Object.keys(await contentsOf(bundle)).filter((key) => key.includes('aws-util'))).toEqual([]);
  }));

test('neither the time zone, the umask nor the folder enters the bundle', () =>
  inFolder(async (folder) => {
    const packIn = async (name: string) => {
      const planned = await planFirst(join(folder, name, 'dist'), SMALL_DIST, LOCAL);
      return contentsOf((await pack({ ...planned, outFolder: join(folder, name) })).folder);
    };
    const before = await packIn('here');
    const [zone, mask] = [process.env.TZ, process.umask(0o077)];
    process.env.TZ = 'Pacific/Kiritimati';
    try {
      expect(await packIn('a folder with spaces')).toEqual(before);
    } finally {
      process.umask(mask);
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  }));

test("two hosts' templates differ in the Artifacts mapping and PublishedRegion alone, policies in their buckets", () =>
  inFolder(async (folder) => {
    const packFor = async (host: typeof LOCAL | typeof PRODUCTION) => {
      const planned = await planFirst(join(folder, 'dist'), WITHOUT_IMAGE, host);
      return contentsOf((await pack({ ...planned, outFolder: join(folder, host.name) })).folder);
    };
    const [local, production] = [await packFor(LOCAL), await packFor(PRODUCTION)];
    expect(Object.keys(production)).toEqual(Object.keys(local));
    const differing = Object.keys(local).filter((key) => local[key] !== production[key]);
    expect(differing).toEqual([
      'v1.4.0/SHA256SUMS',
      'v1.4.0/manifest.json',
      'v1.4.0/policies/person.json',
      'v1.4.0/policies/templates/analytics/logs-store.json',
      'v1.4.0/templates/analytics/logs-store.yaml',
    ]);
    for (const key of differing.slice(2, 4)) {
      const linesOf = (text: string) => text.split('\n').filter((line) => !line.includes('"arn:aws:s3:::'));
      expect(linesOf(production[key]!)).toEqual(linesOf(local[key]!));
    }
    const rest = ({ [differing[4]!]: text }: Record<string, string>) => {
      const { Mappings, Rules, ...others } = parseTemplate(text!);
      expect(Object.keys(Mappings as Section)).toEqual(['Artifacts']);
      expect(Object.keys(Rules as Section)).toEqual(['PublishedRegion']);
      return others;
    };
    expect(rest(local)).toEqual(rest(production));
  }));

test('refuses a template whose policy nobody knows, and names every type', () =>
  inFolder(async (folder) => {
    const text = 'Resources:\n  A:\n    Type: AWS::X::Y\n  B:\n    Type: AWS::X::Z\n';
    const planned = await planFirst(join(folder, 'dist'), [{ kind: 'template', name: 'a/b', text }], LOCAL);
    const { faults: refused } = await failureOf(pack({ ...planned, outFolder: join(folder, 'out') }));
    expect(refused).toMatchObject([
      { code: 'permissions-unknown', where: 'template a/b', received: 'AWS::X::Y', remedy: 'npm run permissions' },
      { code: 'permissions-unknown', where: 'template a/b', received: 'AWS::X::Z' },
    ]);
    expect(await readdir(folder)).toEqual(['dist']);
  }));

test('refuses a plan of another build, and of another host', () =>
  inFolder(async (folder) => {
    const planned = await planFirst(join(folder, 'dist'), WITHOUT_IMAGE, LOCAL);
    const other = await planFirst(join(folder, 'dist'), SMALL_DIST, LOCAL);
    for (const request of [
      { ...planned, dist: other.dist },
      { ...planned, host: PRODUCTION },
    ]) {
      const failure = await failureOf(pack({ ...request, outFolder: folder }));
      expect(failure.code).toBe('dist-changed');
    }
    expect(await readdir(folder)).toEqual(['dist']);
  }));

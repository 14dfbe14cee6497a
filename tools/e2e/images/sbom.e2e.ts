import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuiltImage, buildImage } from '../../../release/images/build-image.ts';
import { type Architecture, PLATFORM } from '../../../release/images/builder.ts';
import { findBuilder } from '../../../release/images/find-builder.ts';
import { documentsOfLayout, layoutSource } from '../../../release/images/layout.ts';
import { listSboms } from '../../../release/images/list-sboms.ts';
import { trivySboms } from '../../../release/images/make-sbom.ts';
import { sbomsToAdd } from '../../../release/images/mirrored-sboms.ts';
import { platformImages } from '../../../release/images/platform-images.ts';
import { type Pushed, pushImage } from '../../../release/images/push-image.ts';
import { referrersOf, sendDocuments } from '../../../release/images/referrers.ts';
import { repositoryOf } from '../../../release/images/registry-address.ts';
import { openSession, type RegistrySession } from '../../../release/images/registry-session.ts';
import { registrySource } from '../../../release/images/registry-source.ts';
import { runTool } from '../../../release/images/run-tool.ts';
import { addSbom } from '../../../release/images/sbom-manifest.ts';
import { openSender } from '../../../release/images/send-image.ts';
import { findTrivy } from '../../../release/images/trivy.ts';
import { writeImage } from '../../../release/testing/write-image.ts';
import { startFaultProxy } from '../fault-proxy/start-fault-proxy.ts';
import { findPaths } from '../paths.ts';
import { type Registry, startRegistry } from '../registry/start-registry.ts';
import { runProgram } from '../run-program.ts';
import { useOwnStore } from './own-store.ts';
import { startReferrersRegistry } from './referrers-registry.ts';

const signal = new AbortController().signal;
const NATIVE: Architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';
const { repository } = findPaths();
/** Packages of this repository's own, which the image takes as an application's; one of them is taken away again. */
const MODULES = ['fflate', 'semver', 'yaml'];
const REMOVED = 'yaml';

/** What says which distribution this machine has, and what it has installed. */
const DISTRIBUTION = ['/etc/os-release', '/etc/debian_version', '/etc/lsb-release', '/var/lib/dpkg/status'].filter(
  existsSync,
);

let folder: string;
let registry: Registry;
let giveBack: () => Promise<void>;
let base: string;
let built: Built;

interface Built extends BuiltImage {
  readonly layout: string;
}

/** The packages of this very machine as its own dpkg knows them, and that program: a base that answers for itself. */
async function baseOf(name: string): Promise<string> {
  const { stdout } = await runProgram('ldd', ['/usr/bin/dpkg-query']);
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path!);
  const taken = [...DISTRIBUTION, '/bin/busybox', ...libraries];
  const files = Object.fromEntries(taken.map((path) => [path.slice(1), readFileSync(path)]));
  const commands = ['sh', 'rm', 'id'].map((command) => [`bin/${command}`, files['bin/busybox']!]);
  const dpkg = readFileSync('/usr/bin/dpkg-query');
  const layout = join(folder, 'base');
  const architectures = [PLATFORM[NATIVE]];
  const { digest } = await writeImage(layout, [{ ...files, ...Object.fromEntries(commands), 'bin/dpkg-query': dpkg }], {
    architectures,
  });
  await pushImage({ source: layoutSource(layout), digest, session: sessionAt(name, 'base'), tag: '1' }, signal);
  return `${name}/base:1@${digest}`;
}

function sessionAt(name: string, path = 'box'): RegistrySession {
  return openSession(
    repositoryOf(`${name}/${path}`),
    async () => undefined,
    () => 0.1,
  );
}

async function makeSbom() {
  return trivySboms(await findTrivy(repository), runTool);
}

async function build(name: string): Promise<Built> {
  const contextFolder = join(folder, name);
  const layout = join(folder, `${name}-layout`);
  for (const module of MODULES) {
    const to = join(contextFolder, 'node_modules', module);
    await mkdir(to, { recursive: true });
    await cp(join(repository, 'node_modules', module, 'package.json'), join(to, 'package.json'));
  }
  const lines = ['COPY node_modules /srv/app/node_modules', `RUN rm -r /srv/app/node_modules/${REMOVED}`, 'USER 65532'];
  await writeFile(
    join(contextFolder, 'Dockerfile'),
    ['ARG BASE=none', 'FROM $BASE', 'USER 0', ...lines, ''].join('\n'),
  );
  const image = await buildImage(
    {
      ...{ builder: await findBuilder(runTool, signal), makeSbom: await makeSbom() },
      ...{ contextFolder, name: 'box', version: '1.0', architectures: [NATIVE], layoutFolder: layout },
      ...{ labels: {}, annotations: {}, buildArguments: { BASE: base }, contextSha256: 'f'.repeat(64) },
      smokeTest: ['dpkg-query', '--version'],
    },
    signal,
    () => undefined,
  );
  return { ...image, layout };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bitclouded-sbom-'));
  registry = await startRegistry(join(folder, 'registry'));
  giveBack = await useOwnStore(folder, registry.name);
  base = await baseOf(registry.name);
  built = await build('one');
});
afterAll(async () => {
  await registry?.stop();
  await giveBack?.();
  await rm(folder, { recursive: true, force: true });
});

async function push(session: RegistrySession, { layout, digest } = built): Promise<Pushed> {
  const documents = (await documentsOfLayout(layout, '')).map((document) => document.digest);
  return pushImage({ source: layoutSource(layout), digest, session, tag: '1.0', documents }, signal);
}

async function listed(session: RegistrySession, digest = built.digest) {
  return listSboms(session, await platformImages(registrySource(session), digest, signal), signal);
}

async function tagsOf(path: string): Promise<readonly string[]> {
  const answer = await fetch(`${registry.endpoint}/v2/${path}/tags/list`);
  return ((await answer.json()) as { tags: string[] }).tags;
}

test('lists exactly what dpkg knows inside the image, and its npm packages, without what a later layer took away', async () => {
  const session = sessionAt(registry.name);
  const { reference } = await push(session);
  const [sbom] = await listed(session);
  const found = JSON.parse(Buffer.from(sbom!.bytes).toString()).components as { name: string; purl?: string }[];
  const packages = found.flatMap(({ purl }) => purl ?? []).map((purl) => decodeURIComponent(purl.split('?')[0]!));

  const container = (await runProgram('buildah', ['from', reference])).stdout.trim();
  const query = ['dpkg-query', '--show', '--showformat', '${db:Status-Status} ${Package} ${Version}\n'];
  const { stdout } = await runProgram('buildah', ['run', container, '--', ...query]);
  const installed = stdout
    .split('\n')
    .flatMap((line) => /^installed (\S+) (\S+)$/.exec(line)?.slice(1).join('@') ?? []);
  expect(installed.length).toBeGreaterThan(50);
  const debian = packages.flatMap((purl) => /^pkg:deb\/[^/]+\/(.+)$/.exec(purl)?.[1] ?? []);
  // A package of two architectures is one line here and two there, so each name counts once. Epochs stand in a qualifier.
  const withoutEpoch = (list: readonly string[]): string[] =>
    [...new Set(list.map((one) => one.replace(/@\d+:/, '@')))].toSorted();
  expect(withoutEpoch(debian)).toEqual(withoutEpoch(installed));

  const own = MODULES.filter((name) => name !== REMOVED).map((name) => {
    const { version } = JSON.parse(readFileSync(join(repository, 'node_modules', name, 'package.json'), 'utf8'));
    return `pkg:npm/${name}@${version}`;
  });
  expect(packages.filter((purl) => purl.startsWith('pkg:npm/')).toSorted()).toEqual(own);
  expect(built.packages).toEqual({ [PLATFORM[NATIVE]]: packages.length });
});

test('the same image has the same SBOM, byte by byte, and names its image', async () => {
  const again = await build('two');
  expect(again.digest).toBe(built.digest);
  const documents = await documentsOfLayout(built.layout, '');
  expect(documents).toHaveLength(1);
  expect(await documentsOfLayout(again.layout, '')).toEqual(documents);
  const manifest = JSON.parse(
    Buffer.from(await layoutSource(built.layout).manifest(documents[0]!.digest, signal)).toString(),
  );
  const [image] = await platformImages(layoutSource(built.layout), built.digest, signal);
  expect(manifest).toMatchObject({
    artifactType: 'application/vnd.cyclonedx+json',
    subject: { digest: image!.digest },
  });
  const path = join(built.layout, 'blobs', manifest.layers[0].digest.replace(':', '/'));
  const text = await readFile(path, 'utf8');
  const { components, dependencies, metadata } = JSON.parse(text);
  const known = new Set(
    [metadata, ...components.map((component: object) => ({ component }))].map(({ component }) => component['bom-ref']),
  );
  expect(known.size).toBe(components.length + 1);
  for (const { ref, dependsOn } of dependencies) for (const one of [ref, ...dependsOn]) expect(known).toContain(one);
  // No day, and no folder of this machine.
  expect(text).not.toMatch(/timestamp|bitclouded-/);
});

test('hangs on the image by a tag where the registry lists none; pushing again sends nothing', async () => {
  const proxy = await startFaultProxy(registry.endpoint);
  const session = sessionAt(new URL(proxy.endpoint).host, 'tagged');
  await push(session);
  const [image] = await platformImages(registrySource(session), built.digest, signal);
  const tag = image!.digest.replace(':', '-');
  expect((await tagsOf('tagged')).toSorted()).toEqual(['1.0', tag]);
  proxy.forget();
  expect(await push(session)).toMatchObject({ blobs: 0, manifests: 0 });
  expect(proxy.exchanges.filter(({ verb }) => !['GET', 'HEAD'].includes(verb))).toEqual([]);
  expect(await listed(session)).toMatchObject([{ architecture: PLATFORM[NATIVE], packages: expect.any(Number) }]);
  await proxy.stop();
});

test('a tag that lists something else already keeps it', async () => {
  const session = sessionAt(registry.name, 'kept');
  const image = await writeImage(join(folder, 'kept'), [{ 'etc/motd': 'hello' }], { architectures: ['amd64'] });
  const source = layoutSource(join(folder, 'kept'));
  const [one] = await platformImages(source, image.digest, signal);
  const { digest: signature } = await writeImage(join(folder, 'kept'), [{ signature: 'x' }], {
    architectures: ['amd64'],
  });
  const sender = openSender(source, session);
  await sender.send(signature, signal);
  const foreign = {
    mediaType: 'application/vnd.oci.image.index.v1+json',
    digest: signature,
    size: 1,
    artifactType: 'x',
  };
  const index = { schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests: [foreign] };
  await sender.put(
    { bytes: Buffer.from(JSON.stringify(index)), mediaType: index.mediaType },
    one!.digest.replace(':', '-'),
    signal,
  );
  const { digest } = await addSbom(join(folder, 'kept'), one!, Buffer.from('{}'));
  await pushImage({ source, digest: image.digest, session, documents: [digest] }, signal);
  const { documents } = await referrersOf(session, one!.digest, signal);
  expect(documents.map((document) => document.digest)).toEqual([signature, digest]);
});

test('leaves the listing to a registry that lists, and names one that forgets what it took', async () => {
  const good = await startReferrersRegistry(registry.endpoint);
  const session = sessionAt(good.name, 'api');
  await push(session);
  expect(await listed(session)).toHaveLength(1);
  expect(await tagsOf('api')).toEqual(['1.0']);
  expect(await push(session)).toMatchObject({ blobs: 0, manifests: 0 });
  await good.stop();

  const bad = await startReferrersRegistry(registry.endpoint, true);
  await expect(push(sessionAt(bad.name, 'forgets'))).rejects.toMatchObject({ code: 'image-differs' });
  await bad.stop();
});

test('a mirrored image gets the SBOMs that it lacks, of both architectures, once', async () => {
  const layout = join(folder, 'upstream');
  const files = Object.fromEntries(DISTRIBUTION.map((path) => [path.slice(1), readFileSync(path)]));
  const { digest } = await writeImage(layout, [files]);
  const upstream = sessionAt(registry.name, 'upstream');
  await pushImage({ source: layoutSource(layout), digest, session: upstream }, signal);
  const source = registrySource(upstream);
  const session = sessionAt(registry.name, 'mirrored');
  await pushImage({ source, digest, session, tag: '1.0' }, signal);
  const images = await platformImages(source, digest, signal);
  const request = { source, images, session, name: 'box', version: '1.0', makeSbom: await makeSbom() };

  const layoutFolder = join(folder, 'read');
  const documents = await sbomsToAdd({ ...request, layoutFolder }, signal);
  await sendDocuments(openSender(layoutSource(layoutFolder), session), session, documents, signal);
  const sboms = await listed(session, digest);
  expect(sboms.map(({ architecture }) => architecture)).toEqual(['amd64', 'arm64']);
  for (const { packages } of sboms) expect(packages).toBeGreaterThan(50);
  expect(await sbomsToAdd({ ...request, layoutFolder: join(folder, 'none') }, signal)).toEqual([]);
  expect(readdirSync(folder)).not.toContain('none');
});

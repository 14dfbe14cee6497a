import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuiltImage, buildImage } from '../../../release/images/build-image.ts';
import type { Architecture } from '../../../release/images/builder.ts';
import { findBuilder } from '../../../release/images/find-builder.ts';
import { CONTEXT_ANNOTATION } from '../../../release/images/finish-layout.ts';
import { imagesOfLayout, layoutSource } from '../../../release/images/layout.ts';
import { pushImage } from '../../../release/images/push-image.ts';
import { repositoryOf } from '../../../release/images/registry-address.ts';
import { openSession } from '../../../release/images/registry-session.ts';
import { runTool } from '../../../release/images/run-tool.ts';
import type { ReleaseError } from '../../../release/release-error.ts';
import { writeImage } from '../../../release/testing/write-image.ts';
import { type Registry, startRegistry } from '../registry/start-registry.ts';
import { runProgram } from '../run-program.ts';
import { useOwnStore } from './own-store.ts';

const signal = new AbortController().signal;
const NATIVE: Architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';
const FOREIGN: Architecture = NATIVE === 'arm64' ? 'x86_64' : 'arm64';
// Put together, so that this file holds no key itself.
const KEY = `AKIA${'ABCDEFGH234567IJ'}`;

let folder: string;
let registry: Registry;
/** A shell and nothing else, for this machine's architecture alone. */
let base: string;
let giveBack: () => Promise<void>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bitclouded-build-'));
  registry = await startRegistry(join(folder, 'registry'));
  const busybox = readFileSync('/bin/busybox');
  const layout = join(folder, 'base');
  const links = Object.fromEntries(['sh', 'cat', 'rm', 'id', 'test'].map((name) => [`bin/${name}`, busybox]));
  const { digest } = await writeImage(layout, [links], { architectures: [NATIVE === 'arm64' ? 'arm64' : 'amd64'] });
  const session = openSession(repositoryOf(`${registry.name}/base`), async () => undefined);
  await pushImage({ source: layoutSource(layout), digest, session, tag: '1' }, signal);
  base = `${registry.name}/base:1@${digest}`;

  giveBack = await useOwnStore(folder, registry.name);
});
afterAll(async () => {
  await registry?.stop();
  await giveBack?.();
  await rm(folder, { recursive: true, force: true });
});

interface Trial {
  readonly smokeTest?: readonly string[];
  readonly architectures?: readonly Architecture[];
}

let built = 0;

async function build(dockerfile: string, trial: Trial = {}): Promise<BuiltImage & { readonly layout: string }> {
  const contextFolder = join(folder, 'context');
  await rm(contextFolder, { recursive: true, force: true });
  await mkdir(contextFolder, { recursive: true });
  await writeFile(join(contextFolder, 'Dockerfile'), dockerfile);
  const layout = join(folder, `built-${built++}`);
  const image = await buildImage(
    {
      builder: await findBuilder(runTool, signal),
      contextFolder,
      architectures: trial.architectures ?? [NATIVE],
      labels: { 'org.opencontainers.image.title': 'box' },
      annotations: { 'org.opencontainers.image.title': 'box' },
      buildArguments: { BASE: base },
      name: 'box',
      // What is installed is another test's matter.
      makeSbom: async () =>
        Buffer.from(
          '{"bomFormat":"CycloneDX","specVersion":"1.5","metadata":{"component":{"bom-ref":"a","type":"container","name":"box"}}}',
        ),
      smokeTest: trial.smokeTest ?? ['sh', '-c', 'test "$(id -u)" = 65532 && cat /etc/motd'],
      layoutFolder: layout,
      contextSha256: 'f'.repeat(64),
      version: '1.0',
    },
    signal,
    () => undefined,
  );
  return { ...image, layout };
}

const refusal = (work: Promise<unknown>): Promise<ReleaseError> =>
  work.then(
    () => Promise.reject(new Error('nothing was refused')),
    (error: ReleaseError) => error,
  );

const start = 'ARG BASE=none\nFROM $BASE\nUSER 0\n';
const good = `${start}RUN echo hello > /etc/motd\nUSER 65532:65532\n`;

test('builds, tests and lays out an image; built again it has the same digest; pushed, Buildah pulls it by digest', async () => {
  const one = await build(good);
  const two = await build(good);
  expect(two.digest).toBe(one.digest);
  expect(one.files).toBeGreaterThan(3);
  const [named] = await imagesOfLayout(one.layout, '');
  expect(named).toMatchObject({
    digest: one.digest,
    annotations: { [CONTEXT_ANNOTATION]: 'f'.repeat(64), 'org.opencontainers.image.ref.name': '1.0' },
  });
  const session = openSession(repositoryOf(`${registry.name}/box`), async () => undefined);
  const { reference } = await pushImage(
    { source: layoutSource(one.layout), digest: one.digest, session, tag: '1.0' },
    signal,
  );
  const pulled = await runProgram('buildah', ['pull', '--quiet', reference]);
  expect(pulled).toMatchObject({ exitCode: 0 });
  const label = [
    'inspect',
    '--type',
    'image',
    '--format',
    '{{index .OCIv1.Config.Labels "org.opencontainers.image.title"}}',
  ];
  expect((await runProgram('buildah', [...label, pulled.stdout.trim()])).stdout.trim()).toBe('box');
});

test('refuses a key in a layer, and one that the build itself took away again but whose command still shows it', async () => {
  const left = await refusal(build(`${start}RUN echo hello > /etc/motd && echo ${KEY} > /key\nUSER 65532:65532\n`));
  expect(left.faults.map(({ code, where }) => [code, where.split(' ')[0]])).toEqual(
    expect.arrayContaining([
      ['image-secret-found', 'layer'],
      ['image-secret-found', 'configuration'],
    ]),
  );
  const removed = `${start}RUN echo hello > /etc/motd\nRUN echo ${KEY} > /key\nRUN rm /key\nUSER 65532:65532\n`;
  const error = await refusal(build(removed));
  expect(error.code).toBe('image-secret-found');
  expect(error.message).not.toContain(KEY);
});

test('refuses an image that runs as root', async () => {
  const error = await refusal(build(`${start}RUN echo hello > /etc/motd\n`, { smokeTest: ['cat', '/etc/motd'] }));
  expect(error.faults).toMatchObject([{ code: 'image-runs-as-root', received: 'USER 0' }]);
});

test('refuses an image whose smoke test fails, and a Dockerfile that does not build, with their last words', async () => {
  const failed = await refusal(build(good, { smokeTest: ['sh', '-c', 'echo no such luck; exit 7'] }));
  expect(failed.faults).toMatchObject([{ code: 'image-smoke-test-failed', remedy: expect.stringContaining('luck') }]);
  const broken = await refusal(build(`${start}RUN echo out of flour && exit 3\n`));
  expect(broken.faults).toMatchObject([{ code: 'image-build-failed', remedy: expect.stringContaining('flour') }]);
});

test('refuses an image that says another architecture than its programs have, where the base has one alone', async () => {
  const error = await refusal(build(good, { architectures: [FOREIGN] }));
  // Older releases of Buildah take what they find, and write what was wanted; newer ones refuse to.
  expect(['image-architecture-wrong', 'image-build-failed']).toContain(error.code);
});

import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useOwnStore } from '../e2e/images/own-store.ts';
import { pushShell } from '../e2e/images/shell-base.ts';
import { type Registry, startRegistry } from '../e2e/registry/start-registry.ts';
import { type Ended, runProgram } from '../e2e/run-program.ts';
import { copyWorkspace, removeWorkspace } from './testing/copied-workspace.ts';
import { writeFiles } from './testing/temporary-workspace.ts';

const [ARCHITECTURE, GOARCH] = process.arch === 'arm64' ? ['arm64', 'arm64'] : ['x86_64', 'amd64'];
const DOCKERFILE = 'packages/images/box/Dockerfile';
const LOCK = 'packages/images/box/image.lock.json';

let root: string;
let folder: string;
let registry: Registry;
let giveBack: () => Promise<void>;

/** The commands that people run, in a workspace with an image that one of two templates takes, and a mirrored one. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bitclouded-image-commands-'));
  registry = await startRegistry(join(folder, 'registry'));
  giveBack = await useOwnStore(folder, registry.name);
  const base = await pushShell(`${registry.name}/upstream/shell:1`, { architectures: [GOARCH!] });
  const files = { 'etc/alpine-release': '3.22.1\n', 'lib/apk/db/installed': 'P:musl\nV:1.2.5-r10\nA:aarch64\n\n' };
  const both = await pushShell(`${registry.name}/upstream/tool:2`, { architectures: ['amd64', 'arm64'], files });
  root = copyWorkspace({
    ...image('box', 'container', base, `'${ARCHITECTURE}'`),
    [DOCKERFILE]: `ARG BASE=${base}\nFROM $BASE\nUSER 0\nRUN echo one > /motd\nUSER 65532:65532\n`,
    ...image('tool', 'mirrored', both, "'x86_64', 'arm64'"),
    ...template('a/user', "import box from '../../../images/box/image.ts';\n", 'artifacts.container(box)'),
    ...template('a/alone', '', "'nothing'"),
  });
  const shared = { prefix: 'test', account: '123456789012', homeRegion: 'eu-west-1', regions: ['eu-west-1'] };
  const local = { kind: 'folder', folder: 'dist/host', address: 'http://127.0.0.1:8787', registry: 'localhost/test' };
  const hosts = {
    local: { ...shared, ...local },
    production: { ...shared, kind: 'aws', registry: `${registry.name}/test` },
  };
  writeFiles(root, {
    'bitclouded.config.ts': `import { defineConfig } from '@bitclouded/documents';\n\nexport default defineConfig(${JSON.stringify({ hosts })});\n`,
  });
  const git = (...args: string[]) =>
    runProgram('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', ...args], { cwd: root });
  await git('init', '--quiet');
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'All');
});
afterAll(async () => {
  await registry?.stop();
  await giveBack?.();
  removeWorkspace(root);
  rmSync(folder, { recursive: true, force: true });
});

function image(name: string, variety: string, base: string, architectures: string): Record<string, string> {
  const text = `import { defineImage } from '@bitclouded/kit';

export default defineImage({
  name: '${name}',
  summary: 'A shell',
  variety: '${variety}',
  version: '1.0',
  architectures: [${architectures}],
  bases: ['${base}'],
  smokeTest: ['cat', '/motd'],
});
`;
  return { [`packages/images/${name}/image.ts`]: text, [`packages/images/${name}/README.md`]: `# ${name}\n` };
}

function template(name: string, imports: string, value: string): Record<string, string> {
  const text = `import { defineTemplate } from '@bitclouded/kit';
import { CfnParameter } from 'aws-cdk-lib/aws-ssm';
${imports}
export default defineTemplate({
  name: '${name}',
  summary: 'A value',
  parameters: {},
  outputs: {},
  build({ scope, artifacts }) {
    void artifacts;
    new CfnParameter(scope, 'Value', { type: 'String', value: ${value} });
    return {};
  },
});
`;
  const files = { 'template.ts': text, 'template.test.ts': "test('is there', () => undefined);\n", 'README.md': '' };
  return Object.fromEntries(
    Object.entries(files).map(([file, content]) => [`packages/templates/${name}/${file}`, content]),
  );
}

function release(...args: string[]): Promise<Ended> {
  return runProgram(process.execPath, ['release/bin.ts', ...args, '--quiet'], {
    cwd: root,
    env: { NX_DAEMON: 'false' },
  });
}

async function succeeded(...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await release(...args);
  expect(`${exitCode}: ${stderr}`).toMatch(/^0:/);
  return stdout;
}

const onHost = (...args: string[]): Promise<string> => succeeded(...args, '--host', 'production');

async function states(): Promise<Record<string, unknown>> {
  const { images } = JSON.parse(await onHost('images', 'list', '--json'));
  return Object.fromEntries(
    images.map(({ name, state, users }: { name: string; state: string; users: string[] }) => [name, [state, users]]),
  );
}

/** What the templates of a bundle for a folder say, which takes locked images by digest too. */
async function packed(): Promise<Record<string, string>> {
  await succeeded('images', 'list');
  await succeeded('plan');
  await succeeded('pack');
  const bundle = join(root, 'dist/release/local/bundle');
  const [version] = readdirSync(bundle).filter((name) => /^v\d/.test(name));
  const found = readdirSync(join(bundle, version!), { recursive: true, encoding: 'utf8' }).filter((path) =>
    /^templates\/.*\.yaml$/.test(path),
  );
  return Object.fromEntries(found.map((path) => [path, readFileSync(join(bundle, version!, path), 'utf8')]));
}

const digestIn = (): string => JSON.parse(readFileSync(join(root, LOCK), 'utf8')).digest;

test('builds, pushes and locks an image with its SBOM; pushed again, nothing is sent', async () => {
  expect(await states()).toEqual({ box: ['unlocked', ['a/user']], tool: ['unlocked', []] });
  expect(await succeeded('images', 'build', 'box')).toContain('packages in its SBOMs: 0 on ');
  expect(await onHost('images', 'push', 'box')).toContain(`Commit ${join(root, LOCK)}`);
  expect(await onHost('images', 'push', 'box')).toContain('is there already');
  expect(await onHost('images', 'sboms', 'box')).toMatch(new RegExp(`^${GOARCH}: no packages in .*@sha256:`));
});

test('what is built for one architecture and joined is what is built at once', async () => {
  const layout = join(root, 'dist/oci/box');
  const before = readFileSync(join(layout, 'index.json'), 'utf8');
  await succeeded('images', 'build', 'box', '--arch', ARCHITECTURE!);
  const parts = join(folder, 'parts');
  await runProgram('mkdir', [parts]);
  await runProgram('mv', [layout, join(parts, 'one')]);
  await succeeded('images', 'join', 'box', parts);
  expect(readFileSync(join(layout, 'index.json'), 'utf8')).toBe(before);
});

test('mirrors an image with its digest kept, adds SBOMs of both architectures, and does so once', async () => {
  expect(await onHost('images', 'mirror', 'tool')).toMatch(/blobs?, \d+ manifests? sent/);
  expect(await onHost('images', 'mirror', 'tool')).toContain('is there already');
  const listed = await onHost('images', 'sboms', 'tool', '--to', folder);
  expect(listed.match(/^(amd64|arm64): 1 package in /gm)).toHaveLength(2);
  const sbom = JSON.parse(readFileSync(join(folder, 'tool-arm64.cdx.json'), 'utf8'));
  expect(sbom.components.map(({ name, version }: { name: string; version: string }) => `${name} ${version}`)).toContain(
    'musl 1.2.5-r10',
  );
  expect((await states()).tool).toEqual(['locked', []]);
});

test('a changed Dockerfile makes its lock stale, and the refusal names the templates that take the image', async () => {
  appendFileSync(join(root, DOCKERFILE), '# Two\n');
  expect(await states()).toEqual({ box: ['stale', ['a/user']], tool: ['locked', []] });
  const { exitCode, stderr } = await release('plan', '--host', 'production');
  expect(exitCode).toBe(2);
  expect(stderr).toContain('image box, used by a/user: image-lock-stale');
  expect(stderr).not.toContain('image tool');
  expect(stderr).toContain('npm run release -- images build box');
});

test('an image that is built anew with another digest changes the templates that take it, and nothing else', async () => {
  writeFileSync(join(root, DOCKERFILE), readFileSync(join(root, DOCKERFILE), 'utf8').replace('# Two\n', ''));
  const [before, digest] = [await packed(), digestIn()];
  const changed = readFileSync(join(root, DOCKERFILE), 'utf8').replace('echo one', 'echo two');
  writeFileSync(join(root, DOCKERFILE), changed);
  await succeeded('images', 'build', 'box');
  // The tag is somebody's word for what was there: it is not moved.
  const refused = await release('images', 'push', 'box', '--host', 'production');
  expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('image-tag-taken') });
  expect(digestIn()).toBe(digest);

  const definition = join(root, 'packages/images/box/image.ts');
  writeFileSync(definition, readFileSync(definition, 'utf8').replace("version: '1.0'", "version: '1.1'"));
  await succeeded('images', 'build', 'box');
  await onHost('images', 'push', 'box');
  expect(digestIn()).not.toBe(digest);
  const after = await packed();
  expect(Object.keys(after)).toEqual(Object.keys(before));
  const differing = Object.keys(after).filter((path) => after[path] !== before[path]);
  expect(differing).toEqual([expect.stringContaining('a/user')]);
  expect(after[differing[0]!]).toContain(digestIn());
});

test('a base whose tag moved is named, and written with a version of its own', async () => {
  const moved = await pushShell(`${registry.name}/upstream/other:1`, { architectures: [GOARCH!], files: { new: 'x' } });
  const digest = moved.split('@')[1]!;
  // Moved as a publisher moves it: the tag names another manifest.
  const url = (repository: string, reference: string) =>
    `${registry.endpoint}/v2/upstream/${repository}/manifests/${reference}`;
  await pushShell(`${registry.name}/upstream/shell:new`, { architectures: [GOARCH!], files: { new: 'x' } });
  const type = 'application/vnd.oci.image.index.v1+json';
  const body = await (await fetch(url('shell', digest), { headers: { accept: type } })).text();
  await fetch(url('shell', '1'), { method: 'PUT', headers: { 'content-type': type }, body });
  expect(await succeeded('images', 'refresh')).toContain(`box: Dockerfile, image.ts`);
  expect(readFileSync(join(root, DOCKERFILE), 'utf8')).toContain(digest);
  expect(readFileSync(join(root, 'packages/images/box/image.ts'), 'utf8')).toContain("version: '1.1-r1'");
  expect((await states()).box).toEqual(['stale', ['a/user']]);
  expect(await succeeded('images', 'refresh')).toContain('Every tag names the digest that stands here');
  expect(existsSync(join(root, LOCK))).toBe(true);
});

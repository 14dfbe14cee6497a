import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layoutSource } from '../../../release/images/layout.ts';
import { INDEX } from '../../../release/images/oci.ts';
import { type Pushed, pushImage } from '../../../release/images/push-image.ts';
import { repositoryOf } from '../../../release/images/registry-address.ts';
import { openSession, type RegistrySession } from '../../../release/images/registry-session.ts';
import { registrySource } from '../../../release/images/registry-source.ts';
import type { ReleaseError } from '../../../release/release-error.ts';
import { type WrittenImage, writeImage } from '../../../release/testing/write-image.ts';
import { on, seeded } from '../fault-proxy/fault.ts';
import { type FaultProxy, startFaultProxy } from '../fault-proxy/start-fault-proxy.ts';
import { type Registry, startRegistry } from '../registry/start-registry.ts';

const signal = new AbortController().signal;
/** More than one chunk of an upload. */
const LARGE = randomBytes(20 * 1024 * 1024);

let folder: string;
let registry: Registry;
let other: Registry;
let proxy: FaultProxy;
let image: WrittenImage;
let repository = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bitclouded-images-'));
  // One after the other: two at once might be given the same port.
  registry = await startRegistry(join(folder, 'one'));
  other = await startRegistry(join(folder, 'two'));
  proxy = await startFaultProxy(registry.endpoint);
  image = await writeImage(join(folder, 'layout'), [{ 'bin/large': LARGE }, { 'etc/motd': 'hello' }]);
});
afterAll(async () => {
  await proxy?.stop();
  await Promise.all([registry?.stop(), other?.stop()]);
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  repository++;
  proxy.use();
  proxy.forget();
});

/** A repository of this test alone, at the proxy or elsewhere. */
function sessionAt(name = new URL(proxy.endpoint).host, path = `test-${repository}/box`): RegistrySession {
  return openSession(
    repositoryOf(`${name}/${path}`),
    async () => undefined,
    () => 0.1,
  );
}

function push(session = sessionAt(), more: { tag?: string; digest?: string } = {}): Promise<Pushed> {
  const source = layoutSource(join(folder, 'layout'));
  return pushImage({ source, digest: image.digest, session, tag: '1.0', ...more }, signal);
}

async function refusal(work: Promise<unknown>): Promise<ReleaseError> {
  return work.then(
    () => Promise.reject(new Error('nothing was refused')),
    (error: ReleaseError) => error,
  );
}

const writes = () => proxy.exchanges.filter(({ verb }) => !['GET', 'HEAD'].includes(verb));

test('pushes both architectures as one index, which can be pulled by digest and by tag', async () => {
  const session = sessionAt();
  const { address } = session;
  // Two layers, and a configuration for each architecture; two manifests, the index, the tag.
  expect(await push(session)).toEqual({
    reference: `${address.registry}/${address.repository}@${image.digest}`,
    blobs: 4,
    manifests: 4,
  });
  for (const reference of ['1.0', image.digest]) {
    const answer = await fetch(`${address.url}/manifests/${reference}`, { headers: { accept: INDEX } });
    expect(
      `sha256:${createHash('sha256')
        .update(await answer.bytes())
        .digest('hex')}`,
    ).toBe(image.digest);
  }
  for (const digest of Object.values(image.manifests))
    expect((await registrySource(session).manifest(digest, signal)).byteLength).toBeGreaterThan(0);
  const layer = await fetch(`${address.url}/blobs/${image.layers[0]!.digest}`);
  expect((await layer.bytes()).byteLength).toBe(image.layers[0]!.size);
});

test('pushing again sends nothing', async () => {
  await push();
  proxy.forget();
  expect(await push()).toMatchObject({ blobs: 0, manifests: 0 });
  expect(writes()).toEqual([]);
});

test('a tag that names something else is left alone, and nothing is sent', async () => {
  await push();
  const another = await writeImage(join(folder, 'layout'), [{ 'etc/motd': 'another' }]);
  proxy.forget();
  const error = await refusal(push(sessionAt(), { digest: another.digest }));
  expect(error.faults).toMatchObject([{ code: 'image-tag-taken', received: image.digest }]);
  expect(writes()).toEqual([]);
  expect(await push(sessionAt(), { digest: another.digest, tag: '1.1' })).toMatchObject({ manifests: 4 });
});

test('connections that are cut at random cost attempts, and nothing else', async () => {
  proxy.use(seeded(0.15, 5, {}, { type: 'cut', when: 'after' }));
  const { blobs } = await push();
  expect(blobs).toBeGreaterThan(0);
  expect(proxy.exchanges.some(({ status }) => status === undefined)).toBe(true);
  proxy.use();
  expect(await push()).toMatchObject({ blobs: 0, manifests: 0 });
});

test('a registry that cuts every upload is named, nothing is tagged, and the next push goes on', async () => {
  proxy.use(on({ verb: 'PATCH' }, { type: 'cut', when: 'before' }));
  const error = await refusal(push());
  expect(error.faults).toMatchObject([{ code: 'host-unavailable' }]);
  expect(error.faults[0]!.where).toContain(`test-${repository}/box/blobs/uploads/`);
  proxy.use();
  expect((await fetch(`${sessionAt().address.url}/manifests/1.0`)).status).toBe(404);
  await push();
});

test('a registry that has lost a blob takes it again', async () => {
  await push();
  const blob = image.layers[1]!;
  rmSync(registry.blobPath(blob.digest));
  expect(await push()).toMatchObject({ blobs: 1, manifests: 0 });
});

describe('mirroring', () => {
  const mirrored = (from = sessionAt()) =>
    pushImage(
      { source: registrySource(from), digest: image.digest, session: sessionAt(other.name), tag: '1.0' },
      signal,
    );

  test('keeps every digest between two registries', async () => {
    await push();
    expect(await mirrored()).toMatchObject({ blobs: 4, manifests: 4 });
    const copy = registrySource(sessionAt(other.name));
    for (const digest of [image.digest, ...Object.values(image.manifests)])
      expect(await copy.manifest(digest, signal)).toEqual(await registrySource(sessionAt()).manifest(digest, signal));
    expect(await mirrored()).toMatchObject({ blobs: 0, manifests: 0 });
  });

  test('goes on where the source cuts a blob in the middle', async () => {
    await push();
    let left = 2;
    proxy.use(({ verb, key }) =>
      verb === 'GET' && key.includes('/blobs/') && left-- > 0 ? { type: 'cut-body', afterBytes: 100 } : undefined,
    );
    // The blobs are in the other registry's storage from the test before; a repository of its own has none of them.
    expect(await mirrored()).toMatchObject({ blobs: 4 });
  });

  test.each([
    ['image-blob-missing', (path: string) => rmSync(path)],
    ['image-differs', (path: string) => writeFileSync(path, 'something else')],
  ])('names a blob of the source as %s, and tags nothing', async (code, damage) => {
    const own = await writeImage(join(folder, 'layout'), [{ 'etc/motd': `of ${code}` }]);
    await push(sessionAt(), { digest: own.digest });
    damage(registry.blobPath(own.layers[0]!.digest));
    const session = sessionAt(other.name);
    const source = registrySource(sessionAt());
    const error = await refusal(pushImage({ source, digest: own.digest, session, tag: '1.0' }, signal));
    expect(error.code).toBe(code);
    expect(error.faults[0]!.where).toContain(own.layers[0]!.digest);
    expect((await fetch(`${session.address.url}/manifests/1.0`)).status).toBe(404);
  });

  test('an image that the source does not have is named', async () => {
    expect(await refusal(mirrored())).toMatchObject({ code: 'image-missing' });
  });
});

describe('a registry that lies', () => {
  let server: Server;
  let listener: RequestListener;
  beforeAll(async () => {
    server = createServer((request, answer) => listener(request, answer)).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const liar = () => sessionAt(`127.0.0.1:${(server.address() as AddressInfo).port}`);

  test('about what it has: it says that all is there, and gives something else', async () => {
    listener = ({ method, url = '' }, answer) => {
      answer.setHeader('docker-content-digest', url.endsWith('/1.0') ? image.digest : url.split('/').at(-1)!);
      answer.end(method === 'HEAD' ? undefined : '{"schemaVersion":2,"manifests":[]}');
    };
    const error = await refusal(push(liar()));
    expect(error.faults).toMatchObject([{ code: 'image-differs', expected: image.digest }]);
  });

  test('about what it took: it forgets every upload', async () => {
    listener = (request, answer) => {
      request.resume();
      if (request.method === 'HEAD') answer.statusCode = 404;
      else answer.writeHead(request.method === 'POST' ? 202 : 201, { location: '/v2/upload' });
      answer.end();
    };
    expect(await refusal(push(liar()))).toMatchObject({ code: 'image-blob-missing' });
  });

  test('about a manifest that is mirrored from it', async () => {
    listener = (_, answer) => void answer.end(JSON.stringify({ schemaVersion: 2, manifests: [] }));
    const session = sessionAt(other.name);
    const work = pushImage({ source: registrySource(liar()), digest: image.digest, session }, signal);
    const error = await refusal(work);
    expect(error.faults).toMatchObject([{ code: 'image-differs', expected: image.digest }]);
  });
});

test('signs in where a registry asks for it, and sends no password over an open line to elsewhere', async () => {
  const heard: string[] = [];
  let realm = '';
  const server = createServer((request, answer) => {
    heard.push(`${request.url} ${request.headers.authorization ?? '-'}`);
    if (request.url?.startsWith('/token')) return void answer.end('{"token":"secret"}');
    if (request.headers.authorization === 'Bearer secret')
      return void answer.writeHead(200, { 'docker-content-digest': image.digest }).end();
    const challenge = `Bearer realm="${realm}",service="s",scope="repository:box:pull"`;
    answer.writeHead(401, { 'www-authenticate': challenge }).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const name = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  realm = `http://${name}/token`;
  const session = openSession(repositoryOf(`${name}/box`), async () => 'dXNlcjpwYXNz');
  expect((await session.send({ method: 'HEAD', url: `${session.address.url}/manifests/1` }, signal)).status).toBe(200);
  expect(heard).toEqual([
    '/v2/box/manifests/1 -',
    '/token?service=s&scope=repository%3Abox%3Apull Basic dXNlcjpwYXNz',
    '/v2/box/manifests/1 Bearer secret',
  ]);
  server.closeAllConnections();
  server.close();
});

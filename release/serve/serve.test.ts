import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type Manifest, sha256Of } from '@bitclouded/documents';
import { failureOf } from '../testing/in-folder.ts';
import { type Setting, withHost } from '../testing/released.ts';
import { SMALL } from '../testing/write-bundle.ts';
import { pageOf } from './page.ts';
import { type Served, serve } from './serve.ts';

type Get = (path: string, init?: RequestInit) => Promise<Response>;

function served(
  work: (get: Get, setting: Setting, server: Served) => Promise<void>,
  regions?: string[],
): Promise<void> {
  return withHost(async (setting) => {
    const server = await serve(setting.host, setting.destination, 0);
    try {
      await work((path, init) => fetch(`http://127.0.0.1:${server.port}${path}`, init), setting, server);
    } finally {
      await server.close();
    }
  }, regions);
}

it.each([
  ['/v1.0.0/templates/networking/vpc.yaml', 'application/yaml', 'public, max-age=31536000, immutable'],
  ['/v1.0.0/SHA256SUMS', 'text/plain; charset=utf-8', 'public, max-age=31536000, immutable'],
  [`/lambdas/log-governor/${sha256Of('governor')}.zip`, 'application/zip', 'public, max-age=31536000, immutable'],
  ['/latest/templates/networking/vpc.yaml', 'application/yaml', 'public, max-age=60'],
  ['/index.json', 'application/json', 'public, max-age=60'],
])('serves %s as %s, %s', (path, type, cache) =>
  served(async (get, setting) => {
    await setting.release('1.0.0');
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(type);
    expect(response.headers.get('cache-control')).toBe(cache);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const again = await get(path, { headers: { 'if-none-match': response.headers.get('etag')! } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    const head = await get(path, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(String((await response.arrayBuffer()).byteLength));
  }),
);

it('serves the code of every region', () =>
  served(
    async (get, setting) => {
      await setting.release('1.0.0');
      const key = `lambdas/log-governor/${sha256Of('governor')}.zip`;
      expect(await (await get(`/regions/us-east-1/${key}`)).text()).toBe('governor');
      expect((await get(`/regions/eu-north-1/${key}`)).status).toBe(404);
    },
    ['eu-west-1', 'us-east-1'],
  ));

it('serves nothing but objects', () =>
  served(async (get, setting) => {
    await setting.release('1.0.0');
    await writeFile(join(setting.root, 'secret'), 'secret');
    await symlink(join(setting.root, 'secret'), join(setting.folder, 'link'));
    await mkdir(join(setting.folder, 'v1.0.0/.git'));
    await writeFile(join(setting.folder, 'v1.0.0/.git/config'), 'secret');
    for (const path of [
      '/.incoming/.writers',
      '/v1.0.0/.git/config',
      '/../secret',
      '/%2e%2e/secret',
      '/..%2fsecret',
      '/../host.lock',
      '/link',
      '/v1.0.0',
      '/v1.0.0/',
      '/nothing',
      '/%ff',
      '//index.json',
    ])
      expect([path, (await get(path)).status]).toEqual([path, 404]);
    expect((await get('/index.json', { method: 'DELETE' })).status).toBe(405);
  }));

it.each(['//', 'http://[', '/\\..\\x', '/../secret', '/../host.lock', '/.incoming/.writers', '/v1.0.0/../../secret'])(
  'has nothing at %j, and outlives the request',
  (target) =>
    served(async (get, setting, server) => {
      await setting.release('1.0.0');
      await writeFile(join(setting.root, 'secret'), 'secret');
      const socket = connect(server.port, '127.0.0.1');
      socket.end(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      let answer = '';
      for await (const chunk of socket) answer += chunk;
      expect(answer).toMatch(/^HTTP\/1\.1 40[04] /);
      expect((await get('/index.json', { headers: { range: 'bytes=5-2' } })).status).toBe(200);
    }),
);

it('shows releases, channels and addresses, and says that nobody signed the index', () =>
  served(async (get, setting) => {
    expect(await (await get('/')).text()).toContain('Nothing was released here yet');
    await setting.release('1.0.0');
    await setting.release('1.1.0');
    await setting.operate({ type: 'pin', channel: 'latest', version: '1.0.0', reason: '<b>slow</b> & "old"' });
    await setting.operate({ type: 'yank', version: '1.1.0', reason: '<script>alert(1)</script>' });
    const response = await get('/');
    const page = await response.text();
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page).toContain('unsigned');
    expect(page).toContain('http://127.0.0.1:4874/v1.1.0/templates/networking/vpc.yaml');
    expect(page).toContain('pinned: &lt;b&gt;slow&lt;/b&gt; &amp; &quot;old&quot;');
    expect(page).toContain('yanked: &lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).not.toContain('<script');
    const policy = response.headers.get('content-security-policy')!;
    const style = /<style>([\s\S]*)<\/style>/.exec(page)![1]!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`style-src 'sha256-${Buffer.from(sha256Of(style), 'hex').toString('base64')}'`);
    for (const [, address] of page.matchAll(/href="([^"]+)"/g))
      expect([address, (await get(address!)).status]).toEqual([address, 200]);
  }));

it('says what is wrong with an index that it cannot read', () =>
  served(async (get, setting) => {
    await setting.release('1.0.0', SMALL);
    await writeFile(join(setting.folder, 'index.json'), '{"<b>');
    const response = await get('/');
    const page = await response.text();
    expect(response.status).toBe(500);
    expect(page).toContain('document-not-json');
    expect(page).not.toContain('<b>');
  }));

it('lists images, and says which of them nobody hosts', () => {
  const image = {
    kind: 'image',
    name: 'aws-util',
    variety: 'container',
    reference: 'localhost/bitclouded/aws-util:1',
    locked: false,
  };
  const manifest = { artifacts: [image] } as unknown as Manifest;
  const release = { version: '1.0.0', manifestSha256: 'a'.repeat(64), attestations: [] };
  const index = { serial: 1, expires: '2026-05-30T12:00:00.000Z', releases: [release], channels: {}, pins: {} };
  const stored = { index, sha256: '', tag: '', signatures: 1 } as never;
  const page = pageOf('local', stored, new Map([['1.0.0', manifest]]));
  expect(page).toContain('localhost/bitclouded/aws-util:1');
  expect(page).toContain('not hosted');
  expect(page).not.toContain('unsigned');
  expect(pageOf('local', stored, new Map())).toContain('Its manifest cannot be read');
});

it('says so when the port is taken', () =>
  served(async (_, { host, destination }, { port }) => {
    const error = await failureOf(serve(host, destination, port));
    expect(error.code).toBe('port-taken');
    expect(error.message).toContain(`127.0.0.1:${port}`);
  }));

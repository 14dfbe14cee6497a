import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EXPIRED, first, on, SLOW_DOWN, seeded, since } from './fault.ts';
import { type FaultProxy, startFaultProxy } from './start-fault-proxy.ts';

/** A server that notes what it heard, and answers with what it was sent. */
let server: Server;
let heard: string[];
let proxy: FaultProxy;

beforeAll(async () => {
  server = createServer(async (request: IncomingMessage, answer) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    heard.push(`${request.method} ${request.url} ${request.headers.host}`);
    answer.setHeader('etag', '"one"');
    answer.end(Buffer.concat(chunks));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await startFaultProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterAll(async () => {
  await proxy.stop();
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  heard = [];
  proxy.use();
  proxy.forget();
});

const put = (path: string, body = 'body', options: RequestInit = {}) =>
  fetch(`${proxy.endpoint}${path}`, { method: 'PUT', body, ...options });
const brokenOff = { name: 'TypeError' };

it('passes requests and answers on as they are, with the Host that the client named, and records them', async () => {
  const answer = await put('/bucket/a/b%20c?x=1', 'hello');
  expect(await answer.text()).toBe('hello');
  expect(answer.headers.get('etag')).toBe('"one"');
  expect(heard).toEqual([`PUT /bucket/a/b%20c?x=1 ${new URL(proxy.endpoint).host}`]);
  expect(proxy.exchanges).toEqual([
    {
      verb: 'PUT',
      bucket: 'bucket',
      key: 'a/b c',
      query: 'x=1',
      nth: 1,
      index: 1,
      sentBytes: 5,
      status: 200,
      forwarded: true,
    },
  ]);
});

it('cuts before the server heard anything, and after it acted', async () => {
  proxy.use(on({ key: /before/ }, { type: 'cut', when: 'before' }));
  await expect(put('/bucket/before')).rejects.toMatchObject(brokenOff);
  expect(heard).toEqual([]);
  proxy.use(on({ key: /after/ }, { type: 'cut', when: 'after' }));
  await expect(put('/bucket/after')).rejects.toMatchObject(brokenOff);
  expect(heard).toHaveLength(1);
  expect(proxy.exchanges.map(({ status, forwarded }) => ({ status, forwarded }))).toEqual([
    { status: undefined, forwarded: false },
    { status: undefined, forwarded: true },
  ]);
});

it('cuts in the middle of a body', async () => {
  proxy.use(() => ({ type: 'cut-body', afterBytes: 3 }));
  const answer = await put('/bucket/a', 'a longer body');
  expect(answer.status).toBe(200);
  await expect(answer.text()).rejects.toMatchObject(brokenOff);
});

it('calls what a test wants, before or after the server acted', async () => {
  const calls: string[] = [];
  const call = () => void calls.push(`heard ${heard.length}`);
  for (const when of ['before', 'after'] as const) {
    proxy.use(() => ({ type: 'call', when, call }));
    await expect(put('/bucket/a')).rejects.toMatchObject(brokenOff);
  }
  expect(calls).toEqual(['heard 0', 'heard 1']);
});

it('answers in the server’s stead: by verb, key and count, so many times, by chance, or from a request on', async () => {
  const statuses = async (paths: readonly string[]) => {
    const found: number[] = [];
    for (const path of paths) found.push((await put(path)).status);
    return found;
  };
  proxy.use(on({ verb: 'PUT', bucket: 'b', key: /^a$/, nth: 2 }, SLOW_DOWN));
  expect(await statuses(['/b/a', '/b/c', '/b/a', '/b/a'])).toEqual([200, 200, 503, 200]);
  proxy.use(first(2, { key: /^a/ }, SLOW_DOWN));
  expect(await statuses(['/b/c', '/b/a1', '/b/a2', '/b/a3'])).toEqual([200, 503, 503, 200]);
  proxy.forget();
  proxy.use(since(2, EXPIRED));
  expect(await statuses(['/b/1', '/b/2', '/b/3'])).toEqual([200, 400, 400]);
  expect(await (await put('/b/4')).text()).toContain('<Code>ExpiredToken</Code>');
  const paths = Array.from({ length: 30 }, (_, i) => `/b/${i}`);
  proxy.use(seeded(0.3, 7, {}, SLOW_DOWN));
  const chosen = await statuses(paths);
  proxy.use(seeded(0.3, 7, {}, SLOW_DOWN));
  expect(await statuses(paths)).toEqual(chosen);
  expect(new Set(chosen)).toEqual(new Set([200, 503]));
});

it('lets a client wait for ever, or passes bytes slowly', async () => {
  proxy.use(() => ({ type: 'hang' }));
  await expect(put('/b/a', 'x', { signal: AbortSignal.timeout(200) })).rejects.toMatchObject({ name: 'TimeoutError' });
  expect(heard).toEqual([]);
  proxy.use(() => ({ type: 'slow', bytesPerSecond: 50 }));
  expect(await (await put('/b/a', '0123456789')).text()).toBe('0123456789');
});

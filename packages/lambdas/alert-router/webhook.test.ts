import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { post, REQUEST_TIMEOUT_MS } from './webhook.ts';

/** A real server in the place of the chat; each request takes the next answer. */
let answers: ((response: ServerResponse) => void)[] = [];
let requests: { path?: string; type?: string; body: string }[] = [];
let server: Server;
let url: URL;

beforeAll(async () => {
  server = createServer(async (request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    requests.push({ path: request.url, type: request.headers['content-type'], body });
    (answers.shift() ?? status(500))(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/services/s3cret`);
});
afterAll(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  answers = [];
  requests = [];
});
afterEach(() => jest.restoreAllMocks());

const status =
  (code: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse): void =>
    void response.writeHead(code, headers).end('POST /services/s3cret says no');

async function send(remainingMs = 60_000): Promise<{ waits: number[]; error?: unknown }> {
  const waits: number[] = [];
  const clock = { wait: async (ms: number) => void waits.push(ms), remainingMs: () => remainingMs };
  try {
    await post(url, '{"text":"ü"}', clock);
    return { waits };
  } catch (error) {
    return { waits, error };
  }
}

test.each([200, 202, 204])('a status of %i is a delivery', async (code) => {
  answers = [status(code)];
  expect(await send()).toEqual({ waits: [] });
  expect(requests).toEqual([{ path: '/services/s3cret', type: 'application/json', body: '{"text":"ü"}' }]);
});

test.each([400, 403, 404, 410])('a status of %i is final at once', async (code) => {
  answers = [status(code)];
  const { error } = await send();
  expect(error).toMatchObject({ faults: [{ code: 'webhook-refused', received: `status ${code}` }] });
  expect(requests).toHaveLength(1);
});

test('a redirection is not followed', async () => {
  answers = [status(307, { location: 'http://127.0.0.1:9/elsewhere' })];
  expect((await send()).error).toMatchObject({ faults: [{ code: 'webhook-refused', received: 'status 307' }] });
});

test.each([429, 500, 502, 503])('a status of %i is tried again, later each time', async (code) => {
  answers = [status(code), status(code), status(200)];
  expect(await send()).toEqual({ waits: [1_000, 2_000] });
});

test('three requests, and no more', async () => {
  const { error, waits } = await send();
  expect(error).toMatchObject({ faults: [{ code: 'webhook-unavailable', received: 'status 500' }] });
  expect(requests).toHaveLength(3);
  expect(waits).toHaveLength(2);
});

test('waits as long as the webhook asks for, in seconds or until a date', async () => {
  jest.spyOn(Date, 'now').mockReturnValue(Date.UTC(2026, 2, 1, 10, 0, 0));
  answers = [
    status(429, { 'retry-after': '7' }),
    status(503, { 'retry-after': 'Sun, 01 Mar 2026 10:00:09 GMT' }),
    status(200),
  ];
  expect(await send()).toEqual({ waits: [7_000, 9_000] });
});

test('a date that has passed asks for no wait, and nonsense for the usual one', async () => {
  answers = [
    status(429, { 'retry-after': 'Sun, 01 Mar 2020 10:00:00 GMT' }),
    status(429, { 'retry-after': 'soon' }),
    status(200),
  ];
  expect(await send()).toEqual({ waits: [0, 2_000] });
});

test('leaves the rest to Lambda’s retry when there is no time for the wait and another request', async () => {
  answers = [status(429, { 'retry-after': '50' }), status(200)];
  expect((await send(60_000)).error).toMatchObject({ faults: [{ code: 'webhook-unavailable' }] });
  expect(requests).toHaveLength(1);
});

test('a webhook that does not answer in time is tried again', async () => {
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  const limit = jest.spyOn(AbortSignal, 'timeout').mockImplementation(() => timeout(50));
  answers = [() => {}, status(200)];
  expect(await send()).toEqual({ waits: [1_000] });
  expect(limit).toHaveBeenCalledWith(REQUEST_TIMEOUT_MS);
  answers = [() => {}, () => {}, () => {}];
  expect((await send()).error).toMatchObject({
    faults: [{ code: 'webhook-unreachable', received: 'TimeoutError' }],
  });
});

test('a connection that breaks is tried again, and named by its code', async () => {
  answers = [(response) => response.destroy(), status(200)];
  expect(await send()).toEqual({ waits: [1_000] });
  answers = [1, 2, 3].map(() => (response: ServerResponse) => response.destroy());
  expect((await send()).error).toMatchObject({
    faults: [{ code: 'webhook-unreachable', received: 'UND_ERR_SOCKET' }],
  });
});

test('an answer that breaks after its status is a delivery', async () => {
  const broken = new ReadableStream({ start: (controller) => controller.error(new Error('reset')) });
  jest.spyOn(globalThis, 'fetch').mockResolvedValue(new Response(broken, { status: 200 }));
  expect(await send()).toEqual({ waits: [] });
});

test('no error holds the path of the URL, which is a secret', async () => {
  const held: unknown[] = [];
  for (const answer of [status(404), status(307, { location: url.href })]) {
    answers = [answer];
    held.push((await send()).error);
  }
  answers = [1, 2, 3].map(() => (response: ServerResponse) => response.destroy());
  held.push((await send()).error);
  for (const error of held) {
    expect(error).toBeInstanceOf(Error);
    const { message, stack, cause } = error as Error;
    expect([JSON.stringify(error), message, stack, String(cause)].join()).not.toContain('s3cret');
  }
});

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answer, sendAnswer } from './answer.ts';
import { CustomResourceError } from './custom-resource-error.ts';

const ANSWER: Answer = {
  Status: 'SUCCESS',
  PhysicalResourceId: 'thing-1',
  StackId: 'arn:aws:cloudformation:eu-west-1:123456789012:stack/blog/1',
  RequestId: 'r-1',
  LogicalResourceId: 'Thing',
};

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  if (server) await once(server, 'close');
  server = undefined;
});

interface Received {
  readonly method: string;
  readonly contentType: string | undefined;
  readonly body: unknown;
}

/** A server that answers as told, one request after the other, and the last way for ever. */
async function listening(...ways: ((response: ServerResponse) => void)[]): Promise<{ url: string; got: Received[] }> {
  const got: Received[] = [];
  server = createServer(async (request: IncomingMessage, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    got.push({
      method: request.method!,
      contentType: request.headers['content-type'],
      body: JSON.parse(text),
    });
    ways[Math.min(got.length, ways.length) - 1]!(response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/answer?Signature=hidden`, got };
}

const status = (code: number) => (response: ServerResponse) => void response.writeHead(code).end();
const cut = (response: ServerResponse) => void response.destroy();
const faultOf = (sent: Promise<void>): Promise<CustomResourceError> =>
  sent.then(
    () => Promise.reject(new Error('the answer was sent')),
    (error) => {
      expect(error).toBeInstanceOf(CustomResourceError);
      return error;
    },
  );

describe('sendAnswer', () => {
  it('puts the answer as it is, with an empty content type', async () => {
    const { url, got } = await listening(status(200));
    await sendAnswer(url, { ...ANSWER, Data: { Arn: 'a' } }, fetch);
    expect(got).toEqual([{ method: 'PUT', contentType: '', body: { ...ANSWER, Data: { Arn: 'a' } } }]);
  });

  it('tries again after a broken server and after a cut connection', async () => {
    const { url, got } = await listening(status(503), cut, status(200));
    await sendAnswer(url, ANSWER, fetch);
    expect(got).toHaveLength(3);
  });

  it('does not try again where the address is refused, and never shows it', async () => {
    const { url, got } = await listening(status(403));
    const error = await faultOf(sendAnswer(url, ANSWER, fetch));
    expect(error.faults).toMatchObject([{ code: 'answer-unsent', where: 'Thing', received: 'HTTP 403' }]);
    expect(error.message).not.toContain('hidden');
    expect(got).toHaveLength(1);
  });

  it('says that nobody listens', async () => {
    const { url } = await listening(status(200));
    server!.close();
    await once(server!, 'close');
    const error = await faultOf(sendAnswer(url, ANSWER, fetch));
    expect(error.faults[0]).toMatchObject({ code: 'answer-unsent', received: expect.stringContaining('ECONNREFUSED') });
    expect(error.message).not.toContain('hidden');
  });

  it('refuses more than CloudFormation takes, and sends nothing', async () => {
    const { url, got } = await listening(status(200));
    const error = await faultOf(sendAnswer(url, { ...ANSWER, Data: { Text: 'é'.repeat(2048) } }, fetch));
    expect(error.faults[0]).toMatchObject({ code: 'answer-too-large', expected: 'at most 4096 bytes' });
    expect(got).toEqual([]);
  });

  it('cuts a long reason, so that the answer still goes', async () => {
    const { url, got } = await listening(status(200));
    await sendAnswer(url, { ...ANSWER, Status: 'FAILED', Reason: 'x'.repeat(9000) }, fetch);
    expect((got[0]!.body as Answer).Reason).toMatch(/^x{1023}…$/);
  });
});

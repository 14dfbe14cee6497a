import { once } from 'node:events';
import { Agent, createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { PassThrough, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { Fault, ProxiedRequest, Rule } from './fault.ts';

/** A request that came to the proxy, and how it ended. */
export interface Exchange extends ProxiedRequest {
  /** Of the request's body. */
  sentBytes: number;
  /** What the client was told; undefined where it was told nothing. */
  status: number | undefined;
  /** Whether the server heard of it. */
  forwarded: boolean;
}

/** A server between clients and an S3 server, which looks like the latter until a rule says otherwise. */
export interface FaultProxy {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** Every request since the start or `forget`, in the order of arrival. */
  readonly exchanges: readonly Exchange[];
  /** Lets a rule decide from now on; without one, all passes. */
  use(rule?: Rule): void;
  /** Empties the record and begins to count anew. */
  forget(): void;
  stop(): Promise<void>;
}

/**
 * Starts a proxy before `target`, a server that is addressed by path: `http://127.0.0.1:<port>`. The Host header stays
 * the client's, so that signatures stay right.
 */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const agent = new Agent({ keepAlive: true });
  const { hostname, port } = new URL(target);
  const exchanges: Exchange[] = [];
  const counts = new Map<string, number>();
  const sockets = new Set<Socket>();
  let rule: Rule = () => undefined;

  const server = createServer((incoming, answer) => {
    const exchange = noted(incoming);
    exchanges.push(exchange);
    handle(incoming, answer, exchange, rule(exchange)).catch(() => {
      // Every error here is a connection that ended, the client's or the server's: the other one sees the same.
      answer.destroy();
    });
  });
  server.keepAliveTimeout = 0;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });

  function noted({ method = '', url = '' }: IncomingMessage): Exchange {
    const [path = '', query = ''] = url.split('?', 2);
    const [, bucket = '', ...rest] = path.split('/').map(decodeURIComponent);
    const line = `${method} ${url}`;
    const nth = (counts.get(line) ?? 0) + 1;
    counts.set(line, nth);
    const index = exchanges.length + 1;
    const unanswered = { sentBytes: 0, status: undefined, forwarded: false };
    return { verb: method, bucket, key: rest.join('/'), query, nth, index, ...unanswered };
  }

  async function handle(
    incoming: IncomingMessage,
    answer: ServerResponse,
    exchange: Exchange,
    fault: Fault | undefined,
  ): Promise<void> {
    incoming.on('data', (chunk: Buffer) => {
      exchange.sentBytes += chunk.byteLength;
    });
    incoming.pause();
    if (fault?.type === 'hang') return;
    if (fault?.type === 'answer') return answerAs(incoming, answer, exchange, fault);
    if ((fault?.type === 'cut' || fault?.type === 'call') && fault.when === 'before') {
      if (fault.type === 'call') fault.call();
      incoming.socket.destroy();
      return;
    }
    const pace = fault?.type === 'slow' ? fault.bytesPerSecond : undefined;
    const received = await forward(incoming, exchange, pace);
    if (fault?.type === 'cut' || fault?.type === 'call') {
      // The server has acted when its whole answer is here.
      received.resume();
      await once(received, 'end');
      if (fault.type === 'call') fault.call();
      incoming.socket.destroy();
      return;
    }
    exchange.status = received.statusCode;
    answer.writeHead(received.statusCode!, received.rawHeaders);
    if (fault?.type === 'cut-body') await pipeline(received, cutAfter(fault.afterBytes), answer);
    else await pipeline(received, paced(pace), answer);
  }

  async function forward(incoming: IncomingMessage, exchange: Exchange, pace?: number): Promise<IncomingMessage> {
    const { method, url: path, rawHeaders: headers } = incoming;
    const outgoing = httpRequest({ hostname, port, method, path, headers, agent, setHost: false });
    const answered = once(outgoing, 'response');
    exchange.forwarded = true;
    await pipeline(incoming, paced(pace), outgoing);
    const [received] = (await answered) as [IncomingMessage];
    return received;
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exchanges,
    use(next = () => undefined) {
      rule = next;
    },
    forget() {
      exchanges.length = 0;
      counts.clear();
    },
    async stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
      agent.destroy();
      await once(server, 'close');
    },
  };
}

/** Answers as S3 refuses. The body is read first, as servers do: a client that still writes would see a cut instead. */
async function answerAs(
  incoming: IncomingMessage,
  answer: ServerResponse,
  exchange: Exchange,
  { status, code }: Extract<Fault, { type: 'answer' }>,
): Promise<void> {
  incoming.resume();
  if (!incoming.complete) await once(incoming, 'end');
  exchange.status = status;
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${code}, says the proxy</Message></Error>`;
  answer.writeHead(status, { 'content-type': 'application/xml', 'content-length': Buffer.byteLength(body) });
  answer.end(incoming.method === 'HEAD' ? undefined : body);
}

/** Passes bytes on at a pace, in ten pieces a second; without one, as they come. */
function paced(bytesPerSecond: number | undefined): Transform {
  if (bytesPerSecond === undefined) return new PassThrough();
  const pieceBytes = Math.max(1, Math.floor(bytesPerSecond / 10));
  return new Transform({
    async transform(chunk: Buffer, _, done) {
      for (let at = 0; at < chunk.byteLength; at += pieceBytes) {
        this.push(chunk.subarray(at, at + pieceBytes));
        await wait(100);
      }
      done();
    },
  });
}

/** Passes so many bytes on and fails. */
function cutAfter(limitBytes: number): Transform {
  let left = limitBytes;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      this.push(chunk.subarray(0, left));
      left -= chunk.byteLength;
      // What was pushed is to leave before the connection does.
      if (left > 0) done();
      else setTimeout(() => done(new Error('cut by the proxy')), 20);
    },
  });
}

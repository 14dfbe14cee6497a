import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a test makes happen to one request, instead of what the store would answer. */
export type Fate =
  /** An answer with S3's error document. */
  | { readonly status: number; readonly code: string; readonly headers?: Readonly<Record<string, string>> }
  /** The connection ends before, or after, the store has acted. */
  | 'cut before'
  | 'cut after'
  /** The body ends halfway. */
  | 'cut body'
  /** No answer ever. */
  | 'hang';

export interface S3Double {
  readonly address: string;
  /** By `/bucket/key`. */
  readonly objects: Map<string, { bytes: Buffer; checksum: string | undefined; type?: string }>;
  /** One for each request that comes, the first one first; requests without a fate are answered rightly. */
  readonly fates: (Fate | undefined)[];
  readonly requests: { readonly line: string; readonly headers: IncomingMessage['headers'] }[];
  stop(): void;
}

/** A store of objects that speaks S3 as far as a release does, and answers as no real one can be made to. */
export async function startS3Double(): Promise<S3Double> {
  const double: Omit<S3Double, 'address' | 'stop'> = { objects: new Map(), fates: [], requests: [] };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    double.requests.push({ line: `${request.method} ${request.url?.replace(/\?.*/, '')}`, headers: request.headers });
    const fate = double.fates.shift();
    if (fate === 'cut before') return void request.socket.destroy();
    if (fate === 'hang') return;
    if (typeof fate === 'object') answerError(response, fate.status, fate.code, fate.headers);
    else act(double.objects, request, response, Buffer.concat(chunks), fate);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    ...double,
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function act(
  objects: S3Double['objects'],
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
  fate: 'cut after' | 'cut body' | undefined,
): void {
  const path = request.url!.replace(/\?.*/, '');
  const there = objects.get(path);
  const tag = there && `"${createHash('md5').update(there.bytes).digest('hex')}"`;
  if (request.method === 'PUT') {
    const { 'if-none-match': absent, 'if-match': same } = request.headers;
    if (same !== undefined && there === undefined) answerError(response, 404, 'NoSuchKey');
    else if ((absent === '*' && there) || (same !== undefined && bare(same) !== bare(tag!)))
      answerError(response, 412, 'PreconditionFailed');
    else {
      objects.set(path, { bytes: body, checksum: request.headers['x-amz-checksum-sha256'] as string | undefined });
      if (fate === 'cut after') request.socket.destroy();
      else response.writeHead(200).end();
    }
  } else if (there === undefined) answerError(response, 404, 'NoSuchKey');
  else {
    response.writeHead(200, {
      etag: tag!,
      'content-length': there.bytes.byteLength,
      ...(there.checksum !== undefined && { 'x-amz-checksum-sha256': there.checksum }),
      ...(there.type !== undefined && { 'x-amz-checksum-type': there.type }),
    });
    if (request.method === 'HEAD') response.end();
    else if (fate !== 'cut body') response.end(there.bytes);
    else response.write(there.bytes.subarray(0, there.bytes.byteLength >> 1), () => request.socket.destroy());
  }
}

/** The SDK sends an entity tag without its quotation marks, which S3 takes as well. */
function bare(tag: string): string {
  return tag.replaceAll('"', '');
}

function answerError(
  response: ServerResponse,
  status: number,
  code: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/xml', ...headers });
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>The ${code} of a test</Message></Error>`);
}

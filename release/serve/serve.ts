import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Host, type Manifest, parseDocument, sha256Of } from '@bitclouded/documents';
import type { Destination } from '../destinations/destination.ts';
import { hostObject } from '../destinations/host-object.ts';
import { readIndex } from '../promote/read-index.ts';
import { ReleaseError } from '../release-error.ts';
import { isAboutContent } from '../verify/inspection.ts';
import { pageOf, STYLE_SOURCE, unreadablePage } from './page.ts';

export interface Served {
  readonly port: number;
  /** Ends it, with the connections that are open. */
  close(): Promise<void>;
}

/**
 * Serves a folder host on 127.0.0.1: its objects with the headers that they have on every host, and a page of its
 * releases at `/`. Objects come through the destination, so what it does not read is not served.
 * @param port 0: any free one
 * @throws ReleaseError `port-taken`
 */
export async function serve(host: Host, destination: Destination, port: number): Promise<Served> {
  const server = createServer((request, response) => {
    answer(host, destination, request, response).catch((error: unknown) => {
      // One request that fails ends with itself, not with the server.
      if (response.headersSent) response.destroy();
      else
        send(
          response,
          500,
          'text/plain; charset=utf-8',
          Buffer.from(`${error instanceof Error ? error.message : error}\n`),
        );
    });
  });
  await listen(server, port);
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeAllConnections();
      await closed;
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new ReleaseError(
          {
            code: 'port-taken',
            where: `127.0.0.1:${port}`,
            received: cause.message,
            expected: 'a free port that this user may listen on',
            remedy: 'end what listens there, or name another port: npm run serve -- --port 8080',
          },
          { cause },
        ),
      ),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
}

async function answer(
  host: Host,
  destination: Destination,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    return send(response, 405, 'text/plain; charset=utf-8', Buffer.from('Only GET and HEAD.\n'));
  }
  // Keys need no decoding: what has a % is no key.
  const path = (request.url ?? '/').split('?', 1)[0]!;
  if (path === '/') return sendPage(host, destination, response);
  const stored = await readObject(host, destination, path.slice(1));
  if (stored === undefined) return send(response, 404, 'text/plain; charset=utf-8', Buffer.from('No such object.\n'));
  const etag = `"${stored.sha256}"`;
  response.setHeader('ETag', etag);
  response.setHeader('Cache-Control', stored.cacheControl);
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304).end();
    return;
  }
  send(response, 200, stored.contentType, stored.bytes);
}

/** @returns undefined for whatever is no object: a key that cannot be, a folder, a link */
async function readObject(host: Host, destination: Destination, path: string) {
  const [, region, key] = /^regions\/([^/]+)\/(.+)$/.exec(path) ?? [undefined, host.homeRegion, path];
  if (!host.regions.includes(region!)) return undefined;
  try {
    const stored = await destination.read(region!, key!, AbortSignal.timeout(30_000));
    return stored && hostObject(key!, stored.bytes);
  } catch (cause) {
    if (cause instanceof ReleaseError && cause.code !== 'host-unavailable') return undefined;
    throw cause;
  }
}

async function sendPage(host: Host, destination: Destination, response: ServerResponse): Promise<void> {
  response.setHeader('Cache-Control', 'no-cache');
  response.setHeader(
    'Content-Security-Policy',
    `default-src 'none'; style-src '${STYLE_SOURCE}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  );
  let page: string;
  let status = 200;
  try {
    page = await readPage(host, destination);
  } catch (cause) {
    if (!isAboutContent(cause)) throw cause;
    status = 500;
    page = unreadablePage(host.name, cause.message);
  }
  send(response, status, 'text/html; charset=utf-8', Buffer.from(page));
}

async function readPage(host: Host, destination: Destination): Promise<string> {
  const signal = AbortSignal.timeout(30_000);
  const stored = await readIndex(host, destination, signal);
  const manifests = new Map<string, Manifest>();
  for (const { version, manifestSha256 } of stored?.index.releases ?? []) {
    const key = `v${version}/manifest.json`;
    const receipt = await destination.read(host.homeRegion, key, signal);
    if (receipt !== undefined && sha256Of(receipt.bytes) === manifestSha256)
      manifests.set(version, parseDocument('manifest', receipt.bytes, key));
  }
  return pageOf(host.name, stored, manifests);
}

function send(response: ServerResponse, status: number, contentType: string, bytes: Uint8Array): void {
  response.writeHead(status, {
    'Content-Type': contentType,
    'Content-Length': bytes.byteLength,
    'X-Content-Type-Options': 'nosniff',
  });
  // Node leaves the body out where the request was HEAD.
  response.end(bytes);
}

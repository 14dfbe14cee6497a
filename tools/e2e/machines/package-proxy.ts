import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** The way out of a machine: plain HTTP alone, as apt speaks it. */
export interface PackageProxy {
  /** `http://<address>:<port>`, for whoever is in the machine. */
  readonly address: string;
  stop(): Promise<void>;
}

interface Options {
  /** The end of the link to the machine on this side: nobody else reaches it. */
  readonly listenOn: string;
  /** Where packages are kept from one run to the next. */
  readonly cache: string;
  /** Answered from a folder instead: host → folder. */
  readonly folders: Readonly<Record<string, string>>;
}

/** Starts a proxy that keeps packages, which never change under their names, and asks for everything else anew. */
export async function startPackageProxy({ listenOn, cache, folders }: Options): Promise<PackageProxy> {
  await mkdir(cache, { recursive: true });
  const server = createServer((question, answer) => {
    // Whatever failed, whoever asked sees a connection that is cut, and asks again.
    reply(question, answer).catch((error: Error) => answer.destroy(error));
  });
  async function reply(question: IncomingMessage, answer: ServerResponse): Promise<void> {
    const url = new URL(question.url ?? '', 'http://nowhere.test');
    const folder = folders[url.hostname];
    if (folder !== undefined) return sendFile(join(folder, url.pathname), answer);
    if (!url.pathname.endsWith('.deb')) return forward(url, question, answer);
    const kept = join(cache, createHash('sha256').update(url.href).digest('hex'));
    if (!existsSync(kept)) await download(url, kept);
    return sendFile(kept, answer);
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, listenOn, resolve);
  });
  const { port } = server.address() as { port: number };
  return {
    address: `http://${listenOn}:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function sendFile(path: string, answer: ServerResponse): Promise<void> {
  if (!existsSync(path)) {
    answer.writeHead(404).end();
    return;
  }
  await pipeline(createReadStream(path), answer);
}

async function forward(url: URL, question: IncomingMessage, answer: ServerResponse): Promise<void> {
  const { 'proxy-connection': _, ...headers } = question.headers;
  const upstream = await ask(url, headers);
  answer.writeHead(upstream.statusCode ?? 502, upstream.headers);
  await pipeline(upstream, answer);
}

async function download(url: URL, path: string): Promise<void> {
  const upstream = await ask(url, {});
  if (upstream.statusCode !== 200) {
    upstream.resume();
    return;
  }
  const part = `${path}.${randomUUID()}`;
  try {
    await pipeline(upstream, createWriteStream(part));
    await rename(part, path);
  } finally {
    await rm(part, { force: true });
  }
}

function ask(url: URL, headers: IncomingMessage['headers']): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { ...headers, host: url.host } }, resolve)
      .once('error', reject)
      .end();
  });
}

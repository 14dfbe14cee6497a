import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { mysql } from '@bitclouded/kit/databases';
import type { DatabaseServer } from '../databases/database-server.ts';
import { freePort } from '../free-port.ts';
import type { Container, ContainerHost } from './container-host.ts';

/** The name in the database server's certificate. `localhost` would be a socket to PHP. */
export const DATABASE_HOST = 'database.example.com';
/** What a server's certificate is for: that name, and the one by which a test itself reaches it. */
export const CERTIFIED_FOR = ['localhost', DATABASE_HOST];
export const SITE_HOST = 'blog.example.com';
const READY_DEADLINE_MS = 120_000;

/** A site: one database, one volume of shared files, and any number of replicas. */
export interface Site {
  readonly database: { readonly database: string; readonly username: string; readonly password: string };
  readonly volume: string;
  readonly admin: { readonly username: string; readonly password: string };
}

export interface Replica extends Container {
  readonly port: number;
  /** Waits until it is healthy. @throws Error with its log, where it ended instead */
  ready(): Promise<void>;
  fetch(path: string, options?: FetchOptions): Promise<Answer>;
}

export interface FetchOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | URLSearchParams;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A new site without a replica: its database is made as the function db-bootstrap makes it. */
export async function newSite(server: DatabaseServer, name: string): Promise<Site> {
  // What a careless script would break.
  const password = `p$'"\\ \`w;#%-${name}`;
  const database = { database: name, username: name, password };
  await mysql.prepare(server, server.admin, database, AbortSignal.timeout(60_000));
  return { database, volume: `files-of-${name}`, admin: { username: 'the.boss', password: `b$'"\\ \`oss;-${name}` } };
}

/** The environment of a replica, as a task definition has it. */
export function environmentOf(site: Site, server: DatabaseServer): Record<string, string> {
  return {
    // As load balancers write their names.
    WORDPRESS_URL: `https://${SITE_HOST.replace('blog', 'Blog')}`,
    WORDPRESS_TITLE: `It's "a blog" & more`,
    WORDPRESS_ADMIN_USER: site.admin.username,
    WORDPRESS_ADMIN_PASSWORD: site.admin.password,
    WORDPRESS_ADMIN_EMAIL: 'boss@example.com',
    WORDPRESS_DB_HOST: DATABASE_HOST,
    WORDPRESS_DB_PORT: String(server.port),
    WORDPRESS_DB_NAME: site.database.database,
    WORDPRESS_DB_USER: site.database.username,
    WORDPRESS_DB_PASSWORD: site.database.password,
    WORDPRESS_DB_TLS_CA: '/authorities.pem',
  };
}

/** Starts a replica. It is not ready yet. */
export async function startReplica(
  host: ContainerHost,
  reference: string,
  site: Site,
  server: DatabaseServer,
  env: Readonly<Record<string, string>> = {},
): Promise<Replica> {
  const port = await freePort();
  const container = await host.run(reference, {
    env: { ...environmentOf(site, server), WORDPRESS_PORT: String(port), ...env },
    mounts: { [site.volume]: '/var/www/shared', [server.caFile]: '/authorities.pem:ro' },
    hosts: [DATABASE_HOST],
  });
  const get = (path: string, options?: FetchOptions): Promise<Answer> => fetchFrom(port, path, options);
  return {
    ...container,
    port,
    fetch: get,
    async ready() {
      const deadline = Date.now() + READY_DEADLINE_MS;
      while (!(await isHealthy(get))) {
        if (Date.now() > deadline || !(await container.isRunning()))
          throw new Error(`the replica did not become healthy:\n${await container.logs()}`);
        await pause(100);
      }
    },
  };
}

async function isHealthy(get: Replica['fetch']): Promise<boolean> {
  try {
    return (await get('/healthz')).status === 200;
  } catch (error) {
    if (['ECONNREFUSED', 'ECONNRESET'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/** A request as the load balancer passes it on: TLS ended there. */
export async function fetchFrom(
  port: number,
  path: string,
  { method = 'GET', headers = {}, body }: FetchOptions = {},
): Promise<Answer> {
  const form = body instanceof URLSearchParams ? { 'content-type': 'application/x-www-form-urlencoded' } : {};
  const bytes = body === undefined ? undefined : Buffer.from(body.toString());
  const payload = body instanceof Buffer ? body : bytes;
  const sent = request({
    host: '127.0.0.1',
    port,
    path,
    method,
    agent: false,
    headers: {
      host: SITE_HOST,
      'x-forwarded-proto': 'https',
      'x-forwarded-for': '203.0.113.7',
      ...form,
      ...(payload && { 'content-length': String(payload.byteLength) }),
      ...headers,
    },
  });
  sent.end(payload);
  const [answer] = (await once(sent, 'response')) as [import('node:http').IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return { status: answer.statusCode ?? 0, headers: answer.headers, text: Buffer.concat(chunks).toString() };
}

/** Logs in as a browser does. @returns the session's cookies */
export async function logIn(replica: Replica, { username, password }: Site['admin']): Promise<string> {
  const { status, headers, text } = await replica.fetch('/wp-login.php', {
    method: 'POST',
    headers: { cookie: 'wordpress_test_cookie=WP%20Cookie%20check' },
    body: new URLSearchParams({ log: username, pwd: password, testcookie: '1', redirect_to: '/wp-admin/' }),
  });
  if (status !== 302) throw new Error(`no session: ${status}\n${text}`);
  return (headers['set-cookie'] ?? []).map((each) => each.split(';')[0]).join('; ');
}

/** Uploads a file through the REST interface, as the editor does. @returns the answer, and the file's path */
export async function upload(
  replica: Replica,
  cookie: string,
  name: string,
  bytes: Buffer,
): Promise<{ readonly status: number; readonly path: string }> {
  const { text: nonce } = await replica.fetch('/wp-admin/admin-ajax.php?action=rest-nonce', { headers: { cookie } });
  const boundary = 'the-boundary-of-this-upload';
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: application/zip\r\n\r\n`;
  const { status, text } = await replica.fetch('/wp-json/wp/v2/media', {
    method: 'POST',
    headers: { cookie, 'x-wp-nonce': nonce, 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  });
  if (status !== 201) return { status, path: text };
  return { status, path: new URL((JSON.parse(text) as { source_url: string }).source_url).pathname };
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { E2eError } from '../e2e-error.ts';
import { freePort } from '../free-port.ts';
import { runProgram } from '../run-program.ts';
import { type Certificates, makeCertificates } from './certificates.ts';
import { databaseProgram } from './programs.ts';

/** A running database server, empty. */
export interface DatabaseServer {
  /** The name that its certificate is for; it listens on 127.0.0.1. */
  readonly host: string;
  readonly port: number;
  /** Its authority, as PEM and as a file. */
  readonly ca: string;
  readonly caFile: string;
  /** May make users and databases, as the administrator that RDS makes, and is no superuser. */
  readonly admin: { readonly username: string; readonly password: string };
  /** Ends the server and removes its files. */
  stop(): Promise<void>;
}

export interface DatabaseServerOptions {
  /** True by default: it then takes connections by TLS alone. */
  readonly tls?: boolean;
  /** The names in its certificate, where they shall be others than `localhost`. */
  readonly certifiedFor?: readonly string[];
}

/** How a kind of server is made ready and started. */
export interface DatabaseKind {
  readonly name: string;
  /** Makes its files in the folder. */
  prepare(place: Place, run: Run): Promise<void>;
  /** The program that serves, in the foreground. */
  serve(place: Place): readonly [program: string, ...args: string[]];
  /** What it says when it takes connections. */
  readonly ready: RegExp;
}

export interface Place {
  readonly folder: string;
  readonly port: number;
  readonly tls: Certificates | undefined;
  readonly admin: DatabaseServer['admin'];
}

/** Runs a program to its end, as the user that the server runs as. */
export type Run = (program: string, ...args: string[]) => Promise<void>;

const HOST = 'localhost';
/** `nobody` of Debian: servers of databases refuse to run as root. */
const NOBODY = 65534;
const START_DEADLINE_MS = 60_000;
const LOG_LINES = 30;

/**
 * Starts a server on 127.0.0.1. It ends with `stop`, or with this process, however that ends.
 * @throws E2eError `tool-missing` before `npm run e2e:setup`, `server-failed` with its last words
 */
export async function startDatabaseServer(
  kind: DatabaseKind,
  { tls = true, certifiedFor = [HOST] }: DatabaseServerOptions = {},
): Promise<DatabaseServer> {
  const folder = await mkdtemp(join(tmpdir(), 'bitclouded-database-'));
  // A password that a careless statement would break.
  const admin = { username: 'the_admin', password: `a'b"c\\d\`e-${folder.slice(-6)}` };
  let server: ChildProcess | undefined;
  const stop = async () => {
    await end(server);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const made = await makeCertificates(folder, certifiedFor);
    const place = { folder, port: await freePort(), tls: tls ? made : undefined, admin };
    await giveAway(folder, made.keyFile);
    await kind.prepare(place, (program, ...args) => runDropped(kind, program, args));
    const started = startDropped(kind.serve(place));
    server = started.server;
    await ready(kind, started);
    letParentEnd(server);
    return { host: HOST, port: place.port, ca: made.authority, caFile: made.authorityFile, admin, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Starts several at the same time: all of them, or none. @throws as the first one that failed */
export async function startDatabaseServers(
  kind: DatabaseKind,
  ...options: readonly DatabaseServerOptions[]
): Promise<DatabaseServer[]> {
  const started = await Promise.allSettled(options.map((each) => startDatabaseServer(kind, each)));
  const failure = started.find(({ status }) => status === 'rejected');
  const servers = started.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  if (failure === undefined) return servers;
  await Promise.all(servers.map((server) => server.stop()));
  throw (failure as PromiseRejectedResult).reason;
}

const isRoot = () => process.getuid?.() === 0;

/** PostgreSQL takes no key that others may read. */
async function giveAway(folder: string, keyFile: string): Promise<void> {
  await chmod(keyFile, 0o600);
  if (!isRoot()) return;
  await chown(folder, NOBODY, NOBODY);
  await chown(keyFile, NOBODY, NOBODY);
}

/** The kernel ends the program with this process. */
function dropped(program: string, args: readonly string[]): string[] {
  const user = isRoot() ? [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] : [];
  return [...user, '--pdeathsig', 'KILL', '--', program, ...args];
}

async function runDropped(kind: DatabaseKind, program: string, args: readonly string[]): Promise<void> {
  const { exitCode, failure, stdout, stderr } = await runProgram(databaseProgram('setpriv'), dropped(program, args), {
    cwd: tmpdir(),
  });
  if (exitCode !== 0) throw failed(kind, `${program} ended: ${failure ?? exitCode}`, [stdout, stderr]);
}

interface Started {
  readonly server: ChildProcess;
  readonly lines: string[];
}

function startDropped([program, ...args]: readonly [string, ...string[]]): Started {
  const server = spawn(databaseProgram('setpriv'), dropped(program, args), {
    cwd: tmpdir(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  for (const stream of [server.stdout, server.stderr])
    stream.on('data', (chunk: Buffer) => {
      lines.push(...chunk.toString().split('\n').filter(Boolean));
    });
  server.once('error', (error) => lines.push(error.message));
  return { server, lines };
}

async function ready(kind: DatabaseKind, { server, lines }: Started): Promise<void> {
  const deadline = performance.now() + START_DEADLINE_MS;
  while (!lines.some((line) => kind.ready.test(line))) {
    if (server.pid === undefined || server.exitCode !== null) throw failed(kind, 'it ended', lines);
    if (performance.now() > deadline) throw failed(kind, 'it takes no connections', lines);
    await wait(50);
  }
}

function letParentEnd(server: ChildProcess): void {
  server.unref();
  for (const stream of [server.stdout, server.stderr]) (stream as unknown as { unref(): void }).unref();
}

async function end(server: ChildProcess | undefined): Promise<void> {
  if (server?.pid === undefined || server.exitCode !== null || server.signalCode !== null) return;
  server.ref();
  const ended = once(server, 'exit');
  // PostgreSQL's "immediate shutdown"; MariaDB ends by it too. Neither needs its files any more.
  server.kill('SIGQUIT');
  const timer = setTimeout(() => server.kill('SIGKILL'), 5000);
  await ended;
  clearTimeout(timer);
}

function failed(kind: DatabaseKind, received: string, lines: readonly string[]): E2eError {
  return new E2eError({
    code: 'server-failed',
    where: kind.name,
    received,
    expected: 'a running server',
    remedy: `read what it said last:\n${lines.slice(-LOG_LINES).join('\n')}`,
  });
}

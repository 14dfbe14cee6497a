import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { E2eError } from './e2e-error.ts';
import { freePort } from './free-port.ts';
import {
  type FunctionNetwork,
  functionNetworkEnvironment,
  writeFunctionNetwork,
} from './functions/function-network.ts';
import { findPaths, type Paths } from './paths.ts';
import { randomCredentials, randomName } from './random-credentials.ts';

/** A running stand-in for AWS: CloudFormation, made strict, and the services behind it. */
export interface StandIn {
  /** `http://127.0.0.1:<port>`, for every service; S3 needs `forcePathStyle`. */
  readonly endpoint: string;
  readonly region: string;
  readonly account: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** The same as environment variables, for a program such as the AWS CLI. */
  readonly env: Readonly<Record<string, string>>;
  /** Ends the server and every function it started, and removes its files. */
  stop(): Promise<void>;
  /** Empties every service: no stack, bucket or function is left. */
  reset(): Promise<void>;
  /** The types that were kept as a record since the start, because nothing provisions them; sorted. */
  recordedTypes(): Promise<string[]>;
  /** What service roles of stacks were asked for since the start, each once, in order. */
  askedPermissions(): Promise<readonly AskedPermission[]>;
  /** Tells functions that start from now on what they reach in their VPC; only of a stand-in where they are `routed`. */
  routeFunctions(network: FunctionNetwork): void;
  /** The last lines that the server wrote. */
  log(): string;
}

export interface AskedPermission {
  readonly roleArn: string;
  readonly action: string;
  /** The id of the statement that allowed it; empty where none did. */
  readonly statement: string;
}

export interface StandInOptions {
  /** A free one by default. */
  readonly port?: number;
  /**
   * What becomes of custom resources of functions in a VPC, `run` by default. `recorded`: they succeed unasked, for
   * tests that have nothing of what the functions would reach there. `routed`: they reach what `routeFunctions` names.
   */
  readonly functionsInVpc?: 'run' | 'recorded' | 'routed';
  /** A file to which recorded types are added, one a line; in the server's own folder by default. */
  readonly recordedTypes?: string;
}

const REGION = 'us-east-1';
const ACCOUNT = '123456789012';
/** A start takes 2 s on an idle machine. */
const START_DEADLINE_MS = 60_000;
const LOG_LINES = 60;
/** What the functions' runtime brings besides Node itself. */
const RUNTIME_SCOPES = ['@aws-sdk', '@smithy'];

type Server = ChildProcessByStdio<Writable, Readable, Readable>;

/**
 * Starts a stand-in on 127.0.0.1. It ends with `stop`, or with this process, however that ends.
 * @throws E2eError `tool-missing` before `npm run e2e:setup`, `node-too-old`, or `server-failed` with the server's last output
 */
export async function startStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const paths = findPaths();
  checkTools(paths);
  const port = options.port ?? (await freePort());
  const folder = await mkdtemp(join(tmpdir(), 'bitclouded-stand-in-'));
  const credentials = randomCredentials();
  const edition = randomName(20);
  const asked = join(folder, 'asked-permissions');
  const recorded = options.recordedTypes ?? join(folder, 'recorded-types');
  const network = join(folder, 'function-network.json');
  const endpoint = `http://127.0.0.1:${port}`;
  const env = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };

  await prepare(paths, folder);
  const server = spawn(join(paths.programs, 'python'), [join(paths.tools, 'cloudformation.py')], {
    cwd: folder,
    // A group of its own, so that one signal reaches the functions' processes too.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...serverEnvironment(paths, folder, port, edition, credentials),
      RECORDED_TYPES: recorded,
      ASKED_PERMISSIONS: asked,
      FUNCTIONS_IN_VPC: options.functionsInVpc ?? 'run',
      ...(options.functionsInVpc === 'routed' && functionNetworkEnvironment(paths.tools, network)),
    },
  });
  const log = keepLog(server);
  const stop = async () => {
    endGroup(server);
    server.ref();
    if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };

  try {
    await ready(server, endpoint, edition, log);
  } catch (error) {
    await stop();
    throw error;
  }
  letParentEnd(server);
  return {
    endpoint,
    region: REGION,
    account: ACCOUNT,
    credentials,
    env,
    stop,
    async reset() {
      const answer = await fetch(`${endpoint}/_ministack/reset`, { method: 'POST' });
      if (!answer.ok) throw serverFailed(endpoint, `reset answered ${answer.status}`, log());
    },
    async recordedTypes() {
      return [...new Set(await linesOf(recorded))].sort();
    },
    async askedPermissions() {
      return (await linesOf(asked)).map((line) => {
        const [roleArn, action, statement] = line.split(' ') as [string, string, string];
        return { roleArn, action, statement };
      });
    },
    routeFunctions: (routes) => writeFunctionNetwork(network, routes),
    log,
  };
}

async function linesOf(file: string): Promise<string[]> {
  return existsSync(file) ? (await readFile(file, 'utf8')).split('\n').filter(Boolean) : [];
}

function checkTools(paths: Paths): void {
  // Functions run by the Node that is first on PATH, whatever runtime they name.
  if (Number.parseInt(process.versions.node, 10) < 24) {
    throw new E2eError({
      code: 'node-too-old',
      where: process.execPath,
      received: process.version,
      expected: 'Node 24, the runtime of the functions',
      remedy: 'start the tests by `npm run e2e`, which brings it',
    });
  }
  if (existsSync(join(paths.environment, 'stamp'))) return;
  throw new E2eError({
    code: 'tool-missing',
    where: paths.environment,
    received: 'no Python environment',
    expected: 'the tools of tools/e2e',
    remedy: 'npm run e2e:setup',
  });
}

/**
 * Functions are unpacked below `tmp`, so both `import` and `require` find the
 * runtime's SDK in the `node_modules` above, and nothing else of this repository.
 */
async function prepare(paths: Paths, folder: string): Promise<void> {
  await mkdir(join(folder, 'tmp'));
  await mkdir(join(folder, 'node_modules'));
  await writeFile(join(folder, 'package.json'), '{}');
  for (const scope of RUNTIME_SCOPES) {
    await symlink(join(paths.repository, 'node_modules', scope), join(folder, 'node_modules', scope));
  }
}

/** Nothing of the caller's environment but PATH: a stray AWS_* variable would leak into the functions. */
function serverEnvironment(
  paths: Paths,
  folder: string,
  port: number,
  edition: string,
  { accessKeyId, secretAccessKey }: StandIn['credentials'],
): Record<string, string> {
  return {
    PATH: [dirname(process.execPath), paths.programs, process.env.PATH ?? ''].join(delimiter),
    HOME: folder,
    TMPDIR: join(folder, 'tmp'),
    LANG: 'C.UTF-8',
    NODE_PATH: join(folder, 'node_modules'),
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONUNBUFFERED: '1',
    REMOVED_WITH_PARENT: folder,
    AUTH: 'true',
    BIND_HOST: '127.0.0.1',
    GATEWAY_PORT: String(port),
    MINISTACK_ACCOUNT_ID: ACCOUNT,
    MINISTACK_REGION: REGION,
    ADMINISTRATOR_KEY: accessKeyId,
    ADMINISTRATOR_SECRET: secretAccessKey,
    // A word that is this server's alone: its health check repeats it.
    MINISTACK_EDITION: edition,
    // The root key passes unchecked, so it is one that nobody knows.
    AWS_ACCESS_KEY_ID: randomName(20),
    AWS_SECRET_ACCESS_KEY: randomCredentials().secretAccessKey,
    // Listeners that nothing here needs.
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
  };
}

function keepLog(server: Server): () => string {
  let lines: string[] = [];
  const keep = (chunk: Buffer) => {
    lines = [...lines, ...chunk.toString().split('\n').filter(Boolean)].slice(-LOG_LINES);
  };
  server.stdout.on('data', keep);
  server.stderr.on('data', keep);
  return () => lines.join('\n');
}

async function ready(server: Server, endpoint: string, edition: string, log: () => string): Promise<void> {
  let failure: string | undefined;
  server.once('error', (error) => {
    failure = error.message;
  });
  const deadline = performance.now() + START_DEADLINE_MS;
  while (performance.now() < deadline) {
    if (failure !== undefined || server.exitCode !== null || server.signalCode !== null) {
      throw serverFailed(endpoint, failure ?? `the server ended: ${server.exitCode ?? server.signalCode}`, log());
    }
    if (await answers(`${endpoint}/_ministack/health`, edition)) return;
    await wait(50);
  }
  throw serverFailed(endpoint, `no answer after ${START_DEADLINE_MS / 1000} s`, log());
}

/** Whether the server with this edition answers, and not another one that has the port. */
async function answers(url: string, edition: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    return answer.ok && ((await answer.json()) as { edition?: string }).edition === edition;
  } catch (error) {
    // `fetch` says "refused" and "timed out" by these two, and JSON the third; by name, as Jest has classes of its own.
    if (['TypeError', 'TimeoutError', 'SyntaxError'].includes((error as Error).name)) return false;
    throw error;
  }
}

function endGroup(server: Server): void {
  if (server.pid === undefined) return;
  try {
    process.kill(-server.pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** A forgotten `stop` must not keep a test run alive; the closing pipe ends the server. */
function letParentEnd(server: Server): void {
  server.unref();
  for (const stream of [server.stdin, server.stdout, server.stderr]) {
    (stream as unknown as { unref(): void }).unref();
  }
}

function serverFailed(where: string, received: string, log: string): E2eError {
  return new E2eError({
    code: 'server-failed',
    where,
    received,
    expected: 'a running stand-in',
    remedy: `leave the port out if it is taken; the server's last output:\n${log}`,
  });
}

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { findPaths } from '../paths.ts';
import { runProgram } from '../run-program.ts';
import { type ContainerHost, openContainerHost } from './container-host.ts';
import { localBase } from './local-base.ts';
import { buildImageOf } from './wordpress-image.ts';

/*
 * Everything of the image but Vector itself: its release cannot be had without a network. In its stead stands a program
 * that says as JSON what it was started with, and refuses files that are not there. That Vector takes the configuration
 * is seen when the image is built for real, which ends otherwise.
 */
const TARGET = `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-unknown-linux-gnu`;
const STAND_IN = `#!/bin/bash
set -euo pipefail
if [[ $1 == --version ]]; then echo 'vector 0.0.0'; exit; fi
for word in "$@"; do
  if [[ $word == --config-yaml=* && -n \${LOOK-yes} ]]; then test -r "\${word#*=}"; fi
  printf 'argument=%s\\n' "$word"
done
for name in "\${!LOG_ROUTER_@}"; do printf '%s=%s\\n' "$name" "\${!name}"; done
`;
const EVERY = {
  LOG_ROUTER_SINKS: 'stdout,kinesis,firehose,s3,opensearch',
  LOG_ROUTER_SOCKET: '/var/run/fluent.sock',
  LOG_ROUTER_STREAM: 'logs',
  LOG_ROUTER_DELIVERY_STREAM: 'logs-to-search',
  LOG_ROUTER_BUCKET: 'logs.example.com',
  LOG_ROUTER_SEARCH_ENDPOINT: 'https://search.example.com',
  AWS_REGION: 'us-gov-west-1',
};
const SINKS = EVERY.LOG_ROUTER_SINKS.split(',');
const folderOfImage = join(findPaths().repository, 'packages/images/log-router');
const configuration = join(folderOfImage, 'rootfs/etc/log-router');

let folder: string;
let server: Server;
let origin: string;
const served = new Map<string, Buffer | string>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bitclouded-log-router-'));
  const unpacked = join(folder, `vector-${TARGET}`);
  await mkdir(join(unpacked, 'bin'), { recursive: true });
  await mkdir(join(unpacked, 'licenses'));
  await writeFile(join(unpacked, 'bin/vector'), STAND_IN);
  await chmod(join(unpacked, 'bin/vector'), 0o755);
  for (const name of ['LICENSE', 'LICENSE-3rdparty.csv', 'licenses/MIT']) await writeFile(join(unpacked, name), name);
  const archive = join(folder, 'vector.tar.gz');
  // As Vector's own script packs it.
  await runProgram('tar', ['-czf', archive, `./${basename(unpacked)}`], { cwd: folder });
  served.set(`/vector-0.58.0-${TARGET}.tar.gz`, await readFile(archive));
  server = createServer(({ url = '' }, answer) => {
    const body = served.get(url);
    answer.writeHead(body === undefined ? 404 : 200).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

interface Started {
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** What the stand-in said. */
function startedOf(output: string): Started {
  const lines = output.split('\n').filter((line) => /^(argument|LOG_ROUTER_\w+)=/.test(line));
  const pairs = lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const);
  return {
    arguments: pairs.filter(([name]) => name === 'argument').map(([, value]) => value),
    environment: Object.fromEntries(pairs.filter(([name]) => name !== 'argument')),
  };
}

describe('the start', () => {
  /** On this machine, without a container and so without the files. */
  const start = (environment: Readonly<Record<string, string>>) =>
    runProgram('bash', [join(folderOfImage, 'rootfs/usr/local/bin/log-router-start')], {
      env: { AWS_REGION: '', ...environment, LOOK: '', PATH: `${folder}/vector-${TARGET}/bin:${process.env.PATH}` },
    });
  const filesOf = async (environment: Readonly<Record<string, string>>) => {
    const { exitCode, stdout, stderr } = await start(environment);
    expect([exitCode, stderr]).toEqual([0, '']);
    const words = startedOf(stdout).arguments.filter((word) => word.startsWith('--config-yaml='));
    return words.map((word) => word.replace('--config-yaml=/etc/log-router/', ''));
  };

  it('without anything set writes to stdout what comes from this very task', async () => {
    expect(await filesOf({})).toEqual(['router.yaml', 'sinks/stdout.yaml']);
    const { environment } = startedOf((await start({})).stdout);
    expect(environment).toMatchObject({ LOG_ROUTER_LISTEN: '127.0.0.1:24224' });
  });

  it('takes the files of what it is asked for, each once', async () => {
    const all = SINKS.map((name) => `sinks/${name}.yaml`);
    expect(await filesOf(EVERY)).toEqual(['router.yaml', 'socket.yaml', ...all]);
    const twice = { LOG_ROUTER_SINKS: 'kinesis,kinesis', LOG_ROUTER_STREAM: 'a', AWS_REGION: 'eu-west-1' };
    expect(await filesOf(twice)).toEqual(['router.yaml', 'sinks/kinesis.yaml']);
  });

  it('says all at once what is missing, and starts nothing', async () => {
    const { exitCode, stdout, stderr } = await start({ LOG_ROUTER_SINKS: EVERY.LOG_ROUTER_SINKS });
    expect([exitCode, stdout]).toEqual([1, '']);
    const named = [...stderr.matchAll(/log-router: (\w+) is missing: /g)].map(([, name]) => name);
    const needed = ['STREAM', 'DELIVERY_STREAM', 'BUCKET', 'SEARCH_ENDPOINT', 'REGION'];
    expect(named).toEqual(needed.map((name) => `LOG_ROUTER_${name}`));
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['a quotation mark', { LOG_ROUTER_STREAM: 'a"b' }],
    ['a line of its own', { LOG_ROUTER_STREAM: 'logs\n    endpoint: "http://evil.example.com' }],
    ['a line after all', { LOG_ROUTER_BUCKET: 'logs-of-us\n' }],
    ['another variable', { LOG_ROUTER_DELIVERY_STREAM: '${AWS_SECRET_ACCESS_KEY}' }],
    ['a field of the record', { LOG_ROUTER_PREFIX: '{{ container_name }}/' }],
    ['a way out of the prefix', { LOG_ROUTER_PREFIX: '/../' }],
    ['a search in the clear', { LOG_ROUTER_SEARCH_ENDPOINT: 'http://search.example.com' }],
    ['a password in an address', { LOG_ROUTER_SEARCH_ENDPOINT: 'https://me:mine@search.example.com' }],
    ['a port alone', { LOG_ROUTER_LISTEN: '24225' }],
    ['a socket by a relative path', { LOG_ROUTER_SOCKET: 'run/router.sock' }],
    ['a destination that is none', { LOG_ROUTER_SINKS: 'stdout,../../tmp/mine' }],
    ['no destination between commas', { LOG_ROUTER_SINKS: 'stdout,,s3' }],
  ])('refuses %s, and does not repeat it', async (_, changes) => {
    const { exitCode, stdout, stderr } = await start({ ...EVERY, ...changes });
    expect([exitCode, stdout]).toEqual([1, '']);
    const [[name, value]] = Object.entries(changes) as [[string, string]];
    expect(stderr).toMatch(new RegExp(`^log-router: ${name} (is not|has something else)[^\\n]*\\n$`));
    expect(stderr).not.toContain(value);
  });

  it('gives the configuration every value that it names, and the parts fit each other', async () => {
    const { environment } = startedOf((await start(EVERY)).stdout);
    const merged: Record<string, Record<string, Record<string, unknown>>> = {};
    const names = [
      'router.yaml',
      'socket.yaml',
      ...(await readdir(join(configuration, 'sinks'))).map((n) => `sinks/${n}`),
    ];
    for (const name of names) {
      const text = (await readFile(join(configuration, name), 'utf8')).replace(/\$\{(\w+)\}/g, (_, variable) => {
        expect([name, variable, environment[variable]]).toEqual([name, variable, expect.stringMatching(/./)]);
        return environment[variable]!;
      });
      expect(text).not.toContain('$');
      for (const [kind, parts] of Object.entries(parse(text) as typeof merged))
        if (typeof parts === 'object') merged[kind] = { ...merged[kind], ...parts };
    }
    const { sources, transforms, sinks } = merged as Record<'sources' | 'transforms' | 'sinks', Record<string, object>>;
    expect(Object.keys(sources).every((id) => id.startsWith('received_'))).toBe(true);
    expect(transforms.records).toMatchObject({ inputs: ['received_*'], file: '/etc/log-router/records.vrl' });
    expect(Object.keys(sinks).sort()).toEqual([...SINKS].sort());
    for (const sink of Object.values(sinks)) expect(sink).toMatchObject({ inputs: ['records'] });
    expect(sinks.s3).toMatchObject({
      bucket: 'logs.example.com',
      key_prefix: 'logs/%Y/%m/%d/%H/',
      region: 'us-gov-west-1',
    });
    expect(sinks.opensearch).toMatchObject({ bulk: { index: 'logs-%Y.%m.%d' }, aws: { region: 'us-gov-west-1' } });
  });
});

describe('the image, with a stand-in for Vector', () => {
  let host: ContainerHost;
  let image: string;
  let build: (changes?: Readonly<Record<string, string>>) => Promise<string>;

  beforeAll(async () => {
    host = await openContainerHost();
    const archive = served.get(`/vector-0.58.0-${TARGET}.tar.gz`)!;
    const sha256 = createHash('sha256').update(archive).digest('hex');
    const given = {
      BASE: await localBase(findPaths()),
      VECTOR_RELEASE: origin,
      VECTOR_SHA256_AMD64: sha256,
      VECTOR_SHA256_ARM64: sha256,
    };
    build = (changes = {}) => buildImageOf(host, folderOfImage, Object.entries({ ...given, ...changes }));
    image = await build();
  }, 600_000);
  afterAll(() => host?.close());

  /** Runs it to its end. @returns what the stand-in was started with, and the whole log */
  async function run(env: Readonly<Record<string, string>>) {
    const container = await host.run(image, { env });
    const exitCode = await container.ended();
    const logs = await container.logs();
    return { exitCode, logs, ...startedOf(logs) };
  }

  it('has every file that it asks Vector to read, on a root file system that is read-only', async () => {
    const { exitCode, arguments: words } = await run({ ...EVERY, LOG_ROUTER_SOCKET: '/var/lib/vector/fluent.sock' });
    expect(exitCode).toBe(0);
    expect(words).toHaveLength(1 + 2 + SINKS.length);
    expect(words[0]).toBe('--dangerously-allow-env-var-interpolation');
  });

  it('says which task it is of', async () => {
    const of = { TaskARN: 'arn:aws:ecs:eu-west-1:123456789012:task/apps/1', Family: 'web', Revision: '7' };
    served.set('/v4/task', JSON.stringify({ Cluster: 'arn:aws:ecs:eu-west-1:123456789012:cluster/apps', ...of }));
    const { exitCode, environment } = await run({ ECS_CONTAINER_METADATA_URI_V4: `${origin}/v4` });
    expect(exitCode).toBe(0);
    expect(environment).toMatchObject({
      LOG_ROUTER_ECS_CLUSTER: 'apps',
      LOG_ROUTER_ECS_TASK_ARN: of.TaskARN,
      LOG_ROUTER_ECS_TASK_DEFINITION: 'web:7',
    });
  });

  it.each(['<html>', '', '{"TaskARN":"arn"}'])('starts all the same where the task says %j', async (answer) => {
    served.set('/odd/task', answer);
    const { exitCode, logs, environment } = await run({ ECS_CONTAINER_METADATA_URI_V4: `${origin}/odd` });
    expect(exitCode).toBe(0);
    expect(logs).toContain('records go on without its name');
    expect(environment).not.toHaveProperty('LOG_ROUTER_ECS_TASK_ARN');
  });

  it('listens where a router that was killed left its socket', async () => {
    const leave = `import('node:net').then(({ createServer }) => createServer().listen(process.argv[1], () => process.kill(process.pid, 9)))`;
    const left = join(folder, 'run');
    await mkdir(left);
    await runProgram('node', ['-e', leave, join(left, 'fluent.sock')]);
    await runProgram('chown', ['-R', '10001:10001', left]);
    expect(await readdir(left)).toEqual(['fluent.sock']);
    const env = { LOG_ROUTER_SOCKET: '/var/run/fluent.sock' };
    expect(await (await host.run(image, { env, mounts: { [left]: '/run' } })).ended()).toBe(0);
    expect(await readdir(left)).toEqual([]);
  });

  it('runs as a user without rights, and names its health check, its port and its volume', async () => {
    const of = JSON.parse(await host.podman('image', 'inspect', '--format={{json .Config}}', image));
    expect(of).toMatchObject({
      User: '10001:10001',
      Cmd: ['log-router-start'],
      StopSignal: 'SIGTERM',
      ExposedPorts: { '24224/tcp': {} },
      Volumes: { '/var/lib/vector': {} },
    });
    const dockerfile = await readFile(join(folderOfImage, 'Dockerfile'), 'utf8');
    expect(dockerfile).toMatch(/^HEALTHCHECK .* CMD \["log-router-healthcheck"\]$/m);
    const definition = await readFile(join(folderOfImage, 'image.ts'), 'utf8');
    expect(/^ARG VECTOR_VERSION=(\S+)$/m.exec(dockerfile)![1]).toBe(/version: '([^']+)'/.exec(definition)![1]);
  });

  it('is not built of an archive that is another one', async () => {
    const other = 'f'.repeat(64);
    const failed = build({ VECTOR_SHA256_AMD64: other, VECTOR_SHA256_ARM64: other });
    await expect(failed).rejects.toThrow(/FAILED/);
  });
});

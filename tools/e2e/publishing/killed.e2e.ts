import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bucketOf } from '@bitclouded/documents';
import { awsTestHost } from '../../../release/testing/aws-host.ts';
import { type HostReader, startReader } from '../../../release/testing/start-reader.ts';
import { type Exchange, type FaultProxy, startFaultProxy } from '../fault-proxy/start-fault-proxy.ts';
import { type ObjectStore, startObjectStore } from '../object-store/start-object-store.ts';
import { findPaths } from '../paths.ts';
import { contentsOfHost, type HostContents, makeHost, restoreHost } from './host-buckets.ts';
import { environmentOf, makePublisher } from './publisher.ts';

const PROGRAM = join(findPaths().repository, 'release/testing/release-program.ts');
const OLD = { version: '1.0.0', templates: { 'networking/vpc': 'old' }, lambdas: { router: 'one' } };
const NEW = {
  version: '1.1.0',
  templates: { 'networking/vpc': 'new' },
  lambdas: { router: 'two' },
  schemas: { manifest: '{}\n' },
};

/** A request at which the release is killed: the server has not heard of it, or has acted and not answered. */
interface Point {
  readonly request: string;
  readonly when: 'before' | 'after';
}

const full = process.env.E2E_FULL === '1';
const LIMIT_MS = full ? 1_800_000 : 300_000;

/** Publishes, verifies and promotes as the command does, with a clock that stands still. */
describe('a release to S3 that is killed', () => {
  let root: string;
  let store: ObjectStore;
  let proxy: FaultProxy;
  let reader: HostReader;
  let before: HostContents;
  let wanted: HostContents;
  let requests: readonly Exchange[];
  const host = awsTestHost(['eu-west-1', 'us-east-1']);

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'bitclouded-killed-'));
    store = await startObjectStore();
    proxy = await startFaultProxy(store.endpoint);
    reader = startReader();
    await makeHost(store, host);
    const publisher = await makePublisher(root, 'template', host, {});
    await publisher.pack(OLD);
    expect(await ended(release('template'))).toEqual(whole);
    before = await contentsOfHost(store, host);
    await rm(join(publisher.workspace, 'dist/release/production/bundle'), { recursive: true });
    await publisher.pack(NEW);
    requests = await undisturbed();
    wanted = await contentsOfHost(store, host);
  });
  afterAll(async () => {
    reader?.end();
    await proxy?.stop();
    await store?.stop();
    await rm(root, { recursive: true, force: true });
  });

  const whole = { status: 0, signal: null };

  function release(workspace: string): ChildProcess {
    const env = { ...process.env, ...environmentOf(proxy.endpoint, store.credentials) };
    return spawn(process.execPath, [PROGRAM, join(root, workspace), host.name], {
      // Compiled once for all of the runs: they take half the time.
      env: { ...env, NODE_COMPILE_CACHE: join(root, 'compiled') },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }

  async function ended(child: ChildProcess): Promise<{ status: number | null; signal: string | null }> {
    const [status, signal] = await once(child, 'exit');
    return { status, signal };
  }

  async function undisturbed(): Promise<readonly Exchange[]> {
    await cp(join(root, 'template'), join(root, 'undisturbed'), { recursive: true });
    proxy.forget();
    expect(await ended(release('undisturbed'))).toEqual(whole);
    await rm(join(root, 'undisturbed'), { recursive: true });
    return [...proxy.exchanges];
  }

  const addressOf = (region: string): string => `${store.endpoint}/${bucketOf(host, region)}`;

  it(
    'is whole after the next run, and nobody ever saw an index that leads to something missing',
    async () => {
      // The points have the same names in every run, so that each of them is met.
      await restoreHost(store, host, before);
      expect((await undisturbed()).map(nameOf).sort()).toEqual(requests.map(nameOf).sort());

      const all = requests.flatMap((request) => points(nameOf(request)));
      const chosen = full ? all : oneOfEachKind(requests).flatMap((request) => points(nameOf(request)));
      let indexesRead = 0;
      for (const point of chosen) {
        await restoreHost(store, host, before);
        await cp(join(root, 'template'), join(root, 'killed'), { recursive: true });
        await reader.watch(addressOf('eu-west-1'), addressOf('us-east-1'));
        expect({ point, ...(await killedAt(point)) }).toEqual({ point, status: null, signal: 'SIGKILL' });
        expect({ point, ...(await ended(release('killed'))) }).toEqual({ point, ...whole });
        const { indexes, missing } = await reader.stop();
        indexesRead += indexes;
        expect({ point, missing }).toEqual({ point, missing: [] });
        expect({ point, contents: await contentsOfHost(store, host) }).toEqual({ point, contents: wanted });
        await rm(join(root, 'killed'), { recursive: true });
      }
      console.log(
        `killed at ${chosen.length} of ${all.length} points (${requests.length} requests, before and after); ${indexesRead} indexes read meanwhile`,
      );
      expect(chosen.length).toBeGreaterThanOrEqual(full ? 150 : 30);
      expect(indexesRead).toBeGreaterThan(chosen.length);
    },
    LIMIT_MS,
  );

  async function killedAt({ request, when }: Point): Promise<{ status: number | null; signal: string | null }> {
    proxy.forget();
    const child = release('killed');
    const call = () => void child.kill('SIGKILL');
    proxy.use((each) => (nameOf(each) === request ? { type: 'call', when, call } : undefined));
    const result = await ended(child);
    proxy.use();
    proxy.forget();
    return result;
  }
});

function points(request: string): readonly Point[] {
  return [
    { request, when: 'before' },
    { request, when: 'after' },
  ];
}

function nameOf({ verb, bucket, key, query, nth }: Omit<Exchange, 'sentBytes' | 'status' | 'forwarded' | 'index'>) {
  return `${verb} ${bucket} ${key}?${query} #${nth}`;
}

/** The first request of each verb about each kind of key. */
function oneOfEachKind(requests: readonly Exchange[]): readonly Exchange[] {
  const kinds = new Map<string, Exchange>();
  for (const request of requests) {
    const kind = `${request.verb} ${kindOf(request.key)}`;
    if (!kinds.has(kind)) kinds.set(kind, request);
  }
  return [...kinds.values()];
}

function kindOf(key: string): string {
  if (key === '') return 'the keys of a bucket';
  if (key === 'index.json') return 'index';
  if (key.startsWith('lambdas/')) return 'code';
  const [folder = '', name = ''] = key.split('/', 2);
  const isVersion = /^v\d+\.\d+\.\d+$/.test(folder);
  if (['claim.json', 'manifest.json', 'alias.json'].includes(name)) return isVersion ? name : `alias: ${name}`;
  return isVersion ? 'artifact' : 'alias: artifact';
}

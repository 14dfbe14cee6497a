import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AwsHost, bucketOf, keyOf } from '@bitclouded/documents';
import { awsTestHost } from '../../../release/testing/aws-host.ts';
import { SMALL } from '../../../release/testing/write-bundle.ts';
import { EXPIRED, first, on, type Rule, SKEWED, SLOW_DOWN, seeded, since, THROTTLED } from '../fault-proxy/fault.ts';
import { type FaultProxy, startFaultProxy } from '../fault-proxy/start-fault-proxy.ts';
import { type ObjectStore, startObjectStore } from '../object-store/start-object-store.ts';
import type { Ended } from '../run-program.ts';
import { contentsOfHost, type HostContents, makeHost } from './host-buckets.ts';
import { environmentOf, makePublisher, type Publisher, type RunOptions } from './publisher.ts';

const REGIONS = ['eu-west-1', 'us-east-1', 'ap-southeast-2'];
const RELEASE = { version: '1.0.0', ...SMALL };
const STAGES = ['publish', 'verify', 'promote'];

let root: string;
let store: ObjectStore;
let count = 0;

/*
 * A real object store behind a proxy that fails. Each test has buckets and a proxy of its own, so that the waits of
 * one are the work of another.
 */
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'bitclouded-faults-'));
  store = await startObjectStore();
});
afterAll(async () => {
  await store?.stop();
  await rm(root, { recursive: true, force: true });
});

interface Setting {
  readonly host: AwsHost;
  readonly proxy: FaultProxy;
  readonly publisher: Publisher;
  /** Runs the stages, all of which must succeed. */
  succeeds(stages?: readonly string[], options?: RunOptions): Promise<void>;
  contents(): Promise<HostContents>;
}

async function withHost(work: (setting: Setting) => Promise<void>): Promise<void> {
  const name = `host-${++count}`;
  const host = awsTestHost(REGIONS, { prefix: name });
  await makeHost(store, host);
  const proxy = await startFaultProxy(store.endpoint);
  try {
    const publisher = await makePublisher(root, name, host, environmentOf(proxy.endpoint, store.credentials));
    await publisher.pack(RELEASE);
    await work({
      host,
      proxy,
      publisher,
      contents: () => contentsOfHost(store, host),
      async succeeds(stages = STAGES, options = {}) {
        for (const stage of stages) {
          const { exitCode, stderr } = await publisher.run([stage], options);
          expect({ stage, exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ stage, exitCode: 0, stderr: '' });
        }
      },
    });
  } finally {
    await proxy.stop();
  }
}

/** What a release that nothing disturbs leaves: every object, and the serial of its index. */
async function expectWhole({ contents, host }: Setting): Promise<void> {
  const found = await contents();
  const keys = Object.keys(found);
  const lambda = keys.find((id) => id.startsWith('eu-west-1 lambdas/'))!.slice('eu-west-1 '.length);
  for (const region of REGIONS) expect(keys).toEqual(expect.arrayContaining([`${region} ${lambda}`]));
  for (const region of REGIONS) expect(keys).toContain(`${region} ${keyOf.manifest('1.0.0')}`);
  const sums = found[`${host.homeRegion} ${keyOf.sums('1.0.0')}`]!;
  for (const line of sums.trimEnd().split('\n')) expect(keys).toContain(`eu-west-1 ${line.split('  ')[1]}`);
  const envelope = JSON.parse(found[`eu-west-1 ${keyOf.index()}`]!) as { payload: string };
  const index = JSON.parse(Buffer.from(envelope.payload, 'base64').toString());
  expect(index).toMatchObject({ serial: 1, channels: { latest: '1.0.0', v1: '1.0.0', 'v1.0': '1.0.0' } });
  expect(found['eu-west-1 latest/alias.json']).toContain('"1.0.0"');
}

function expectRefused(ended: Ended, exitCode: number, code: string, ...words: readonly string[]): void {
  expect(ended).toMatchObject({ exitCode });
  expect(ended.stderr).toContain(`: ${code}\n`);
  for (const part of ['received', 'expected', 'remedy', ...words]) expect(ended.stderr).toContain(part);
  expect(ended.stderr).not.toMatch(/^\s+at |not foreseen/m);
}

describe('a release comes through', () => {
  it.concurrent.each<[string, () => Rule]>([
    ['a storm of 503', () => seeded(0.3, 1, {}, SLOW_DOWN)],
    ['throttling of the first twenty requests', () => first(20, {}, THROTTLED)],
    ['connections that end before S3 heard of it', () => seeded(0.2, 2, {}, { type: 'cut', when: 'before' })],
    ['connections that end after S3 acted', () => seeded(0.2, 3, {}, { type: 'cut', when: 'after' })],
    ['bodies that break off', () => seeded(0.2, 4, { verb: 'GET' }, { type: 'cut-body', afterBytes: 100 })],
    ['connections of 20 KB a second', () => () => ({ type: 'slow', bytesPerSecond: 20_000 })],
  ])('%s', (_, rule) =>
    withHost(async (setting) => {
      setting.proxy.use(rule());
      await setting.succeeds();
      await expectWhole(setting);
    }),
  );

  it.concurrent('the loss of the first answer to every write, and writes nothing twice', () =>
    withHost(async (setting) => {
      setting.proxy.use(on({ verb: 'PUT', nth: 1 }, { type: 'cut', when: 'after' }));
      await setting.succeeds();
      await expectWhole(setting);
      const published = setting.proxy.exchanges.filter(
        ({ verb, key }) => verb === 'PUT' && /^(v1\.0\.0|lamb)/.test(key),
      );
      expect(published.filter(({ nth }) => nth === 1).length).toBeGreaterThan(10);
      for (const { nth, status } of published) expect(status).toBe(nth === 1 ? undefined : 412);
    }));

  it.concurrent('a clock that is an hour fast', () =>
    withHost(async (setting) => {
      const shift = `const now = Date.now; const skewed = () => now() + 3_600_000;
        globalThis.Date = class extends Date { constructor(...args) { args.length ? super(...args) : super(skewed()); } };
        Date.now = skewed;`;
      const nodeArgs = ['--import', `data:text/javascript,${encodeURIComponent(shift)}`];
      await setting.succeeds(['publish'], { nodeArgs });
      expect(setting.proxy.exchanges.some(({ status }) => status === 403)).toBe(true);
      await setting.succeeds(['verify', 'promote']);
      await expectWhole(setting);
    }));
});

describe('a release ends with a typed message, and the same command goes on', () => {
  it.concurrent('when S3 has nothing but 503', () =>
    withHost(async (setting) => {
      setting.proxy.use(on({ verb: 'PUT' }, SLOW_DOWN));
      expectRefused(await setting.publisher.run(['publish']), 3, 'host-unavailable', '503', 'SlowDown');
      expect(await setting.contents()).toEqual({});
      setting.proxy.use();
      await setting.succeeds();
      await expectWhole(setting);
    }));

  it.concurrent('when S3 finds the clock wrong whatever is done', () =>
    withHost(async (setting) => {
      setting.proxy.use(() => SKEWED);
      const skewed = await setting.publisher.run(['publish']);
      expectRefused(skewed, 3, 'clock-skewed', 'RequestTimeTooSkewed', 'clock');
      setting.proxy.use();
      await setting.succeeds();
    }));

  it.concurrent('when credentials have expired before it begins', () =>
    withHost(async (setting) => {
      setting.proxy.use(() => EXPIRED);
      for (const stage of ['publish', 'verify'])
        expectRefused(await setting.publisher.run([stage]), 3, 'credentials-expired', 'sign in again');
      expect(await setting.contents()).toEqual({});
    }));

  it.concurrent('when credentials expire midway; what is there is not written again', () =>
    withHost(async (setting) => {
      const { proxy, publisher } = setting;
      proxy.use(since(13, EXPIRED));
      expectRefused(await publisher.run(['publish']), 3, 'credentials-expired', 'sign in again');
      const there = Object.keys(await setting.contents());
      expect(there.length).toBeGreaterThan(2);
      proxy.use();
      proxy.forget();
      await setting.succeeds(['publish']);
      const created = proxy.exchanges.filter(({ verb, status }) => verb === 'PUT' && status === 200);
      expect(created.length).toBe(Object.keys(await setting.contents()).length - there.length);
      await setting.succeeds(['verify', 'promote']);
      await expectWhole(setting);
    }));

  it.concurrent('when a region is down: it cannot be promoted, and the next run writes what is missing', () =>
    withHost(async (setting) => {
      const { host, proxy, publisher } = setting;
      const down = bucketOf(host, 'ap-southeast-2');
      proxy.use(on({ verb: 'PUT', bucket: down }, { type: 'cut', when: 'before' }));
      expectRefused(await publisher.run(['publish']), 3, 'host-unavailable', 'ap-southeast-2');
      const there = Object.keys(await setting.contents());
      expect(there).not.toContain(`eu-west-1 ${keyOf.manifest('1.0.0')}`);
      expect((await publisher.run(['verify'])).exitCode).toBe(0);
      expectRefused(await publisher.run(['promote']), 2, 'verification-of-other', 'no release');
      expect(Object.keys(await setting.contents())).toEqual(there);

      proxy.use();
      proxy.forget();
      await setting.succeeds(['publish']);
      const created = proxy.exchanges.filter(({ verb, status }) => verb === 'PUT' && status === 200);
      expect(created.length).toBe(Object.keys(await setting.contents()).length - there.length);
      await setting.succeeds(['verify', 'promote']);
      await expectWhole(setting);
    }));

  it.concurrent('when a region goes down after it was published to: it cannot be verified, nor promoted', () =>
    withHost(async (setting) => {
      const { host, proxy, publisher } = setting;
      await setting.succeeds(['publish']);
      proxy.use(on({ bucket: bucketOf(host, 'us-east-1') }, { type: 'cut', when: 'before' }));
      expectRefused(await publisher.run(['verify']), 3, 'host-unavailable', 'us-east-1');
      expectRefused(await publisher.run(['promote']), 2, 'verification-missing');
      expect(Object.keys(await setting.contents())).not.toContain(`eu-west-1 ${keyOf.index()}`);
      proxy.use();
      await setting.succeeds(['verify', 'promote']);
      await expectWhole(setting);
    }));

  it.concurrent('when nobody answers', () =>
    withHost(async (setting) => {
      setting.proxy.use(first(1, { verb: 'PUT' }, { type: 'hang' }));
      await setting.succeeds();
      await expectWhole(setting);
    }));

  it.concurrent('when somebody else’s bytes stand under a name', () =>
    withHost(async (setting) => {
      const { publisher, proxy } = setting;
      await setting.succeeds(['publish']);
      await publisher.pack({ ...RELEASE, templates: { ...SMALL.templates, 'networking/vpc': 'other' } });
      proxy.forget();
      expectRefused(await publisher.run(['publish']), 2, 'version-claimed');
      expect(proxy.exchanges.filter(({ verb }) => verb === 'PUT')).toEqual([]);
    }));
});

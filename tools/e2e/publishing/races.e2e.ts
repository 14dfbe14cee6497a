import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keyOf, parseIndex, type ReleaseIndex, type Verification } from '@bitclouded/documents';
import type { Destination } from '../../../release/destinations/destination.ts';
import { openS3 } from '../../../release/destinations/s3.ts';
import { s3Access } from '../../../release/destinations/s3-access.ts';
import { openS3Reader } from '../../../release/destinations/s3-reader.ts';
import type { Bundle } from '../../../release/pack/read-bundle.ts';
import { applyToIndex, type IndexOperation } from '../../../release/promote/apply-to-index.ts';
import { operate } from '../../../release/promote/operate.ts';
import { promote } from '../../../release/promote/promote.ts';
import { publish } from '../../../release/publish/publish.ts';
import { ReleaseError } from '../../../release/release-error.ts';
import { awsTestHost } from '../../../release/testing/aws-host.ts';
import { go, ignore, NOW } from '../../../release/testing/released.ts';
import { type Contents, SMALL, writeBundle } from '../../../release/testing/write-bundle.ts';
import { verify } from '../../../release/verify/verify.ts';
import { type ObjectStore, startObjectStore } from '../object-store/start-object-store.ts';
import { type StandIn, startStandIn } from '../stand-in.ts';
import { contentsOfHost, type HostContents, makeHost, restoreHost } from './host-buckets.ts';
import { environmentOf } from './publisher.ts';

const CLAIMS = 100;
const CROWDS = process.env.E2E_FULL === '1' ? 20 : 5;
const OPERATIONS = process.env.E2E_FULL === '1' ? 25 : 5;

/*
 * The buckets are unversioned: in a versioned one several of eight racing writers with a condition win on radosgw, which
 * looks at the condition before it makes the new version. S3 is documented to let one win in either.
 */
describe.each<[string, () => Promise<ObjectStore | StandIn>]>([
  ['a real object store', startObjectStore],
  ['the stand-in', startStandIn],
])('races on %s', (_, start) => {
  const host = awsTestHost(['us-east-1', 'eu-west-1']);
  const environment = { ...process.env };
  let root: string;
  let server: ObjectStore | StandIn;
  let reader: ReturnType<typeof openS3Reader>;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'bitclouded-races-'));
    server = await start();
    Object.assign(process.env, environmentOf(server.endpoint, server.credentials));
    reader = openS3Reader(host);
    await makeHost(server, host);
  });
  afterAll(async () => {
    process.env = environment;
    await server?.stop();
    await rm(root, { recursive: true, force: true });
  });

  /** As many publishers, each with clients and connections of its own. */
  const destinations = (count: number) => Array.from({ length: count }, () => openS3(host, s3Access('signed')));
  const bundleOf = (name: string, contents: Contents): Promise<Bundle> => writeBundle(join(root, name), host, contents);

  it(`lets exactly one of two bundles have a version, ${CLAIMS} times, and the other write nothing`, async () => {
    const racers = destinations(2);
    const expected = new Set<string>();
    const wins = [0, 0];
    for (let round = 0; round < CLAIMS; round++) {
      const version = `1.0.${round}`;
      const lambdas = (owner: number) => ({ 'log-governor': `${owner} in round ${round}` });
      const bundles = await Promise.all(
        racers.map((_, i) => bundleOf(`${version}-${i}`, { version, ...SMALL, lambdas: lambdas(i) })),
      );
      // By turns, lest the one that is asked first decide all of them.
      const order = round % 2 === 0 ? [0, 1] : [1, 0];
      const answers: PromiseSettledResult<unknown>[] = [];
      await Promise.all(
        order.map(async (i) => {
          const request = { bundle: bundles[i]!, host, destination: racers[i]! };
          [answers[i]] = (await Promise.allSettled([publish(request, go, ignore)])) as [PromiseSettledResult<unknown>];
        }),
      );
      const winner = answers.findIndex(({ status }) => status === 'fulfilled');
      const loser = answers[1 - winner] as PromiseRejectedResult;
      expect(loser.reason).toBeInstanceOf(ReleaseError);
      expect(loser.reason).toMatchObject({ code: 'version-claimed' });
      for (const { manifestSha256 } of bundles) expect(loser.reason.message).toContain(manifestSha256);
      for (const id of objectsOf(bundles[winner]!)) expected.add(id);
      wins[winner]!++;
    }
    // The winners' objects and nothing else.
    expect(Object.keys(await contentsOfHost(server, host))).toEqual([...expected].sort());
    console.log(`${CLAIMS} races for a version: ${wins[0]} won by one bundle, ${wins[1]} by the other`);
    expect(Math.min(...wins)).toBeGreaterThan(0);
  });

  it('lets eight publishers of one bundle succeed together, each object created by one of them', async () => {
    const racers = destinations(8);
    for (let round = 0; round < CROWDS; round++) {
      const version = `2.0.${round}`;
      const lambdas = { 'log-governor': `of all in round ${round}` };
      const bundle = await bundleOf(version, { version, ...SMALL, lambdas });
      const published = await Promise.all(
        racers.map((destination) => publish({ bundle, host, destination }, go, ignore)),
      );
      const created = published.reduce((sum, each) => sum + each.created, 0);
      expect(created).toBe(objectsOf(bundle).length);
      const { report } = await verify({ host, reader, seen: undefined, version }, NOW, go, ignore);
      expect(report).toMatchObject({ faults: [], releases: [{ version, manifestSha256: bundle.manifestSha256 }] });
    }
  });

  describe('for the index', () => {
    const versions = ['3.0.0', '3.1.0', '3.2.0', '3.3.0'];
    let operations: Readonly<Record<string, IndexOperation & { type: 'promote' }>>;
    let start: HostContents;

    beforeAll(async () => {
      await restoreHost(server, host, {});
      const [destination] = destinations(1);
      const made: [string, IndexOperation & { type: 'promote' }][] = [];
      for (const version of versions) {
        const bundle = await bundleOf(version, { version, templates: { 'networking/vpc': version } });
        await publish({ bundle, host, destination: destination! }, go, ignore);
        const { manifestSha256 } = bundle;
        made.push([version, { type: 'promote', version, manifestSha256, attestations: [] }]);
      }
      operations = Object.fromEntries(made);
      for (const version of ['3.0.0', '3.1.0'])
        await operate(host, destination!, operations[version]!, () => NOW, go, ignore);
      start = await contentsOfHost(server, host);
    });

    const yank: IndexOperation = { type: 'yank', version: '3.1.0', reason: 'a test' };
    it.each<[string, () => readonly IndexOperation[]]>([
      ['promote against yank', () => [operations['3.2.0']!, yank]],
      ['promote against promote', () => [operations['3.2.0']!, operations['3.3.0']!]],
      ['two promotes and a yank', () => [operations['3.2.0']!, operations['3.3.0']!, yank]],
      [
        'promote against a pin',
        () => [operations['3.2.0']!, { type: 'pin', channel: 'latest', version: '3.0.0', reason: 'a test' }],
      ],
    ])('%s leaves an index of a serial history, and aliases that follow it', async (_name, made) => {
      const raced = made();
      const racers = destinations(raced.length);
      const before = parseIndex(indexBytes(start), 'index').index;
      const histories = ordersOf(raced).map((order) => JSON.stringify(after(before, order)));
      const reports = await Promise.all(raced.map(reportFor));
      for (let round = 0; round < OPERATIONS; round++) {
        await restoreHost(server, host, start);
        const together = asOne(racers);
        await Promise.all(together.map((destination, i) => run(destination, raced[i]!, reports[i])));
        const stored = JSON.stringify(parseIndex(indexBytes(await contentsOfHost(server, host)), 'index').index);
        expect(histories).toContain(stored);
        const { report } = await verify({ host, reader, seen: undefined }, NOW, go, ignore);
        expect(report.faults).toEqual([]);
      }
    });

    async function reportFor(operation: IndexOperation): Promise<Verification | undefined> {
      if (operation.type !== 'promote') return undefined;
      const { version, manifestSha256 } = operation;
      const packed = { version, manifestSha256 };
      return (await verify({ host, reader, seen: undefined, version, packed }, NOW, go, ignore)).report;
    }

    async function run(
      destination: Destination,
      operation: IndexOperation,
      report: Verification | undefined,
    ): Promise<void> {
      if (operation.type !== 'promote') await operate(host, destination, operation, () => NOW, go, ignore);
      else await promote({ host, destination, ...operation, report }, () => NOW, go, ignore);
    }

    const indexBytes = (contents: HostContents): Buffer =>
      Buffer.from(contents[`us-east-1 ${keyOf.index()}`]!, 'latin1');
    const after = (index: ReleaseIndex, order: readonly IndexOperation[]): ReleaseIndex =>
      order.reduce<ReleaseIndex>((each, operation) => applyToIndex(each, operation, host.name, NOW)!, index);
  });

  /** Where the objects of a bundle stand, with its claim. */
  function objectsOf(bundle: Bundle): string[] {
    const everywhere = [keyOf.manifest(bundle.version)];
    return bundle.files
      .flatMap(({ key }) => {
        const regions = key.startsWith('lambdas/') || everywhere.includes(key) ? host.regions : [host.homeRegion];
        return regions.map((region) => `${region} ${key}`);
      })
      .concat(`${host.homeRegion} ${keyOf.claim(bundle.version)}`);
  }
});

/** Destinations whose first swaps wait for each other: each has read the index before anybody writes it. */
function asOne(destinations: readonly Destination[]): readonly Destination[] {
  let waiting = destinations.length;
  const { promise: allThere, resolve } = Promise.withResolvers<void>();
  return destinations.map((destination) => {
    let isFirst = true;
    return {
      ...destination,
      async swap(...args) {
        if (isFirst && --waiting === 0) resolve();
        isFirst = false;
        await allThere;
        return destination.swap(...args);
      },
    };
  });
}

/** Every order of some things. */
function ordersOf<T>(things: readonly T[]): readonly (readonly T[])[] {
  if (things.length < 2) return [things];
  return things.flatMap((first, i) => ordersOf(things.toSpliced(i, 1)).map((rest) => [first, ...rest]));
}

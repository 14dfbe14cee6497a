import { join } from 'node:path';
import { keyOf, type Plan, parseDocument } from '@bitclouded/documents';
import fc from 'fast-check';
import { pack } from '../pack/pack.ts';
import { readDist } from '../read-dist.ts';
import { LOCAL } from '../testing/hosts.ts';
import { failureOf, inFolder } from '../testing/in-folder.ts';
import { MemoryHost } from '../testing/memory-host.ts';
import { planFirst, releasedAs } from '../testing/plan-dist.ts';
import { type FixtureUnit, LOGS_STORE, SMALL_DIST, templateInterface, VPC, writeDist } from '../testing/write-dist.ts';
import type { VersionSource } from '../version/read-version-source.ts';
import { makePlan } from './make-plan.ts';

const WITHOUT_GIT: VersionSource = { packageVersion: '1.4.0', pending: undefined, git: undefined };
const PARAMETER = {
  name: 'Cidr',
  kind: 'cidr',
  type: 'String',
  description: 'Its range',
  group: 'Network',
  label: 'Range',
  default: '10.0.0.0/16',
  secret: false,
} as const;

/** The small release with some units changed, added or, by name, left out. */
const changed = (units: readonly FixtureUnit[], without: readonly string[] = []): readonly FixtureUnit[] => [
  ...SMALL_DIST.filter(({ name }) => ![...without, ...units.map((unit) => unit.name)].includes(name)),
  ...units,
];
const GOVERNOR: FixtureUnit = { kind: 'lambda', name: 'log-governor', code: 'a better governor' };
/** Functions first, so that their users find them. */
const inBuildOrder = (units: readonly FixtureUnit[]): readonly FixtureUnit[] =>
  [...units].sort((a, b) => Number(a.kind === 'template') - Number(b.kind === 'template'));

async function releasedHost(version = '1.3.0'): Promise<MemoryHost> {
  const host = new MemoryHost(LOCAL);
  await host.release(SMALL_DIST, version);
  return host;
}
const verdictsOf = ({ units }: Plan) => Object.fromEntries(units.map(({ name, verdict }) => [name, verdict]));

test('the first release is new, all of it', async () => {
  const plan = await new MemoryHost(LOCAL).plan(SMALL_DIST);
  expect(plan).toMatchObject({
    host: 'local',
    version: '1.4.0',
    comparedWith: null,
    requiredBump: 'minor',
    removed: [],
  });
  expect(new Set(Object.values(verdictsOf(plan)))).toEqual(new Set(['new']));
});

test('a release of the same is unchanged, all of it', async () => {
  const plan = await (await releasedHost()).plan(SMALL_DIST);
  expect(plan).toMatchObject({ version: '1.4.0', comparedWith: '1.3.0', requiredBump: 'none' });
  expect(new Set(Object.values(verdictsOf(plan)))).toEqual(new Set(['unchanged']));
});

test('a changed function changes those who use it, and nobody else', async () => {
  const plan = await (await releasedHost()).plan(inBuildOrder(changed([GOVERNOR])));
  expect(plan.requiredBump).toBe('patch');
  expect(plan.units).toEqual([
    { kind: 'image', name: 'aws-util', verdict: 'unchanged', reasons: [], dependents: [] },
    {
      kind: 'lambda',
      name: 'log-governor',
      verdict: 'safe',
      reasons: ['Its code changed'],
      dependents: ['template:analytics/logs-store'],
    },
    {
      kind: 'template',
      name: 'analytics/logs-store',
      verdict: 'safe',
      reasons: ['log-governor changed'],
      dependents: [],
    },
    { kind: 'template', name: 'networking/vpc', verdict: 'unchanged', reasons: [], dependents: [] },
  ]);
});

test('a source that leaves the zip equal stops there', async () => {
  const lambda: FixtureUnit = { kind: 'lambda', name: 'log-governor', code: 'governor', source: 'with a comment' };
  const plan = await (await releasedHost()).plan(inBuildOrder(changed([lambda])));
  expect(new Set(Object.values(verdictsOf(plan)))).toEqual(new Set(['unchanged']));
});

test('an image changes by its definition, and by what was built from it', async () => {
  const host = await releasedHost();
  const plan = await host.plan(inBuildOrder(changed([{ kind: 'image', name: 'aws-util', context: 'another' }])));
  expect(plan.units[0]).toMatchObject({ verdict: 'safe', reasons: ['Its definition changed'] });
  await inFolder(async (folder) => {
    await writeDist(folder, SMALL_DIST);
    const dist = await readDist(folder);
    const face = dist.units[0]!.interface;
    const contextSha256 = face.kind === 'image' ? face.contextSha256 : '';
    const lock = {
      schema: 'bitclouded.image-lock/1',
      name: 'aws-util',
      contextSha256,
      digest: `sha256:${contextSha256}`,
    };
    const locks = new Map([['aws-util', parseDocument('image-lock', Buffer.from(JSON.stringify(lock)), 'lock')]]);
    const { signal } = new AbortController();
    const again = await makePlan({ dist, host: LOCAL, locks, source: releasedAs('1.4.0'), destination: host, signal });
    expect(again.units[0]).toMatchObject({ verdict: 'safe', reasons: ['It was built again'] });
  });
});

test('the plan is the same in whatever order the units were built', async () => {
  const units = changed([GOVERNOR, { kind: 'template', name: 'networking/vpc', text: VPC.replace('/16', '/20') }]);
  const host = await releasedHost();
  const plan = await host.plan(inBuildOrder(units), WITHOUT_GIT);
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray([...units], { minLength: units.length }), async (shuffled) => {
      expect(await host.plan(inBuildOrder(shuffled), WITHOUT_GIT)).toEqual(plan);
    }),
    { numRuns: 10 },
  );
});

describe('a version that people chose', () => {
  const breaking = inBuildOrder(
    changed([
      {
        kind: 'template',
        name: 'networking/vpc',
        text: `${VPC}Outputs: {}\n`,
        face: { parameters: [{ ...PARAMETER, default: undefined }] },
      },
    ]),
  );

  test('is refused where it says less than what changed, and each reason is given', async () => {
    const host = await releasedHost();
    const failure = await failureOf(host.plan(breaking.filter(({ kind }) => kind !== 'image')));
    expect(failure.code).toBe('version-too-small');
    expect(failure.faults).toMatchObject([
      {
        where: 'template:networking/vpc',
        received: '1.4.0 after 1.3.0',
        expected: 'at least 2.0.0, because: Parameter Cidr is new and has no default',
      },
      { where: 'image:aws-util', expected: 'at least 2.0.0, because: It is gone' },
    ]);
    await expect(host.plan(breaking, releasedAs('2.0.0'))).resolves.toMatchObject({ requiredBump: 'major' });
    expect((await failureOf(host.plan(breaking, releasedAs('1.4.0-rc.0')))).code).toBe('version-too-small');
    await expect(host.plan(breaking, releasedAs('2.0.0-rc.0'))).resolves.toMatchObject({ version: '2.0.0-rc.0' });
  });

  test('before 1.0.0 a minor version may break', async () => {
    const host = await releasedHost('0.3.0');
    await expect(host.plan(breaking, releasedAs('0.4.0'))).resolves.toMatchObject({ requiredBump: 'major' });
    expect((await failureOf(host.plan(breaking, releasedAs('0.3.1')))).code).toBe('version-too-small');
  });

  test('a new unit asks for a minor version', async () => {
    const host = await releasedHost();
    const units = [...SMALL_DIST, { kind: 'template', name: 'networking/subnets', text: VPC } as const];
    expect((await failureOf(host.plan(units, releasedAs('1.3.1')))).message).toContain('It is new');
    await expect(host.plan(units)).resolves.toMatchObject({ requiredBump: 'minor' });
  });
});

describe('a development version', () => {
  test('is the next patch, or what the changesets make, with a hash', async () => {
    const host = new MemoryHost(LOCAL);
    expect((await host.plan(SMALL_DIST, WITHOUT_GIT)).version).toMatch(/^1\.4\.1-dev\.[a-f][0-9a-f]{11}$/);
    const pending = { version: '1.5.0', changes: [] };
    expect((await host.plan(SMALL_DIST, { ...WITHOUT_GIT, pending })).version).toMatch(/^1\.5\.0-dev\./);
  });

  test('is raised by what changed', async () => {
    const host = await releasedHost('1.4.0');
    const units = changed([], ['aws-util']);
    expect(await host.plan(units, WITHOUT_GIT)).toMatchObject({
      version: expect.stringMatching(/^2\.0\.0-dev\./),
      comparedWith: '1.4.0',
      removed: [{ kind: 'image', name: 'aws-util' }],
    });
  });

  test('raised past another release, it is compared with that one', async () => {
    const host = await releasedHost('1.4.0');
    await host.release(SMALL_DIST, '1.9.0');
    const plan = await host.plan(changed([], ['aws-util']), WITHOUT_GIT);
    expect(plan).toMatchObject({ version: expect.stringMatching(/^2\.0\.0-dev\./), comparedWith: '1.9.0' });
  });

  test('is the same for the same bundle, and another one for every other bundle', () =>
    inFolder(async (folder) => {
      const planOf = async (name: string, units: readonly FixtureUnit[], host = LOCAL) =>
        (await planFirst(join(folder, name), units, host, WITHOUT_GIT)).plan.version;
      const version = await planOf('one', SMALL_DIST);
      expect(await planOf('another folder', SMALL_DIST)).toBe(version);
      const others = [
        await planOf('function', inBuildOrder(changed([GOVERNOR]))),
        await planOf(
          'source',
          inBuildOrder(changed([{ kind: 'lambda', name: 'log-governor', code: 'governor', source: '2' }])),
        ),
        await planOf('address', SMALL_DIST, { ...LOCAL, address: 'http://127.0.0.1:9999' }),
        await planOf('regions', SMALL_DIST, { ...LOCAL, regions: ['us-east-1'] }),
      ];
      expect(new Set([version, ...others]).size).toBe(5);
    }));

  test('packed, it is a bundle of that version', () =>
    inFolder(async (folder) => {
      const planned = await planFirst(join(folder, 'dist'), SMALL_DIST, LOCAL, WITHOUT_GIT);
      const { manifest } = await pack({ ...planned, outFolder: folder });
      expect(manifest.version).toBe(planned.plan.version);
    }));
});

test('a release before that is not whole is named', async () => {
  const host = await releasedHost();
  host.objects.delete(keyOf.interface('1.3.0', 'template', 'networking/vpc'));
  const units = inBuildOrder(changed([{ kind: 'template', name: 'networking/vpc', text: `${VPC}Outputs: {}\n` }]));
  const failure = await failureOf(host.plan(units));
  expect(failure.code).toBe('previous-missing');
  expect(failure.message).toContain('v1.3.0/interfaces/templates/networking/vpc.json');
});

test('what a template gives that it did not give before asks for a minor version', async () => {
  const face = templateInterface('analytics/logs-store', { lambdas: ['log-governor'], parameters: [PARAMETER] });
  const text = `${LOGS_STORE}Metadata: {Parameters: 1}\n`;
  const units = inBuildOrder(
    changed([{ kind: 'template', name: 'analytics/logs-store', text, uses: ['lambda:log-governor'], face }]),
  );
  const plan = await (await releasedHost()).plan(units);
  expect(plan).toMatchObject({ requiredBump: 'minor' });
  expect(plan.units.find(({ name }) => name === 'analytics/logs-store')?.reasons).toEqual(['Parameter Cidr is new']);
});

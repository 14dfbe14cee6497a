import { join } from 'node:path';
import type { AwsHost } from '@bitclouded/documents';
import fc from 'fast-check';
import { makePlan } from '../plan/make-plan.ts';
import { readDist } from '../read-dist.ts';
import { PRODUCTION } from '../testing/hosts.ts';
import { contentsOf, inFolder } from '../testing/in-folder.ts';
import { NOTHING_RELEASED, releasedAs } from '../testing/plan-dist.ts';
import { differencesOf, forkOf, locksOf } from '../testing/two-hosts.ts';
import { type FixtureUnit, LOGS_STORE, VPC, writeDist } from '../testing/write-dist.ts';
import { bind } from './bind.ts';
import { pack } from './pack.ts';

/** Has a rule and a mapping of its own, and runs an image beside the function. */
const SERVICE = `${LOGS_STORE.replace('Mappings:\n', 'Mappings:\n  Sizes:\n    small:\n      Cpu: "256"\n').replace(
  '      Key: unbound\n',
  '      Key: unbound\n    aws-util:\n      Image: unbound\n',
)}
Rules:
  NeverBoth:
    Assertions:
      - Assert: !Not [!Equals [!Ref AWS::Region, nowhere]]
`;
const TASK = LOGS_STORE.replaceAll('log-governor', 'aws-util').replace('Key: unbound', 'Image: unbound');
/** Starts machines of an image beside the function. */
const SERVERS = `${LOGS_STORE.replace('Mappings:\n', 'Mappings:\n  MachineLinuxBase:\n    linux-base:\n      Arm64: unbound\n      X8664: unbound\n')}
Rules:
  PublishedLinuxBase:
    Assertions:
      - Assert: !Not [!Equals [!Ref ImageId, '']]
        AssertDescription: "linux-base is not published to this region: give an image of your own."
`;

const UNITS: readonly FixtureUnit[] = [
  { kind: 'lambda', name: 'log-governor', code: 'governor' },
  { kind: 'image', name: 'aws-util', context: 'Dockerfile' },
  { kind: 'image', name: 'linux-base', context: 'image.pkr.hcl', variety: 'machine' },
  { kind: 'template', name: 'analytics/logs-store', text: LOGS_STORE, uses: ['lambda:log-governor'] },
  { kind: 'template', name: 'hosting/servers', text: SERVERS, uses: ['lambda:log-governor', 'image:linux-base'] },
  { kind: 'template', name: 'hosting/service', text: SERVICE, uses: ['lambda:log-governor', 'image:aws-util'] },
  { kind: 'template', name: 'hosting/task', text: TASK, uses: ['image:aws-util'] },
  { kind: 'template', name: 'networking/vpc', text: VPC },
];
const WITH_FUNCTIONS = ['analytics/logs-store', 'hosting/servers', 'hosting/service'].map(
  (name) => `v1.4.0/templates/${name}.yaml`,
);
/** Where a host stands in a template, as differencesOf says it. */
const MAPS = ['Mappings.Artifacts', 'Mappings.MachineLinuxBase'];
const MAPS_AND_RULES = [...MAPS, 'Rules.PublishedLinuxBase', 'Rules.PublishedRegion'];
const WITH_ARTIFACTS = [...WITH_FUNCTIONS, 'v1.4.0/templates/hosting/task.yaml'];

/** The one build, packed for each host. */
async function packedFor(...hosts: AwsHost[]): Promise<Record<string, string>[]> {
  const packed: Record<string, string>[] = [];
  await inFolder(async (folder) => {
    await writeDist(join(folder, 'dist'), UNITS);
    const dist = await readDist(join(folder, 'dist'));
    for (const [i, host] of hosts.entries()) {
      const locks = locksOf(dist, [host]);
      const { signal } = new AbortController();
      const source = releasedAs('1.4.0');
      const plan = await makePlan({ dist, host, locks, source, destination: NOTHING_RELEASED, signal });
      const { folder: bundle } = await pack({ dist, plan, host, locks, outFolder: join(folder, String(i)) });
      packed.push(await contentsOf(bundle));
    }
  });
  return packed;
}

test('another prefix, account, registry and other regions change the maps of artifacts and machines and their rules alone', async () => {
  const [ours, theirs] = await packedFor(PRODUCTION, forkOf(PRODUCTION));
  expect(Object.keys(theirs!)).toEqual(Object.keys(ours!));
  expect(differencesOf(ours!, theirs!)).toEqual({
    keys: WITH_ARTIFACTS,
    sections: MAPS_AND_RULES,
  });
});

test('with the same regions and registry the maps alone change, where functions or machines are', async () => {
  const { homeRegion, regions, registry } = PRODUCTION;
  const [ours, theirs] = await packedFor(PRODUCTION, forkOf(PRODUCTION, { homeRegion, regions, registry }));
  expect(differencesOf(ours!, theirs!)).toEqual({ keys: WITH_FUNCTIONS, sections: MAPS });
});

test("whatever the host, nothing of it stands outside those places, and nothing of another's in it", () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{1,20}[a-z0-9]$/);
  const account = fc.stringMatching(/^\d{12}$/);
  const regions = fc.subarray(['eu-west-1', 'us-east-1', 'ap-south-1', 'sa-east-1'], { minLength: 1 });
  const host = fc.record({ prefix: name, account, regions }).map(({ regions, ...own }) =>
    // Two prefixes that cannot be mistaken for each other's parts.
    forkOf(PRODUCTION, { ...own, regions, homeRegion: regions[0]! }),
  );
  const artifactsOf = (host: AwsHost) => ({
    functions: new Map([['log-governor', 'a'.repeat(64)]]),
    images: new Map([['aws-util', 'x@y']]),
    machines: new Map([
      ['linux-base', Object.fromEntries(host.regions.map((region) => [region, { arm64: `ami-${host.account}` }]))],
    ]),
  });
  fc.assert(
    fc.property(fc.constantFrom(SERVICE, SERVERS), host, host, (text, one, two) => {
      const key = 'template';
      const [a, b] = [bind(text, one, artifactsOf(one)), bind(text, two, artifactsOf(two))];
      for (const section of differencesOf({ [key]: a }, { [key]: b }).sections)
        expect(MAPS_AND_RULES).toContain(section);
      // Whoever takes a fork's template further to a host of their own gets what they would have got from ours.
      expect(bind(a, two, artifactsOf(two))).toBe(b);
    }),
  );
});

import { keyOf, type ReleaseIndex, serialise } from '@bitclouded/documents';
import { PRODUCTION } from '../testing/hosts.ts';
import { namedMachines } from './named-machines.ts';

const NOW = new Date('2026-11-23T00:00:00Z');
const [OLD, NEW] = [new Date('2025-01-01T00:00:00Z'), new Date('2026-06-01T00:00:00Z')];
const host = PRODUCTION.kind === 'aws' ? PRODUCTION : undefined!;
const signal = new AbortController().signal;
const hash = 'a'.repeat(64);

const index: ReleaseIndex = {
  schema: 'bitclouded.index/1',
  host: host.name,
  serial: 2,
  issued: '2026-06-01T00:00:00Z',
  expires: '2026-12-01T00:00:00Z',
  releases: [
    { version: '1.0.0', manifestSha256: hash, attestations: [] },
    { version: '1.1.0', manifestSha256: hash, attestations: [], yanked: 'alarms never fire' },
    { version: '1.2.0', manifestSha256: hash, attestations: [] },
  ],
  channels: { latest: '1.2.0', v1: '1.2.0', 'v1.0': '1.0.0', 'v1.2': '1.2.0' },
  pins: {},
};
const manifestOf = (version: string) => {
  const key = `v${version}/templates/hosting/servers.yaml`;
  const common = { sourceSha256: hash, verdict: 'new', dependencies: [] };
  const file = { key, url: 'https://e.com/x', cdnUrl: 'https://e.com/x', contentType: 'x', sizeBytes: 1, sha256: hash };
  return {
    schema: 'bitclouded.manifest/1',
    version,
    host: {
      name: host.name,
      homeRegion: host.homeRegion,
      regions: [{ region: host.homeRegion, bucket: 'b' }],
      registry: 'r',
    },
    comparedWith: null,
    removed: [],
    artifacts: [
      { kind: 'template', name: 'hosting/servers', ...file, ...common },
      {
        kind: 'image',
        name: 'linux-base',
        variety: 'machine',
        reference: 'r:1',
        locked: true,
        contextSha256: hash,
        ...common,
      },
    ],
  };
};
const ami = (version: string): string => `ami-0000000000000${version.replaceAll('.', '')}`;

function stored(): Map<string, string> {
  const payload = Buffer.from(serialise('index', index)).toString('base64');
  const envelope = { payloadType: 'application/vnd.bitclouded.index+json', payload, signatures: [] };
  return new Map([
    [keyOf.index(), JSON.stringify(envelope)],
    ...index.releases.flatMap(({ version }): [string, string][] => [
      [keyOf.manifest(version), JSON.stringify(manifestOf(version))],
      [
        `v${version}/templates/hosting/servers.yaml`,
        `Mappings: { MachineLinuxBase: { r: { Arm64: ${ami(version)} } } }`,
      ],
    ]),
  ]);
}
const readerOf = (objects: ReadonlyMap<string, string>) => ({
  name: 'production',
  read: async (_: string, key: string) => {
    const text = objects.get(key);
    return text === undefined ? undefined : { bytes: Buffer.from(text), tag: '1' };
  },
});

test('reads the images of every release in its support window, yanked ones too', async () => {
  const at = async (version: string) => (version === '1.0.0' ? OLD : NEW);
  const { amis, versions } = await namedMachines(host, readerOf(stored()), at, NOW, signal);
  expect([[...amis].sort(), versions]).toEqual([
    [ami('1.1.0'), ami('1.2.0')],
    ['1.1.0', '1.2.0'],
  ]);
});

test('a release whose age nobody can tell counts as supported', async () => {
  const { amis } = await namedMachines(host, readerOf(stored()), async () => undefined, NOW, signal);
  expect(amis).toContain(ami('1.0.0'));
});

test('stops where a release cannot be read: what it names might be in use', async () => {
  const objects = stored();
  objects.delete('v1.2.0/templates/hosting/servers.yaml');
  await expect(namedMachines(host, readerOf(objects), async () => NEW, NOW, signal)).rejects.toMatchObject({
    code: 'release-unpublished',
  });
});

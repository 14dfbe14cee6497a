import type { AwsHost, ImageLock } from '@bitclouded/documents';
import { sha256Of } from '@bitclouded/documents';
import type { Dist } from '../read-dist.ts';
import type { Locks } from '../read-locks.ts';

/** The host of somebody else's fork: nothing of it is `of`'s, unless a test says so. */
export function forkOf(of: AwsHost, own: Partial<AwsHost> = {}): AwsHost {
  return {
    ...of,
    prefix: 'their-templates',
    account: '210987654321',
    homeRegion: 'us-west-2',
    regions: ['us-west-2', 'ap-southeast-2'],
    registry: '210987654321.dkr.ecr.us-west-2.amazonaws.com/theirs',
    cdn: { domain: 'templates.example.org', distributionId: 'E1THEIRSEXAMPLE' },
    ...own,
  };
}

/** Locks of every image of a build, as if each had been pushed, or baked for the hosts: AMIs are their accounts' own. */
export function locksOf(dist: Dist, hosts: readonly AwsHost[] = []): Locks {
  const locks = new Map<string, ImageLock>();
  for (const { interface: image } of dist.units)
    if (image.kind === 'image')
      locks.set(image.name, {
        schema: 'bitclouded.image-lock/1',
        name: image.name,
        contextSha256: image.contextSha256,
        ...(image.variety === 'machine'
          ? { machines: machinesOf(image.name, hosts) }
          : { digest: `sha256:${sha256Of(image.name)}` }),
      });
  return locks;
}

function machinesOf(name: string, hosts: readonly AwsHost[]): NonNullable<ImageLock['machines']> {
  const machine = (...of: string[]): string => `ami-${sha256Of([name, ...of].join(' ')).slice(0, 17)}`;
  const inRegion = (account: string, region: string) => ({
    arm64: machine(account, region, 'arm64'),
    x86_64: machine(account, region, 'x86_64'),
  });
  return Object.fromEntries(
    hosts.map((host) => [
      host.name,
      Object.fromEntries(host.regions.map((region) => [region, inRegion(host.account, region)])),
    ]),
  );
}

/** Where two bundles differ, the documents of the release itself left out: they name their host. */
export function differencesOf(
  one: Readonly<Record<string, string>>,
  two: Readonly<Record<string, string>>,
): { readonly keys: readonly string[]; readonly sections: readonly string[] } {
  const keys = [...new Set([...Object.keys(one), ...Object.keys(two)])]
    .filter((key) => one[key] !== two[key] && !/^v[^/]+\/(?:manifest\.json|SHA256SUMS|policies\/.+)$/.test(key))
    .sort();
  const sections = new Set<string>();
  for (const key of keys) for (const section of differingEntries(one[key] ?? '', two[key] ?? '')) sections.add(section);
  return { keys, sections: [...sections].sort() };
}

/** `Mappings.Artifacts` for each entry of a section whose lines differ; `elsewhere` for any other line. */
function differingEntries(one: string, two: string): readonly string[] {
  const [a, b] = [entriesOf(one), entriesOf(two)];
  return [...new Set([...a.keys(), ...b.keys()])].filter((name) => a.get(name) !== b.get(name));
}

/** A template's lines by the entry of a section that they belong to. */
function entriesOf(text: string): ReadonlyMap<string, string> {
  const entries = new Map<string, string>();
  let [section, entry] = ['', ''];
  for (const line of text.split('\n')) {
    const outer = /^([A-Za-z]+):/.exec(line)?.[1];
    const inner = /^ {2}([A-Za-z0-9]+):/.exec(line)?.[1];
    if (outer !== undefined) [section, entry] = [outer, ''];
    else if (inner !== undefined) entry = inner;
    const name = entry === '' ? section : `${section}.${entry}`;
    // Blank lines stand between entries and belong to none.
    if (line !== '') entries.set(name, `${entries.get(name) ?? ''}${line}\n`);
  }
  return entries;
}

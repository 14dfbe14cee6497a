import type { Host, Plan } from '@bitclouded/documents';
import type { Destination } from '../destinations/destination.ts';
import { makePlan } from '../plan/make-plan.ts';
import { type Dist, readDist } from '../read-dist.ts';
import type { VersionSource } from '../version/read-version-source.ts';
import { type FixtureUnit, writeDist } from './write-dist.ts';

/** A host on which nothing was released yet. */
export const NOTHING_RELEASED: Pick<Destination, 'name' | 'read'> = { name: 'nothing', read: async () => undefined };

/** A work tree whose HEAD gave it a version. */
export function releasedAs(packageVersion: string): VersionSource {
  const head = 'a'.repeat(40);
  return {
    packageVersion,
    pending: undefined,
    git: { clean: true, shallow: false, head, versionCommit: head, tagsAtHead: [] },
  };
}

/** Units as they would be built, and the plan of their first release. */
export async function planFirst(
  folder: string,
  units: readonly FixtureUnit[],
  host: Host,
  source: VersionSource = releasedAs('1.4.0'),
): Promise<{ dist: Dist; plan: Plan; host: Host; locks: Map<string, never> }> {
  await writeDist(folder, units);
  const dist = await readDist(folder);
  const locks = new Map<string, never>();
  const signal = new AbortController().signal;
  return {
    dist,
    host,
    locks,
    plan: await makePlan({ dist, host, locks, source, destination: NOTHING_RELEASED, signal }),
  };
}

import { join } from 'node:path';
import { buildUnits } from '../../tools/e2e/build-units.ts';
import { findPaths } from '../../tools/e2e/paths.ts';
import { makePlan } from '../plan/make-plan.ts';
import { readDist } from '../read-dist.ts';
import { PRODUCTION } from '../testing/hosts.ts';
import { contentsOf, inFolder } from '../testing/in-folder.ts';
import { NOTHING_RELEASED, releasedAs } from '../testing/plan-dist.ts';
import { differencesOf, forkOf, locksOf } from '../testing/two-hosts.ts';
import { pack } from './pack.ts';

it("a fork's release of every unit is ours, but for where its artifacts lie", async () => {
  const { repository } = findPaths();
  await buildUnits(repository);
  const dist = await readDist(join(repository, 'dist'));
  const packedFor = async (host: typeof PRODUCTION, outFolder: string) => {
    const { signal } = new AbortController();
    // A fork's locks are its own: it baked the machine images in its account.
    const request = { dist, host, locks: locksOf(dist, [host]), source: releasedAs('1.4.0') };
    const plan = await makePlan({ ...request, destination: NOTHING_RELEASED, signal });
    return contentsOf((await pack({ ...request, plan, outFolder })).folder);
  };
  await inFolder(async (folder) => {
    const ours = await packedFor(PRODUCTION, join(folder, 'ours'));
    const theirs = await packedFor(forkOf(PRODUCTION), join(folder, 'theirs'));
    expect(Object.keys(theirs)).toEqual(Object.keys(ours));
    const { keys, sections } = differencesOf(ours, theirs);
    expect(sections).toEqual([
      'Mappings.Artifacts',
      'Mappings.MachineLinuxEcs',
      'Rules.PublishedLinuxEcs',
      'Rules.PublishedRegion',
    ]);
    const using = dist.units.flatMap(({ interface: unit }) =>
      unit.kind === 'template' && unit.lambdas.length + unit.images.length > 0
        ? [`v1.4.0/templates/${unit.name}.yaml`]
        : [],
    );
    expect(keys).toEqual(using.sort());

    const { homeRegion, regions, registry } = PRODUCTION;
    const near = await packedFor(forkOf(PRODUCTION, { homeRegion, regions, registry }), join(folder, 'near'));
    expect(differencesOf(ours, near).sections).toEqual(['Mappings.Artifacts', 'Mappings.MachineLinuxEcs']);
  });
});

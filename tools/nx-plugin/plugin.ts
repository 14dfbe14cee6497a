import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CreateNodes, PreTasksExecution } from '@nx/devkit';
import { checkFolder } from './inference/check-folder.ts';
import { findUnits, UNIT_GLOB } from './inference/find-units.ts';
import { lintersIn } from './inference/linters.ts';
import { targetsOf } from './inference/targets.ts';
import { projectName, referenceTo, type Unit, unitKinds } from './inference/unit.ts';
import { usersOf, wiringOf } from './inference/wiring.ts';
import { removeOrphans } from './output/remove-orphans.ts';

/**
 * Makes each unit's folder a project. Nothing but the folder has to be there.
 *
 * A fault of a unit does not stop Nx, which would keep every other unit from being built: it goes into the
 * options of that unit's targets, whose executor reports it. This module runs at every start of Nx, so it
 * imports nothing that takes time to load.
 */
export const createNodes: CreateNodes = [
  UNIT_GLOB,
  (paths, _, context) => {
    const units = findUnits(context.workspaceRoot, paths);
    const wirings = wiringOf(units, (path) => readFileSync(join(context.workspaceRoot, path), 'utf8'));
    const faults = new Map(units.map((unit) => [unit, [...checkFolder(unit), ...wirings.get(unit.folder)!.faults]]));
    const broken = usersOf(
      units.filter((unit) => faults.get(unit)!.length > 0).map(referenceTo),
      new Map(units.map((unit) => [referenceTo(unit), wirings.get(unit.folder)!.uses])),
    );
    const linters = lintersIn(context.workspaceRoot, process.env);
    return units.map((unit) => {
      const wiring = wirings.get(unit.folder)!;
      const project = {
        root: unit.folder,
        name: projectName(unit),
        projectType: 'library' as const,
        tags: [unit.kind],
        // Tests of a template run the definitions of its upstreams, and no handler of theirs.
        namedInputs: { definition: wiring.definition.map((file) => `{projectRoot}/${file}`) },
        targets: targetsOf(unit, wiring, faults.get(unit)!, broken, linters),
      };
      return [sourceOf(unit), { projects: { [unit.folder]: project } }];
    });
  },
];

/**
 * Lets Node keep the compiled code of what executors load, most of it CDK: each batch is a process of its own,
 * and starts a third faster. And removes what was built from units that are gone.
 */
export const preTasksExecution: PreTasksExecution = (_, { workspaceRoot }) => {
  process.env.NODE_COMPILE_CACHE ??= join(workspaceRoot, '.nx', 'compile-cache');
  removeOrphans(workspaceRoot);
};

/** The file that Nx shows as the project's origin, and takes every change of as a change of the project's settings. */
function sourceOf(unit: Unit): string {
  const { definition } = unitKinds[unit.kind];
  return `${unit.folder}/${unit.files.includes(definition) ? definition : unit.files[0]}`;
}

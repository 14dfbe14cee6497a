import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isSource, type Unit, unitKinds, unitsOf } from './unit.ts';

/**
 * What Nx looks for: the definitions, and all that goes into an image. Nx takes a change of a file that it finds
 * here as a change of the project's settings, so this matches nothing that only one target depends on.
 */
export const UNIT_GLOB =
  '{packages/templates/*/*/template.ts,packages/lambdas/*/lambda.ts,packages/images/*/**/!(README.md|image.lock.json|*.test.ts|*.e2e.ts)}';

/**
 * Every unit with its files. Folders of templates and functions are read here, hidden files left out; in an image
 * any name may matter, so there what git ignores must not count, and Nx has sorted that out.
 * @param matches what Nx found by `UNIT_GLOB`
 */
export function findUnits(root: string, matches: readonly string[]): Unit[] {
  const images = matches.filter((path) => path.startsWith(`${unitKinds.image.folder}/`));
  const besideSources = (file: string): boolean => !isSource(file);
  const all = (file: string): boolean => !file.startsWith('.');
  return unitsOf([
    ...filesBelow(root, unitKinds.template.folder, unitKinds.template.depth, all),
    ...filesBelow(root, unitKinds.lambda.folder, unitKinds.lambda.depth, all),
    ...filesBelow(root, unitKinds.image.folder, unitKinds.image.depth, besideSources),
    ...images,
  ]);
}

/** The entries of each folder that lies `depth` below; a folder among them is an entry too. */
function filesBelow(root: string, folder: string, depth: number, wanted: (file: string) => boolean): string[] {
  if (!existsSync(join(root, folder))) return [];
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  if (depth === 0) return entries.filter((entry) => wanted(entry.name)).map((entry) => `${folder}/${entry.name}`);
  return entries
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => filesBelow(root, `${folder}/${entry.name}`, depth - 1, wanted));
}

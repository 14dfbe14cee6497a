import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { unitKinds } from '../inference/unit.ts';

/** Removes what was built from units that are no more: a release takes everything that lies in `dist`. */
export function removeOrphans(root: string): void {
  for (const [kind, { folder, depth }] of Object.entries(unitKinds)) {
    const built = join('dist', `${kind}s`);
    for (const name of foldersOf(join(root, built), depth))
      if (!existsSync(join(root, folder, name))) rmSync(join(root, built, name), { recursive: true });
  }
}

/** Folders `depth` levels below, as paths from there. */
function foldersOf(parent: string, depth: number): string[] {
  if (!existsSync(parent)) return [];
  const folders = readdirSync(parent, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.flatMap(({ name }) =>
    depth === 1 ? [name] : foldersOf(join(parent, name), depth - 1).map((rest) => join(name, rest)),
  );
}

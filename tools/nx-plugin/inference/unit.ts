/** What a unit is. The same words as in the documents that are built from it. */
export type UnitKind = 'template' | 'lambda' | 'image';

/** One folder of `packages/templates/<category>`, `packages/lambdas` or `packages/images`. */
export interface Unit {
  readonly kind: UnitKind;
  /** `networking/vpc`, `log-governor`: the folder's path below its kind. */
  readonly name: string;
  /** From the workspace's root, with forward slashes. */
  readonly folder: string;
  /** Paths inside the folder, in code-unit order, without what git ignores. */
  readonly files: readonly string[];
}

/** Each kind with the folder of its units, how deep a unit lies in it, and the file that defines one. */
export const unitKinds = {
  template: { folder: 'packages/templates', depth: 2, definition: 'template.ts' },
  lambda: { folder: 'packages/lambdas', depth: 1, definition: 'lambda.ts' },
  image: { folder: 'packages/images', depth: 1, definition: 'image.ts' },
} as const satisfies Record<UnitKind, { folder: string; depth: number; definition: string }>;

/** How units refer to each other: `template:networking/vpc`. */
export function referenceTo({ kind, name }: Pick<Unit, 'kind' | 'name'>): string {
  return `${kind}:${name}`;
}

/** The name of a unit's project: `template/networking/vpc`, `lambda/log-governor`. */
export function projectName(unit: Pick<Unit, 'kind' | 'name'>): string {
  return `${unit.kind}/${unit.name}`;
}

/**
 * The units that a list of files makes up, in order of their folders.
 * @param paths from the workspace's root
 */
export function unitsOf(paths: readonly string[]): Unit[] {
  const units = new Map<string, Unit & { readonly files: string[] }>();
  for (const path of paths) {
    const place = placeOf(path);
    if (!place) continue;
    const unit = units.get(place.folder) ?? { ...place, files: [] };
    unit.files.push(path.slice(place.folder.length + 1));
    units.set(place.folder, unit);
  }
  for (const unit of units.values()) unit.files.sort();
  return [...units.values()].sort((a, b) => (a.folder < b.folder ? -1 : 1));
}

/** The unit that a path lies in, if it lies in one. */
export function placeOf(path: string): Pick<Unit, 'kind' | 'name' | 'folder'> | undefined {
  for (const [kind, { folder, depth }] of Object.entries(unitKinds)) {
    if (!path.startsWith(`${folder}/`)) continue;
    const parts = path.slice(folder.length + 1).split('/');
    if (parts.length <= depth) return undefined;
    const name = parts.slice(0, depth).join('/');
    return { kind: kind as UnitKind, name, folder: `${folder}/${name}` };
  }
  return undefined;
}

/** Whether a unit's build may depend on the file: not on its page, its tests, or the lock that records a build. */
export function isSource(file: string): boolean {
  return !/(?:^|\/)(?:README\.md|image\.lock\.json|[^/]*\.(?:test|e2e)\.ts)$/.test(file);
}

export function isTest(file: string): boolean {
  return file.endsWith('.test.ts');
}

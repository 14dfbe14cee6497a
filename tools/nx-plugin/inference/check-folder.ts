import type { PluginFault } from '../plugin-error.ts';
import { type Unit, type UnitKind, unitKinds } from './unit.ts';

/** Lower case, digits and single hyphens, a letter first: what the documents allow in names. */
const NAME_PART = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
/** The longest name of a function or an image, and the longest of a template with its category. */
const LONGEST = { template: 100, lambda: 64, image: 64 } as const satisfies Record<UnitKind, number>;

/** The files of a unit: those it must have, and the pattern of those that it may have beside them. */
const shapes = {
  template: {
    required: ['template.ts', 'template.test.ts', 'README.md'],
    optional: /^(?:template\.e2e\.ts|wiring\.svg)$/,
    also: 'template.e2e.ts, wiring.svg',
  },
  lambda: {
    required: ['lambda.ts', 'handler.ts', 'handler.test.ts', 'README.md'],
    optional: /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.test|\.e2e)?\.ts$/,
    also: 'kebab-case .ts files',
  },
  image: { required: ['image.ts', 'README.md'], optional: /./, also: 'whatever goes into the image' },
} as const satisfies Record<UnitKind, { required: readonly string[]; optional: RegExp; also: string }>;

/** What is wrong with a unit's name and files: everything at once. */
export function checkFolder(unit: Unit): PluginFault[] {
  return [...checkName(unit), ...checkFiles(unit)];
}

/** @param unit of which only kind, name and folder are read, so that a generator can ask before there is one */
export function checkName(unit: Pick<Unit, 'kind' | 'name' | 'folder'>): PluginFault[] {
  const parts = unit.name.split('/');
  const { depth } = unitKinds[unit.kind];
  if (parts.length === depth && parts.every((part) => NAME_PART.test(part)) && unit.name.length <= LONGEST[unit.kind])
    return [];
  const form = depth === 2 ? 'category/name' : 'one name';
  return [
    {
      code: 'name-invalid',
      where: unit.folder,
      received: unit.name,
      expected: `${form} in kebab-case, a letter first, of at most ${LONGEST[unit.kind]} characters`,
      remedy: 'rename the folder and the definition',
    },
  ];
}

function checkFiles(unit: Unit): PluginFault[] {
  const { required, optional, also } = shapes[unit.kind];
  const missing = required.filter((file) => !unit.files.includes(file));
  const extra = unit.files.filter((file) => !(required as readonly string[]).includes(file) && !optional.test(file));
  return [
    ...missing.map(
      (file): PluginFault => ({
        code: 'file-missing',
        where: `${unit.folder}/${file}`,
        received: unit.files.join(', '),
        expected: required.join(', '),
        remedy: `write ${file}; npx nx g @bitclouded/nx-plugin:${unit.kind} in another folder shows one`,
      }),
    ),
    ...extra.map(
      (file): PluginFault => ({
        code: 'file-extra',
        where: `${unit.folder}/${file}`,
        received: file,
        expected: `${required.join(', ')} and ${also}`,
        remedy: 'remove it, or correct its name',
      }),
    ),
  ];
}

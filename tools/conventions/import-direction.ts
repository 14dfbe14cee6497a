import { type Import, importsOf } from './imports.ts';
import type { Convention, Violation } from './violation.ts';

/** A part of the repository, and the parts whose files it may import besides its own. */
interface Layer {
  readonly name: string;
  readonly folder: RegExp;
  readonly mayImport: readonly string[];
}

/** The arrows: documents ← kit ← units; documents ← standards ← cli; documents ← provisioner ← release; nothing but end-to-end tests imports release. The first folder that fits decides. */
const layers: readonly Layer[] = [
  { name: 'documents', folder: /^packages\/documents\//, mayImport: [] },
  { name: 'kit', folder: /^packages\/kit\//, mayImport: ['documents'] },
  { name: 'lambdas', folder: /^packages\/lambdas\//, mayImport: ['documents', 'kit'] },
  { name: 'images', folder: /^packages\/images\//, mayImport: ['documents', 'kit'] },
  { name: 'templates', folder: /^packages\/templates\//, mayImport: ['documents', 'kit', 'lambdas', 'images'] },
  { name: 'standards', folder: /^packages\/standards\//, mayImport: ['documents'] },
  { name: 'provisioner', folder: /^packages\/provisioner\//, mayImport: ['documents'] },
  { name: 'cli', folder: /^packages\/cli\//, mayImport: ['documents', 'standards', 'provisioner'] },
  { name: 'release', folder: /^release\//, mayImport: ['documents', 'provisioner', 'configuration', 'packer'] },
  // Past every arrow: what tests the whole may use all of it.
  {
    name: 'end-to-end',
    folder: /^tools\/e2e\//,
    mayImport: ['documents', 'kit', 'standards', 'provisioner', 'release', 'configuration', 'packer'],
  },
  // Bakes and lints start the same one.
  { name: 'packer', folder: /^tools\/packer\//, mayImport: ['documents'] },
  {
    name: 'tools',
    folder: /^tools\//,
    mayImport: ['documents', 'kit', 'standards', 'provisioner', 'configuration', 'packer'],
  },
  { name: 'bench', folder: /^bench\//, mayImport: ['documents', 'kit', 'standards', 'tools', 'end-to-end'] },
  { name: 'workflows', folder: /^\.github\//, mayImport: ['documents'] },
  { name: 'configuration', folder: /^[^/]+$/, mayImport: ['documents'] },
];

/** Imports point one way. A package is entered by its doors: what its package.json exports. */
export const importDirection: Convention = (files) => {
  const imports = importsOf(files);
  const lost = new Set(imports.flatMap(({ from, target }) => [from.path, target]).filter((path) => !layerOf(path)));
  return [
    ...[...lost].map((path) => ({
      where: path,
      received: 'a file in no layer',
      remedy: 'add its folder to tools/conventions/import-direction.ts',
    })),
    ...imports.flatMap(checkImport),
  ];
};

function checkImport({ from, where, specifier, target, door }: Import): Violation[] {
  const importer = layerOf(from.path);
  const imported = layerOf(target);
  if (!importer || !imported || importer === imported) return [];
  if (!mayImport(importer, from.path).includes(imported.name)) {
    const allowed = importer.mayImport.join(', ') || 'nothing';
    return [
      {
        where,
        received: `${importer.name} imports ${imported.name} ('${specifier}')`,
        remedy: `${importer.name} may import ${allowed}: move what both need there`,
      },
    ];
  }
  if (isPackage(imported) && !door) {
    const remedy = `import '@bitclouded/${imported.name}', or what else its package.json exports`;
    return [{ where, received: `'${specifier}', past the package's door`, remedy }];
  }
  return [];
}

function layerOf(path: string): Layer | undefined {
  return layers.find(({ folder }) => folder.test(path));
}

/** End-to-end tests of any layer use its servers. */
function mayImport({ mayImport }: Layer, path: string): readonly string[] {
  return path.endsWith('.e2e.ts') ? [...mayImport, 'end-to-end'] : mayImport;
}

function isPackage({ name }: Layer): boolean {
  return ['documents', 'kit', 'standards', 'provisioner'].includes(name);
}

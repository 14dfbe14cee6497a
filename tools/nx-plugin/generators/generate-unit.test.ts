import type { Tree } from '@nx/devkit';
import { createTree } from '@nx/devkit/testing';
import { checkFolder } from '../inference/check-folder.ts';
import { unitsOf } from '../inference/unit.ts';
import { wiringOf } from '../inference/wiring.ts';
import type { PluginError } from '../plugin-error.ts';
import { image, lambda, template } from './generate-unit.ts';

const kms = 'packages/templates/foundation/kms/template.ts';

function changes(tree: Tree): string[] {
  const ofTheTestTree = '.prettierrc';
  return tree
    .listChanges()
    .map(({ path }) => path)
    .filter((path) => path !== ofTheTestTree);
}
function codeOf(run: () => void): string {
  try {
    run();
  } catch (error) {
    return (error as PluginError).code;
  }
  return 'none';
}

describe.each([
  [
    'template',
    template,
    'networking/nat-gateway',
    'packages/templates/networking/nat-gateway',
    'template-networking-nat-gateway',
  ],
  ['lambda', lambda, 'log-governor', 'packages/lambdas/log-governor', 'lambda-log-governor'],
  ['image', image, 'aws-util', 'packages/images/aws-util', 'image-aws-util'],
] as const)('the generator of a %s', (_, generate, name, folder, changeset) => {
  test('makes a whole unit and its changeset, and touches nothing else', () => {
    const tree = createTree();
    generate(tree, { name });
    const made = changes(tree);
    expect(made.filter((path) => !path.startsWith(`${folder}/`))).toEqual([`.changeset/${changeset}.md`]);
    expect(tree.read(`.changeset/${changeset}.md`, 'utf8')).toContain('"@bitclouded/release": minor');
    const units = unitsOf(made);
    expect(units.map((unit) => [unit.name, ...checkFolder(unit)])).toEqual([[name]]);
    const wiring = wiringOf(unitsOf([...made, kms]), (path) => tree.read(path, 'utf8') ?? '');
    expect(wiring.get(folder)!.faults).toEqual([]);
    for (const path of made) expect(tree.read(path, 'utf8')).not.toMatch(/<%|%>|undefined/);
  });

  test('changes nothing when it runs again', () => {
    const tree = createTree();
    generate(tree, { name });
    const text = () => changes(tree).map((path) => tree.read(path, 'utf8'));
    const before = text();
    tree.write(`${folder}/README.md`, 'mine');
    tree.delete(`.changeset/${changeset}.md`);
    const info = jest.spyOn(console, 'info').mockImplementation();
    generate(tree, { name });
    expect(info.mock.calls.flat().join()).toContain(`${folder} is there already: nothing changed`);
    info.mockRestore();
    expect(tree.read(`${folder}/README.md`, 'utf8')).toBe('mine');
    expect(text()).toHaveLength(before.length - 1);
  });

  test('leaves a folder alone in which something else lies', () => {
    const tree = createTree();
    tree.write(`${folder}/notes.txt`, 'mine');
    expect(codeOf(() => generate(tree, { name }))).toBe('folder-occupied');
    expect(changes(tree)).toEqual([`${folder}/notes.txt`]);
  });

  test.each(['Bad', 'a/b/c', '../up', 'a b', ''])('refuses the name %j', (bad) => {
    const tree = createTree();
    expect(codeOf(() => generate(tree, { name: bad }))).toBe('name-invalid');
    expect(changes(tree)).toEqual([]);
  });
});

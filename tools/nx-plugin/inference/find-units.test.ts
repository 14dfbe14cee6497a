import { temporaryWorkspace } from '../testing/temporary-workspace.ts';
import { findUnits } from './find-units.ts';

const root = temporaryWorkspace({
  'packages/templates/networking/vpc/template.ts': '',
  'packages/templates/networking/vpc/README.md': '',
  'packages/templates/networking/vpc/.template.ts.swp': '',
  'packages/templates/networking/halfway/README.md': '',
  'packages/templates/networking/notes.md': '',
  'packages/lambdas/fn/handler.ts': '',
  'packages/lambdas/fn/parts/one.ts': '',
  'packages/images/box/image.ts': '',
  'packages/images/box/README.md': '',
  'packages/images/box/debug.log': '',
});

test('a unit is found without its definition, and a folder in it is seen; hidden files are not', () => {
  const units = Object.fromEntries(findUnits(root, []).map(({ name, files }) => [name, files]));
  expect(units).toMatchObject({
    'networking/vpc': ['README.md', 'template.ts'],
    'networking/halfway': ['README.md'],
    fn: ['handler.ts', 'parts'],
  });
});

test('what is in an image is what Nx found, which leaves out what git ignores, and its page', () => {
  const matches = ['packages/images/box/image.ts', 'packages/images/box/etc/.hidden'];
  const image = findUnits(root, matches).find(({ kind }) => kind === 'image');
  expect(image!.files).toEqual(['README.md', 'etc/.hidden', 'image.ts']);
});

test('a workspace without units has none', () => {
  expect(findUnits(temporaryWorkspace({}), [])).toEqual([]);
});

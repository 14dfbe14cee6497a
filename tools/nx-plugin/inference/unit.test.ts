import { isSource, isTest, placeOf, projectName, referenceTo, unitsOf } from './unit.ts';

test('a unit is a folder: two below templates, one below lambdas and images', () => {
  const units = unitsOf([
    'packages/templates/networking/vpc/template.ts',
    'packages/lambdas/log-governor/handler.ts',
    'packages/templates/networking/vpc/README.md',
    'packages/images/aws-util/scripts/run.sh',
  ]);
  expect(units).toEqual([
    { kind: 'image', name: 'aws-util', folder: 'packages/images/aws-util', files: ['scripts/run.sh'] },
    { kind: 'lambda', name: 'log-governor', folder: 'packages/lambdas/log-governor', files: ['handler.ts'] },
    {
      kind: 'template',
      name: 'networking/vpc',
      folder: 'packages/templates/networking/vpc',
      files: ['README.md', 'template.ts'],
    },
  ]);
});

test('the order of the files that were found does not matter', () => {
  const paths = ['packages/lambdas/b/handler.ts', 'packages/lambdas/a/lambda.ts', 'packages/lambdas/a/handler.ts'];
  expect(unitsOf(paths.toReversed())).toEqual(unitsOf(paths));
});

test.each([
  'packages/kit/index.ts',
  'packages/templates/networking/notes.md',
  'packages/lambdas/README.md',
  'packages/templates-old/a/b/template.ts',
])('%s lies in no unit', (path) => {
  expect(placeOf(path)).toBeUndefined();
  expect(unitsOf([path])).toEqual([]);
});

test.each([
  ['template.ts', true],
  ['Dockerfile', true],
  ['files/test.ts', true],
  ['README.md', false],
  ['docs/README.md', false],
  ['handler.test.ts', false],
  ['template.e2e.ts', false],
  ['image.lock.json', false],
])('%s is a source: %s', (file, expected) => {
  expect(isSource(file)).toBe(expected);
});

test('names tell the kind', () => {
  const vpc = { kind: 'template', name: 'networking/vpc' } as const;
  expect(projectName(vpc)).toBe('template/networking/vpc');
  expect(referenceTo(vpc)).toBe('template:networking/vpc');
  expect(isTest('handler.test.ts')).toBe(true);
  expect(isTest('handler.e2e.ts')).toBe(false);
});

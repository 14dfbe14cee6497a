import { checkFolder } from './check-folder.ts';
import type { Unit, UnitKind } from './unit.ts';

const whole: Record<UnitKind, readonly string[]> = {
  template: ['README.md', 'template.test.ts', 'template.ts'],
  lambda: ['README.md', 'handler.test.ts', 'handler.ts', 'lambda.ts'],
  image: ['README.md', 'image.ts'],
};
const folders = { template: 'packages/templates', lambda: 'packages/lambdas', image: 'packages/images' };

function unit(kind: UnitKind, name: string, files: readonly string[] = whole[kind]): Unit {
  return { kind, name, folder: `${folders[kind]}/${name}`, files };
}

test.each([
  unit('template', 'networking/vpc'),
  unit('template', 'networking/vpc', [...whole.template, 'template.e2e.ts']),
  unit('lambda', 'log-governor', [...whole.lambda, 'log-groups.ts', 'log-groups.test.ts', 'handler.e2e.ts']),
  unit('image', 'aws-util', [...whole.image, 'Dockerfile', 'image.lock.json', 'etc/Any.conf', '.dockerignore']),
  unit('lambda', 'a2-b3'),
])('$folder is in order', (good) => {
  expect(checkFolder(good)).toEqual([]);
});

test.each([
  unit('template', 'Networking/vpc'),
  unit('template', 'networking/my_vpc'),
  unit('template', 'networking/2vpc'),
  unit('template', 'networking/vpc-'),
  unit('template', `networking/${'v'.repeat(90)}`),
  unit('lambda', 'log--governor'),
  unit('lambda', 'l'.repeat(65)),
  unit('image', 'aws util'),
  unit('image', 'ä'),
])('refuses the name $name', (bad) => {
  expect(checkFolder(bad)).toEqual([
    expect.objectContaining({ code: 'name-invalid', where: bad.folder, received: bad.name }),
  ]);
});

test.each([
  ['template', 'template.ts'],
  ['template', 'template.test.ts'],
  ['template', 'README.md'],
  ['lambda', 'lambda.ts'],
  ['lambda', 'handler.ts'],
  ['lambda', 'handler.test.ts'],
  ['lambda', 'README.md'],
  ['image', 'image.ts'],
  ['image', 'README.md'],
] as const)('a %s misses its %s', (kind, file) => {
  const name = kind === 'template' ? 'networking/vpc' : 'thing';
  const bad = unit(
    kind,
    name,
    whole[kind].filter((other) => other !== file),
  );
  expect(checkFolder(bad)).toEqual([
    expect.objectContaining({
      code: 'file-missing',
      where: `${bad.folder}/${file}`,
      remedy: expect.stringContaining(file),
    }),
  ]);
});

test.each([
  ['template', 'nacls.ts'],
  ['template', 'template.yaml'],
  ['lambda', 'logGroups.ts'],
  ['lambda', 'package.json'],
  ['lambda', 'parts'],
] as const)('a %s has no place for %s', (kind, file) => {
  const bad = unit(kind, kind === 'template' ? 'networking/vpc' : 'thing', [...whole[kind], file]);
  expect(checkFolder(bad)).toEqual([
    expect.objectContaining({ code: 'file-extra', where: `${bad.folder}/${file}`, received: file }),
  ]);
});

test('says everything at once', () => {
  const codes = checkFolder(unit('template', 'Net/VPC', ['a.txt', 'b.txt'])).map(({ code }) => code);
  expect(codes).toEqual(['name-invalid', 'file-missing', 'file-missing', 'file-missing', 'file-extra', 'file-extra']);
});

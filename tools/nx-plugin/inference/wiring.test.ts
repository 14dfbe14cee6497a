import fc from 'fast-check';
import { unitsOf } from './unit.ts';
import { usersOf, wiringOf } from './wiring.ts';

/** A workspace as path → text. */
function wiringIn(files: Record<string, string>) {
  const wirings = wiringOf(unitsOf(Object.keys(files)), (path) => files[path]!);
  return (folder: string) => wirings.get(folder)!;
}
const template = (...imports: string[]): string => imports.map((path, i) => `import u${i} from '${path}';\n`).join('');

test('a template is built against the definitions that its sources import', () => {
  const wiring = wiringIn({
    'packages/templates/a/one/template.ts': template(
      '../two/template.ts',
      '../../b/three/template.ts',
      '../../../lambdas/fn/lambda.ts',
      '../../../images/box/image.ts',
      '@bitclouded/kit',
    ),
    'packages/templates/a/two/template.ts': '',
    'packages/templates/b/three/template.ts': '',
    'packages/lambdas/fn/lambda.ts': '',
    'packages/images/box/image.ts': '',
  })('packages/templates/a/one');
  expect(wiring.faults).toEqual([]);
  expect(wiring.uses).toEqual(['image:box', 'lambda:fn', 'template:a/two', 'template:b/three']);
});

test('tests and types bind nothing', () => {
  const wiring = wiringIn({
    'packages/templates/a/one/template.ts': "import type { X } from '../two/template.ts';\n",
    'packages/templates/a/one/template.test.ts': template('../two/template.ts'),
    'packages/templates/a/two/template.ts': '',
  })('packages/templates/a/one');
  expect(wiring).toEqual({ uses: [], faults: [], definition: ['template.ts'] });
});

test('an unknown upstream is named, with those that there are', () => {
  const { faults } = wiringIn({
    'packages/templates/a/one/template.ts': template('../tow/template.ts'),
    'packages/templates/a/two/template.ts': '',
    'packages/templates/b/three/template.ts': '',
  })('packages/templates/a/one');
  expect(faults).toEqual([
    expect.objectContaining({
      code: 'upstream-unknown',
      where: 'packages/templates/a/one/template.ts',
      received: '../tow/template.ts',
      expected: 'the definition of a template: a/one, a/two',
      remedy: expect.stringContaining('npx nx g @bitclouded/nx-plugin:template'),
    }),
  ]);
});

test.each([
  ['packages/templates/a/one/template.ts', '../../../lambdas/fn/handler.ts'],
  ['packages/templates/a/one/template.ts', '../two/parts.ts'],
  ['packages/templates/a/one/template.ts', '../../../kit/index.ts'],
  ['packages/lambdas/fn/handler.ts', '../other/handler.ts'],
  ['packages/lambdas/fn/handler.ts', '../../templates/a/one/template.ts'],
  ['packages/images/box/image.ts', '../../kit/index.ts'],
])('%s may not import %s', (path, specifier) => {
  const files = {
    'packages/templates/a/one/template.ts': '',
    'packages/templates/a/two/template.ts': '',
    'packages/lambdas/fn/lambda.ts': '',
    'packages/lambdas/fn/handler.ts': '',
    'packages/images/box/image.ts': '',
    [path]: template(specifier),
  };
  const { faults, uses } = wiringIn(files)(path.slice(0, path.lastIndexOf('/')));
  expect(uses).toEqual([]);
  expect(faults).toEqual([expect.objectContaining({ code: 'import-forbidden', where: path, received: specifier })]);
});

test('a circle is said plainly to each of its members, and to nobody else', () => {
  const wiring = wiringIn({
    'packages/templates/x/a/template.ts': template('../b/template.ts'),
    'packages/templates/x/b/template.ts': template('../c/template.ts'),
    'packages/templates/x/c/template.ts': template('../a/template.ts'),
    'packages/templates/x/self/template.ts': template('../self/template.ts', './template.ts'),
    'packages/templates/x/user/template.ts': template('../a/template.ts'),
  });
  const circle = (name: string) =>
    wiring(`packages/templates/x/${name}`).faults.map(({ code, received }) => [code, received]);
  expect(circle('a')).toEqual([['wiring-circle', 'x/a → x/b → x/c → x/a']]);
  expect(circle('b')).toEqual([['wiring-circle', 'x/b → x/c → x/a → x/b']]);
  expect(circle('c')).toEqual([['wiring-circle', 'x/c → x/a → x/b → x/c']]);
  expect(circle('user')).toEqual([]);
});

test('wiring without a way back is never taken for a circle', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(11), fc.nat(11))), (pairs) => {
      // Edges lead from a larger number to a smaller one, so there is no way back.
      const down = pairs.map(([a, b]) => [Math.max(a, b), Math.min(a, b)] as const).filter(([a, b]) => a !== b);
      const files = Object.fromEntries(
        Array.from({ length: 12 }, (_, i) => [
          `packages/templates/x/t${i}/template.ts`,
          template(...down.filter(([from]) => from === i).map(([, to]) => `../t${to}/template.ts`)),
        ]),
      );
      const wiring = wiringIn(files);
      for (let i = 0; i < 12; i++) expect(wiring(`packages/templates/x/t${i}`).faults).toEqual([]);
    }),
  );
});

test('what a definition needs of its own unit is part of what others see', () => {
  const { definition } = wiringIn({
    'packages/lambdas/fn/lambda.ts': template('./limits.ts', '@bitclouded/kit'),
    'packages/lambdas/fn/limits.ts': template('./days.ts'),
    'packages/lambdas/fn/days.ts': '',
    'packages/lambdas/fn/handler.ts': template('./limits.ts'),
  })('packages/lambdas/fn');
  expect(definition).toEqual(['lambda.ts', 'limits.ts', 'days.ts']);
});

test('users are found through any number of steps', () => {
  const uses = new Map([
    ['a', []],
    ['b', ['a']],
    ['c', ['b']],
    ['d', ['e']],
    ['e', []],
  ]);
  expect([...usersOf(['a'], uses)]).toEqual(['a', 'b', 'c']);
  expect([...usersOf([], uses)]).toEqual([]);
});

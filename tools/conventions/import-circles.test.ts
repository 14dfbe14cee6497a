import { importCircles } from './import-circles.ts';
import { repositoryFiles } from './repository-files.ts';
import { describeViolations } from './violation.ts';

const check = (imports: Record<string, string[]>) =>
  importCircles(
    Object.entries(imports).map(([path, targets]) => ({
      path,
      text: targets.map((target) => `import { x } from './${target}';`).join('\n'),
    })),
  ).map(({ received }) => received);

describe('no file imports itself by way of others', () => {
  it('in the repository', () => {
    expect(describeViolations(importCircles(repositoryFiles()))).toEqual([]);
  });

  it('says the whole circle', () => {
    expect(check({ 'a.ts': ['b.ts'], 'b.ts': ['c.ts'], 'c.ts': ['a.ts'] })).toEqual(['a.ts → b.ts → c.ts → a.ts']);
  });

  it('finds the shortest, and each circle apart', () => {
    expect(
      check({
        'a.ts': ['b.ts'],
        'b.ts': ['c.ts', 'a.ts'],
        'c.ts': ['a.ts'],
        'd.ts': ['a.ts', 'e.ts'],
        'e.ts': ['d.ts'],
        'f.ts': ['f.ts'],
      }),
    ).toEqual(['a.ts → b.ts → a.ts', 'c.ts → a.ts → b.ts → c.ts', 'd.ts → e.ts → d.ts', 'f.ts → f.ts']);
  });

  it('counts imports of types and dynamic ones', () => {
    const files = [
      { path: 'a.ts', text: "import type { B } from './b.ts';" },
      { path: 'b.ts', text: "export const load = () => import('./a.ts');" },
    ];
    expect(importCircles(files).map(({ received }) => received)).toEqual(['a.ts → b.ts → a.ts']);
  });

  it('takes a diamond', () => {
    expect(check({ 'a.ts': ['b.ts', 'c.ts'], 'b.ts': ['d.ts'], 'c.ts': ['d.ts'], 'd.ts': [] })).toEqual([]);
  });
});

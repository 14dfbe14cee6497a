import { repositoryFiles } from './repository-files.ts';
import { unitFiles } from './unit-files.ts';
import { describeViolations } from './violation.ts';

const vpc = 'packages/templates/networking/vpc';
const whole = ['template.ts', 'template.test.ts', 'README.md'].map((name) => `${vpc}/${name}`);
const check = (paths: string[]) => describeViolations(unitFiles(paths.map((path) => ({ path, text: '' }))));

describe("a unit's folder holds the files of its kind", () => {
  it('in every unit', () => {
    expect(describeViolations(unitFiles(repositoryFiles()))).toEqual([]);
  });

  it('takes a whole unit of each kind', () => {
    const lambda = ['lambda.ts', 'handler.ts', 'handler.test.ts', 'settings.ts', 'README.md'];
    const image = ['image.ts', 'Dockerfile', 'README.md', 'image.lock.json'];
    expect(
      check([
        ...whole,
        ...lambda.map((name) => `packages/lambdas/a/${name}`),
        ...image.map((name) => `packages/images/b/${name}`),
      ]),
    ).toEqual([]);
  });

  it.each(whole)('misses %s', (missing) => {
    expect(check(whole.filter((path) => path !== missing))).toEqual([expect.stringContaining(`${missing}: `)]);
  });

  it.each(['utils.ts', 'Template.ts', 'template.spec.ts', 'notes.txt'])('refuses %s in a template', (name) => {
    expect(check([...whole, `${vpc}/${name}`])).toEqual([expect.stringContaining(`${vpc}/${name}: `)]);
  });

  it('refuses a unit whose name is no name', () => {
    expect(check(whole.map((path) => path.replace('vpc', 'My_Vpc')))).toEqual([expect.stringContaining('rename')]);
  });

  it.each(['packages/templates/shared.ts', 'packages/templates/networking/shared.ts', 'packages/lambdas/shared.ts'])(
    'refuses %s between the units',
    (path) => expect(check([...whole, path])).toEqual([expect.stringContaining('beside the folders of units')]),
  );
});

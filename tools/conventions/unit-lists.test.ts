import { repositoryFiles } from './repository-files.ts';
import { unitLists } from './unit-lists.ts';
import { describeViolations } from './violation.ts';

const units = [
  { path: 'packages/templates/networking/vpc/template.ts', text: '' },
  { path: 'packages/templates/foundation/kms/template.ts', text: '' },
  { path: 'packages/lambdas/log-governor/lambda.ts', text: '' },
];
const check = (path: string, text: string) => describeViolations(unitLists([...units, { path, text }]));

describe('no list of units stands anywhere', () => {
  it('in the repository', () => {
    expect(describeViolations(unitLists(repositoryFiles()))).toEqual([]);
  });

  it.each([
    ['release/order.ts', "export const order = ['networking/vpc', 'foundation/kms'];"],
    ['release/order.ts', "import('../packages/templates/networking/vpc/template.ts'); const a = 'log-governor';"],
    ['tools/a.ts', 'const a = `template:networking/vpc`; const b = `lambda:log-governor ${a}`;'],
    ['package.json', '{"workspaces":["packages/lambdas/log-governor","packages/templates/networking/vpc"]}'],
    ['.github/workflows/ci.yml', 'matrix: { unit: [networking/vpc, log-governor] }'],
  ])('refuses %s with %s', (path, text) => {
    expect(check(path, text)).toEqual([expect.stringMatching(/it names .+ and .+ — find units by their folders/)]);
  });

  it.each([
    ['release/one.ts', "const example = 'networking/vpc';"],
    ['release/comment.ts', '// networking/vpc and foundation/kms'],
    ['README.md', 'networking/vpc and foundation/kms'],
    ['release/plan.test.ts', "['networking/vpc', 'foundation/kms']"],
    ['packages/templates/networking/vpc/template.ts', "['networking/vpc', 'foundation/kms']"],
    ['release/words.ts', "['networking', 'vpc', 'kms', 'networking/vpc2', 'catalog-governor']"],
  ])('takes %s with %s', (path, text) => expect(check(path, text)).toEqual([]));
});

import { repositoryFiles } from './repository-files.ts';
import { unitImports } from './unit-imports.ts';
import { describeViolations } from './violation.ts';

const check = (path: string, text: string) => describeViolations(unitImports([{ path, text }]));
const template = 'packages/templates/networking/vpc/template.ts';

describe('units import the definitions of other units, and nothing else of them', () => {
  it('in the repository', () => {
    expect(describeViolations(unitImports(repositoryFiles()))).toEqual([]);
  });

  it.each([
    [template, "import { govern } from '../../../lambdas/log-governor/govern.ts';"],
    [template, "import handler from '../../../lambdas/log-governor/handler.ts';"],
    ['packages/lambdas/a/plan.ts', "import type { Alert } from '../alert-router/alert.ts';"],
    ['tools/nx-plugin/a.ts', "const x = await import('../../packages/lambdas/log-governor/settings.ts');"],
  ])('refuses %s with %s', (path, text) => {
    expect(check(path, text)).toEqual([
      expect.stringMatching(/ — import packages\/lambdas\/[a-z-]+\/lambda\.ts, or move/),
    ]);
  });

  it.each([
    "import kms, { grants } from '../../foundation/kms/template.ts';",
    "import * as kms from '../../foundation/kms/template.ts';",
    "export * from '../../foundation/kms/template.ts';",
  ])('refuses more than the default export: %s', (text) => {
    expect(check(template, text)).toEqual([expect.stringContaining('import its default export alone')]);
  });

  it('refuses a definition that loads its own handler', () => {
    const path = 'packages/lambdas/log-governor/lambda.ts';
    expect(check(path, "import { handler } from './handler.ts';")).toHaveLength(1);
    expect(check(path, "import type { Properties } from './handler.ts';")).toEqual([]);
  });

  it.each([
    [template, "import kms from '../../foundation/kms/template.ts';"],
    [template, "import logGovernor from '../../../lambdas/log-governor/lambda.ts';"],
    ['bench/a.ts', "const { default: kms } = await import('../packages/templates/foundation/kms/template.ts');"],
    [template, "export { default } from '../../foundation/kms/template.ts';"],
    ['packages/lambdas/log-governor/handler.ts', "import { govern } from './govern.ts';"],
  ])('takes %s with %s', (path, text) => expect(check(path, text)).toEqual([]));
});

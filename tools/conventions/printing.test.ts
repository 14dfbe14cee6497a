import { printing } from './printing.ts';
import { repositoryFiles } from './repository-files.ts';
import { describeViolations } from './violation.ts';

const check = (path: string, text: string) => describeViolations(printing([{ path, text }]));

describe('only programs print and set exit codes', () => {
  it('in the repository', () => {
    expect(describeViolations(printing(repositoryFiles()))).toEqual([]);
  });

  it.each([
    'console.log(1)',
    'console.error(1)',
    'process.stdout.write("x")',
    'process.stderr.write("x")',
    'process.exit(1)',
    'process.exitCode = 1',
  ])('refuses %s in a library and in a handler', (text) => {
    const remedy = 'let the program print';
    expect(check('release/plan.ts', `export const f = () => { ${text}; };`)).toEqual([expect.stringContaining(remedy)]);
    expect(check('packages/kit/a.ts', text)).toEqual([expect.stringContaining(remedy)]);
    expect(check('packages/lambdas/a/handler.ts', text)).toEqual([expect.stringContaining(remedy)]);
  });

  it('takes it in a program, which exports nothing, in an executor and in a test', () => {
    expect(check('release/bin.ts', 'console.log(1)')).toEqual([]);
    expect(check('packages/cli/bin.ts', 'process.exitCode = 1')).toEqual([]);
    expect(check('tools/nx-plugin/executors/build.ts', 'export const f = () => process.stdout.write("x")')).toEqual([]);
    expect(check('release/plan.test.ts', 'export const spy = console.log;')).toEqual([]);
  });

  it('takes words that only look like it', () => {
    expect(check('packages/kit/a.ts', "const domain = 'console.aws.amazon.com'; // console.log(1)")).toEqual([]);
  });
});

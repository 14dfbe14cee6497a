import { definitionExports } from './definition-exports.ts';
import { repositoryFiles } from './repository-files.ts';
import { describeViolations } from './violation.ts';

const path = 'packages/lambdas/log-governor/lambda.ts';
const definition = "export default defineLambda({ name: 'log-governor' });";
const check = (text: string) => describeViolations(definitionExports([{ path, text }]));

describe('a definition file exports its definition alone', () => {
  it('in every unit', () => {
    expect(describeViolations(definitionExports(repositoryFiles()))).toEqual([]);
  });

  it.each([
    'export const retention = 30;',
    'export function arnOf() {}',
    'export interface Properties {}',
    'export type { Properties } from "./settings.ts";',
    'const a = 1;\nexport { a };',
    "export * from './settings.ts';",
  ])('refuses %j beside it', (text) => {
    expect(check(`${text}\n${definition}`)).toEqual([expect.stringContaining('do not export it')]);
  });

  it.each(['', 'export default 7;', 'const d = defineLambda({});\nexport default d;', 'export default class {}'])(
    'refuses %j in its place',
    (text) => expect(check(text).at(-1)).toContain('export default define…'),
  );

  it('takes a definition with functions of its own', () => {
    expect(check(`${definition}\nfunction arnOf() {}`)).toEqual([]);
  });
});

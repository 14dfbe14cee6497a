import type { PluginError } from '../plugin-error.ts';
import { temporaryWorkspace } from '../testing/temporary-workspace.ts';
import { loadDefinition } from './load-definition.ts';
import type { Job } from './unit-executor.ts';

function load(text: string) {
  const folder = 'packages/lambdas/fn';
  const root = temporaryWorkspace({ [`${folder}/lambda.ts`]: text });
  const job: Job = { kind: 'lambda', name: 'fn', folder, sources: [], uses: [], faults: [], node: '' };
  return { root, run: () => loadDefinition(root, job) };
}

function faultOf(text: string) {
  const { run } = load(text);
  try {
    run();
  } catch (error) {
    return (error as PluginError).faults[0]!;
  }
  throw new Error('it was loaded');
}

test('gives the default export', () => {
  expect(load("export default { name: 'fn', memoryMb: 1 as number };\n").run()).toEqual({ name: 'fn', memoryMb: 1 });
});

test.each([
  ["export const name = 'fn';\n", 'no default export'],
  ["export default () => 'fn';\n", 'function'],
  ["export default { name: 'other' };\n", 'other'],
])('refuses %j', (text, received) => {
  expect(faultOf(text)).toMatchObject({
    code: 'definition-invalid',
    where: 'packages/lambdas/fn/lambda.ts',
    received,
    remedy: expect.stringContaining("defineLambda({ name: 'fn'"),
  });
});

test('names the line of a definition that throws', () => {
  const fault = faultOf('const nothing: any = undefined;\n\nexport default { name: nothing.name };\n');
  expect(fault).toMatchObject({
    code: 'definition-throws',
    where: expect.stringMatching(/^packages\/lambdas\/fn\/lambda\.ts:3:\d+$/),
    received: expect.stringMatching(/^TypeError: .*'?name'?/),
  });
});

test('takes whatever is thrown', () => {
  expect(faultOf("throw 'a text';\n")).toMatchObject({ code: 'definition-throws', received: 'Error: a text' });
});

test('lets an error through that names its faults', () => {
  const kit =
    "import { defineLambda } from '@bitclouded/kit';\nexport default defineLambda({ name: 'NO' } as never);\n";
  expect(faultOf(kit)).toMatchObject({ code: 'name-invalid' });
});

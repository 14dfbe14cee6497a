import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyWorkspace, hashesOf, nx, removeWorkspace } from './testing/copied-workspace.ts';
import { fixtureUnits } from './testing/fixture-units.ts';

const BUILD_ALL = ['run-many', '-t', 'build'];
const HANDLER = 'packages/lambdas/writer/handler.ts';
const KMS = 'packages/templates/foundation/kms/template.ts';

let root: string;
beforeAll(() => {
  root = copyWorkspace(fixtureUnits);
  expect(nx(root, BUILD_ALL)).toMatchObject({ exitCode: 0, cached: [] });
});
afterAll(() => removeWorkspace(root));

/** Changes a file, builds everything, and tells what was executed; the file is put back and everything is cached. */
function builtAfter(path: string, from: string | RegExp, to: string): readonly string[] {
  const file = join(root, path);
  const before = readFileSync(file, 'utf8');
  const after = before.replace(from, to);
  expect(after).not.toBe(before);
  writeFileSync(file, after);
  const run = nx(root, BUILD_ALL);
  writeFileSync(file, before);
  expect(run.exitCode).toBe(0);
  expect(nx(root, BUILD_ALL)).toMatchObject({ exitCode: 0, ran: [] });
  return run.ran;
}

function buildsOf(tasks: readonly string[]): string[] {
  return tasks.filter((task) => task.endsWith(':build'));
}

test('what did not change comes from the cache, byte for byte, though dist is gone', () => {
  const built = hashesOf(root);
  rmSync(join(root, 'dist'), { recursive: true });
  const run = nx(root, BUILD_ALL);
  expect(run.ran).toEqual([]);
  expect(run.cached).toHaveLength(13);
  expect(hashesOf(root)).toEqual(built);
});

test('a change of a handler builds the function and the templates that use it', () => {
  expect(builtAfter(HANDLER, 'answer +', 'answer.length +')).toEqual([
    'lambda/writer:build',
    'template/base/logs:build',
  ]);
  expect(builtAfter('packages/lambdas/writer/answer.ts', 'writer', 'other')).toHaveLength(2);
});

test('what else nx affected names then comes from the cache', () => {
  const before = readFileSync(join(root, HANDLER), 'utf8');
  writeFileSync(join(root, HANDLER), before.replace('answer +', 'answer.trim() +'));
  const run = nx(root, ['affected', '-t', 'build', `--files=${HANDLER}`]);
  writeFileSync(join(root, HANDLER), before);
  expect(run.ran).toEqual(['lambda/writer:build', 'template/base/logs:build']);
  for (const task of run.cached) expect(task).toMatch(/:wiring$/);
});

test('a comment in a handler that leaves the zip equal stops there', () => {
  expect(builtAfter(HANDLER, /^/, '// A comment.\n')).toEqual(['lambda/writer:build']);
});

test('a change of a definition builds the function and the templates that use it', () => {
  const ran = builtAfter('packages/lambdas/writer/lambda.ts', 'timeoutSeconds: 10', 'timeoutSeconds: 11');
  expect(buildsOf(ran)).toEqual(['lambda/writer:build', 'template/base/logs:build']);
});

test('a change of an image builds it and the templates that use it', () => {
  expect(builtAfter('packages/images/box/Dockerfile', /$/, 'USER 1000\n')).toEqual([
    'image/box:build',
    'template/net/edge:build',
  ]);
});

test('a new output builds the template and those that read its outputs, and not those behind them', () => {
  const file = join(root, KMS);
  const before = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    before
      .replace("LogsKeyArn: output.keyArn('Of foundation/kms'),", "$& KeyArn: output.keyArn('One more'),")
      .replace('LogsKeyArn: key.attrArn', '$&, KeyArn: key.attrArn'),
  );
  const run = nx(root, BUILD_ALL);
  writeFileSync(file, before);
  expect(buildsOf(run.ran)).toEqual(['template/base/logs:build', 'template/foundation/kms:build']);
});

test('a change of an upstream that leaves its outputs equal builds no consumer', () => {
  expect(buildsOf(builtAfter(KMS, 'enableKeyRotation: true', 'enableKeyRotation: false'))).toEqual([
    'template/foundation/kms:build',
  ]);
  expect(buildsOf(builtAfter('packages/templates/base/logs/template.ts', "'Queue'", "'Other'"))).toEqual([
    'template/base/logs:build',
  ]);
});

test('only a template that was built anew is validated again', () => {
  const validate = ['run-many', '-t', 'validate'];
  const validated = (from: string | RegExp, to: string): readonly string[] => {
    const file = join(root, KMS);
    const before = readFileSync(file, 'utf8');
    writeFileSync(file, before.replace(from, to));
    const run = nx(root, validate);
    writeFileSync(file, before);
    expect(run.exitCode).toBe(0);
    expect(run.ran).toContain('template/foundation/kms:build');
    return run.ran.filter((task) => task.endsWith(':validate'));
  };
  expect(nx(root, validate).exitCode).toBe(0);
  expect(nx(root, validate)).toMatchObject({ exitCode: 0, ran: [] });
  expect(validated(/^/, '// A comment.\n')).toEqual([]);
  // A change that no other test of this workspace makes: its build would come from the cache.
  expect(validated('enableKeyRotation: true', 'enableKeyRotation: true, pendingWindowInDays: 9')).toEqual([
    'template/foundation/kms:validate',
  ]);
});

test('an output that is made of an upstream is never stale', () => {
  const frame = 'packages/templates/net/frame/template.ts';
  const before = readFileSync(join(root, frame), 'utf8');
  writeFileSync(
    join(root, frame),
    before.replace("output.arn('Of net/frame')", 'output.arn(up0.outputs.LogsArn.description)'),
  );
  expect(nx(root, BUILD_ALL).exitCode).toBe(0);
  const logs = join(root, 'packages/templates/base/logs/template.ts');
  const text = readFileSync(logs, 'utf8');
  writeFileSync(logs, text.replace("output.arn('Of base/logs')", "output.arn('Of others')"));
  const run = nx(root, BUILD_ALL);
  writeFileSync(logs, text);
  writeFileSync(join(root, frame), before);
  expect(buildsOf(run.ran)).toEqual([
    'template/base/logs:build',
    'template/net/edge:build',
    'template/net/frame:build',
  ]);
});

test.each([
  'packages/lambdas/writer/README.md',
  'packages/templates/base/logs/README.md',
  'packages/images/box/README.md',
])('an edit of %s runs nothing, and affects nothing', (path) => {
  expect(builtAfter(path, /$/, 'More.\n')).toEqual([]);
  const run = nx(root, ['affected', '-t', 'build,check,test', `--files=${path}`]);
  expect(run).toMatchObject({ exitCode: 0, ran: [], cached: [] });
  expect(run.output).toContain('No tasks were run');
});

test('a change of a test builds nothing', () => {
  expect(builtAfter('packages/lambdas/writer/handler.test.ts', /$/, '// More.\n')).toEqual([]);
});

test('a change of the kit builds everything', () => {
  expect(builtAfter('packages/kit/index.ts', /$/, '// More.\n')).toHaveLength(13);
});

test('a failing test is told for its unit alone, and the others are cached', () => {
  const path = join(root, 'packages/lambdas/writer/answer.ts');
  writeFileSync(path, "export const answer = 'wrong';\n");
  const first = nx(root, ['run-many', '-t', 'test']);
  const second = nx(root, ['run-many', '-t', 'test']);
  writeFileSync(path, "export const answer = 'writer';\n");
  expect([first.exitCode, second.exitCode]).toEqual([1, 1]);
  expect(first.ran).toHaveLength(7);
  expect(second.ran).toEqual(['lambda/writer:test']);
  expect(second.output).toContain('packages/lambdas/writer: test-failed');
  expect(second.output).toContain('handler.test.ts');
});

import { DocumentError } from '@bitclouded/documents';
import type { PluginFault } from '../plugin-error.ts';
import { batchOf, runBatch } from '../testing/run-batch.ts';
import { temporaryWorkspace } from '../testing/temporary-workspace.ts';
import { executorOf, outcomeOf } from './unit-executor.ts';

const fault: PluginFault = {
  code: 'file-missing',
  where: 'packages/lambdas/a/README.md',
  received: 'r',
  expected: 'e',
  remedy: 'm',
};
const root = temporaryWorkspace(
  Object.fromEntries(['a', 'b', 'c'].map((name) => [`packages/lambdas/${name}/handler.ts`, ''])),
);

/** Notes what it is given, and refuses `b`. */
function recording() {
  const seen: string[] = [];
  const executor = executorOf(async function* (_, jobs) {
    for (const job of jobs) {
      seen.push(job.folder);
      const refused = new DocumentError({
        code: 'document-invalid',
        where: 'w',
        received: 'r',
        expected: 'e',
        remedy: 'm',
      });
      yield [job, job.name === 'b' ? { errors: [refused] } : { output: `made ${job.name}` }];
    }
  });
  return { seen, executor };
}

test('works on all units in one go, and tells each result alone', async () => {
  const { seen, executor } = recording();
  const results = await runBatch(executor, root, { 'lambda/a': {}, 'lambda/b': {}, 'lambda/c': {} });
  expect(seen).toEqual(['packages/lambdas/a', 'packages/lambdas/b', 'packages/lambdas/c']);
  expect(results['lambda/a']).toMatchObject({ success: true, terminalOutput: 'made a\n' });
  expect(results['lambda/b']).toMatchObject({
    success: false,
    terminalOutput: expect.stringContaining('document-invalid'),
  });
  expect(results['lambda/c']).toMatchObject({ success: true });
});

test('answers with the faults of a unit without working on it, and without a stack', async () => {
  const { seen, executor } = recording();
  const more = { ...fault, where: 'packages/lambdas/a/lambda.ts' };
  const results = await runBatch(executor, root, { 'lambda/a': { faults: [fault, more] }, 'lambda/c': {} });
  expect(seen).toEqual(['packages/lambdas/c']);
  expect(results['lambda/a']!.success).toBe(false);
  expect(results['lambda/a']!.terminalOutput).toMatch(/README\.md: file-missing[\s\S]*lambda\.ts: file-missing/);
  expect(results['lambda/a']!.terminalOutput).not.toMatch(/^\s+at /m);
});

test('skips what waits for a unit with faults, through any number of steps', async () => {
  const { seen, executor } = recording();
  const { graph, inputs, context } = batchOf(root, { 'lambda/a': { faults: [fault] }, 'lambda/b': {}, 'lambda/c': {} });
  graph.dependencies['lambda/b'] = [{ id: 'lambda/a' }];
  graph.dependencies['lambda/c'] = [{ id: 'lambda/b' }];
  const statuses: Record<string, string | boolean> = {};
  for await (const { task, result } of executor.batch(graph, inputs, {}, context))
    statuses[task] = result.status ?? result.success;
  expect(statuses).toEqual({ 'lambda/a': false, 'lambda/b': 'skipped', 'lambda/c': 'skipped' });
  expect(seen).toEqual([]);
});

test('works on one unit alone when Nx does not batch', async () => {
  const { seen, executor } = recording();
  const { inputs, context } = batchOf(root, { 'lambda/a': {}, 'lambda/b': {} });
  const printed: string[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  const good = await executor.single(inputs['lambda/a']!, { ...context, projectName: 'lambda/a' });
  const bad = await executor.single(inputs['lambda/b']!, { ...context, projectName: 'lambda/b' });
  write.mockRestore();
  expect([good, bad]).toEqual([{ success: true }, { success: false }]);
  expect(seen).toEqual(['packages/lambdas/a', 'packages/lambdas/b']);
  expect(printed.join('')).toMatch(/^made a\nw: document-invalid/);
});

test('a defect is no outcome', async () => {
  await expect(outcomeOf(() => Promise.reject(new TypeError('bug')))).rejects.toThrow('bug');
});

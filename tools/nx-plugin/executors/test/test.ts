import { join, sep } from 'node:path';
import { runCLI } from 'jest';
import { PluginError } from '../../plugin-error.ts';
import { executorOf, type Job, type Outcome, type Work } from '../unit-executor.ts';

/** What Jest tells of one test file. */
interface FileResult {
  readonly testFilePath: string;
  readonly numPassingTests: number;
  readonly failureMessage?: string | null;
}

/** Tests every unit that needs it in one run of Jest, and tells the results apart by the units' folders. */
const work: Work = async function* (root, jobs) {
  const argv = {
    _: jobs.map((job) => `${join(root, job.folder)}${sep}`),
    $0: 'jest',
    config: join(root, 'jest.config.cjs'),
    // Jest's own report would mix the units; each says its part through Nx.
    reporters: [],
    ci: true,
  };
  const { results } = await runCLI(argv as never, [root]);
  for (const job of jobs) yield [job, outcomeFor(root, job, results.testResults)];
};

export const { single, batch } = executorOf(work);

function outcomeFor(root: string, job: Job, results: readonly FileResult[]): Outcome {
  const own = results.filter(({ testFilePath }) => testFilePath.startsWith(`${join(root, job.folder)}${sep}`));
  const failed = own.filter(({ failureMessage }) => failureMessage);
  const passed = own.reduce((sum, { numPassingTests }) => sum + numPassingTests, 0);
  if (failed.length === 0 && own.length > 0) return { output: `${passed} tests passed` };
  return { errors: [new TestFailure(root, job, failed)] };
}

/** The failures as Jest words them. */
class TestFailure extends PluginError {
  constructor(root: string, job: Job, failed: readonly FileResult[]) {
    super({
      code: 'test-failed',
      where: job.folder,
      received:
        failed.length === 0 ? 'no test' : failed.map((file) => file.testFilePath.slice(root.length + 1)).join(', '),
      expected: 'tests that pass',
      remedy: 'correct the unit or its tests',
    });
    this.message = [this.message, ...failed.map(({ failureMessage }) => failureMessage)].join('\n');
  }
}

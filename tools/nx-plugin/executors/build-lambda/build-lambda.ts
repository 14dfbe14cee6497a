import { type LambdaInterface, parseDocument } from '@bitclouded/documents';
import { LAMBDA_ARCHITECTURE, LAMBDA_HANDLER, LAMBDA_RUNTIME, type Lambda } from '@bitclouded/kit';
import { hashSources, removeOutput, writeOutput } from '../../output/unit-output.ts';
import { loadDefinition } from '../load-definition.ts';
import { executorOf, type Job, outcomeOf, type Work } from '../unit-executor.ts';
import { bundle } from './bundle.ts';
import { zip } from './zip.ts';

/** Bundles every function that needs it; esbuild is one process for all of them, and works on several at once. */
const work: Work = async function* (root, jobs) {
  const outcomes = jobs.map((job) => {
    removeOutput(root, job);
    return outcomeOf(() => build(root, job));
  });
  for (const [i, outcome] of outcomes.entries()) yield [jobs[i]!, await outcome];
};

export const { single, batch } = executorOf(work);

async function build(root: string, job: Job): Promise<undefined> {
  const face = interfaceOf(loadDefinition<Lambda>(root, job), `${job.folder}/lambda.ts`);
  const code = await bundle(root, job.folder);
  writeOutput(root, job, {
    interface: face,
    files: { 'function.zip': zip(code) },
    sourceSha256: hashSources(root, job.folder, job.sources),
    uses: [],
  });
}

/** All of a function's definition, and what holds for every function. */
function interfaceOf(lambda: Lambda, where: string): LambdaInterface {
  const face = {
    schema: 'bitclouded.interface/1',
    kind: 'lambda',
    ...lambda,
    runtime: LAMBDA_RUNTIME,
    handler: LAMBDA_HANDLER,
    architecture: LAMBDA_ARCHITECTURE,
  };
  return parseDocument('interface', Buffer.from(JSON.stringify(face)), where) as LambdaInterface;
}

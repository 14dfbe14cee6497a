/**
 * Steps of the workflows that are no stage of a release: `npm run workflow-step -- <step>`.
 *
 *   describe-release <folder>          writes the plan and the manifest's hash of `dist/release/<host>` to the job's
 *                                      summary, and `version` and `manifest-sha256` to the step's outputs
 *   compare-bundles <folder> <folder>  fails where two bundles differ, and names each file
 */
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FaultError, parseDocument, sha256Of } from '@bitclouded/documents';
import { compareSums } from './compare-sums.ts';
import { describeRelease } from './describe-release.ts';
import { readBundle } from './read-bundle.ts';
import { StepError } from './step-error.ts';

try {
  const [step, ...folders] = process.argv.slice(2);
  const [first, second] = folders;
  if (step === 'describe-release' && folders.length === 1) await describe(first!);
  else if (step === 'compare-bundles' && folders.length === 2) await compare(first!, second!);
  else
    throw new StepError({
      code: 'step-unknown',
      where: 'npm run workflow-step',
      received: process.argv.slice(2).join(' ') || 'no step',
      expected: 'describe-release <folder>, or compare-bundles <folder> <folder>',
      remedy: 'name one of the steps with its folders',
    });
} catch (error) {
  if (!(error instanceof FaultError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function describe(folder: string): Promise<void> {
  const { manifest } = await readBundle(join(folder, 'bundle'));
  const path = join(folder, 'plan.json');
  const plan = parseDocument('plan', await readFile(path), path);
  const manifestSha256 = sha256Of(manifest);
  const summary = describeRelease(plan, manifestSha256);
  console.log(summary);
  // Files that a runner gives each step. By hand there are none, and the terminal shows it.
  const { GITHUB_STEP_SUMMARY, GITHUB_OUTPUT } = process.env;
  if (GITHUB_STEP_SUMMARY) await appendFile(GITHUB_STEP_SUMMARY, summary);
  if (GITHUB_OUTPUT) await appendFile(GITHUB_OUTPUT, `version=${plan.version}\nmanifest-sha256=${manifestSha256}\n`);
}

async function compare(first: string, second: string): Promise<void> {
  const [one, two] = await Promise.all([readBundle(first), readBundle(second)]);
  const differences = compareSums(one.sums, two.sums);
  if (differences.length > 0)
    throw new StepError(
      differences.map((difference) => ({
        code: 'bundles-differ',
        where: difference.path,
        received: `${difference.second} (${second})`,
        expected: `${difference.first} (${first})`,
        remedy: 'find what of the machine, the clock or the order of work got into this file',
      })),
    );
  console.log(`The bundles are equal: manifest ${sha256Of(one.manifest)}`);
}

/**
 * Steps of the workflows that are no stage of a release: `npm run workflow-step -- <step>`.
 *
 *   describe-release <folder>          writes the plan and the manifest's hash of `dist/release/<host>` to the job's
 *                                      summary, and `version` and `manifest-sha256` to the step's outputs
 *   compare-bundles <folder> <folder>  fails where two bundles differ, and names each file
 *   index-age <host> [<days>]          reads the host's index; writes `due` and `version` to the step's outputs, and fails
 *                                      where the index is valid for fewer days
 *   images-matrix <host> [<image>]     writes which images are to be built, pushed, mirrored and baked to the step's
 *                                      outputs, as JSON; an image that is named too. Of a pull request, what it changes
 *   place-locks <folder>               puts locks of other jobs beside their images
 *   build-packer                       builds the pinned Packer, unless it is there
 *   upload-sarif <folder>              hands findings to code scanning
 *   report-failure                     opens an issue about a failed nightly verification, or comments on the open one
 */
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Fault, FaultError, parseDocument, sha256Of } from '@bitclouded/documents';
import { execa } from 'execa';
import { compareSums } from './compare-sums.ts';
import { describeRelease } from './describe-release.ts';
import { changedImages, jobsOf, type ListedImage } from './images-matrix.ts';
import { ageOf, type ShownIndex } from './index-age.ts';
import { placeLocks } from './place-locks.ts';
import { readBundle } from './read-bundle.ts';
import { reportFailure } from './report-failure.ts';
import { StepError, type StepErrorCode } from './step-error.ts';
import { uploadSarif } from './upload-sarif.ts';

const REPOSITORY = join(import.meta.dirname, '../..');

try {
  const [step, ...args] = process.argv.slice(2);
  const [first, second] = args;
  if (step === 'describe-release' && args.length === 1) await describe(first!);
  else if (step === 'compare-bundles' && args.length === 2) await compare(first!, second!);
  else if (step === 'index-age' && args.length === 1) await judgeAge(first!, undefined);
  else if (step === 'index-age' && args.length === 2 && /^\d+$/.test(second!)) await judgeAge(first!, Number(second));
  else if (step === 'images-matrix' && (args.length === 1 || args.length === 2)) await listJobs(first!, second ?? '');
  else if (step === 'place-locks' && args.length === 1) await place(first!);
  else if (step === 'build-packer' && args.length === 0) await buildPacker();
  else if (step === 'upload-sarif' && args.length === 1) await upload(first!);
  else if (step === 'report-failure' && args.length === 0) await report();
  else
    throw new StepError({
      code: 'step-unknown',
      where: 'npm run workflow-step',
      received: process.argv.slice(2).join(' ') || 'no step',
      expected:
        'describe-release <folder>, compare-bundles <folder> <folder>, index-age <host> [<days>], images-matrix <host> [<image>], place-locks <folder>, build-packer, upload-sarif <folder>, or report-failure',
      remedy: 'name one of the steps with its arguments',
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

async function judgeAge(host: string, atLeastDays: number | undefined): Promise<void> {
  const { due, version } = ageOf(await shownIndex(host), atLeastDays);
  console.log(due ? `The index is to be renewed, by promoting ${version} again` : 'The index is not to be renewed yet');
  const { GITHUB_OUTPUT } = process.env;
  if (GITHUB_OUTPUT) await appendFile(GITHUB_OUTPUT, `due=${due}\nversion=${version}\n`);
}

async function shownIndex(host: string): Promise<ShownIndex | null> {
  const remedy = 'what it said before this tells how to go on';
  return ask(['index', 'show', '--host', host], { code: 'index-unread', expected: 'the index of the host', remedy });
}

/** What a command of the release prints as JSON. */
async function ask<T>(
  command: readonly string[],
  fault: Pick<Fault<StepErrorCode>, 'code' | 'expected' | 'remedy'>,
): Promise<T> {
  const args = [join(REPOSITORY, 'release/bin.ts'), ...command, '--json', '--quiet'];
  const { exitCode, stdout } = await execa(process.execPath, args, { reject: false, stderr: 'inherit' });
  if (exitCode === 0) return JSON.parse(stdout) as T;
  throw new StepError({ ...fault, where: `release ${command.join(' ')}`, received: `exit code ${exitCode}` });
}

async function listJobs(host: string, also: string): Promise<void> {
  const remedy = 'build the units: npm run build';
  const { images } = await ask<{ images: readonly ListedImage[] }>(['images', 'list', '--host', host], {
    code: 'images-unread',
    expected: 'the images of the repository',
    remedy,
  });
  const { GITHUB_EVENT_NAME, GITHUB_OUTPUT } = process.env;
  let changed: ReadonlySet<string> | undefined;
  // A pull request is checked out as its merge: the first parent is the branch that it goes into.
  if (GITHUB_EVENT_NAME === 'pull_request') {
    const { stdout } = await execa('git', ['diff', '--name-only', '-z', 'HEAD^1', 'HEAD'], { cwd: REPOSITORY });
    changed = changedImages(stdout.split('\0'));
  }
  const lines = Object.entries(jobsOf(images, { also, changed })).map(
    ([job, list]) => `${job}=${JSON.stringify(list)}`,
  );
  console.log(lines.join('\n'));
  if (GITHUB_OUTPUT) await appendFile(GITHUB_OUTPUT, `${lines.join('\n')}\n`);
}

async function place(folder: string): Promise<void> {
  const placed = await placeLocks(folder, REPOSITORY);
  console.log(`Locks of ${placed.join(', ') || 'no image'}`);
}

async function buildPacker(): Promise<void> {
  const program = join(REPOSITORY, 'tools/packer/run.ts');
  const { exitCode } = await execa(process.execPath, [program], { reject: false, stdio: 'inherit' });
  // It has said what is wrong.
  process.exitCode = exitCode ?? 1;
}

async function upload(folder: string): Promise<void> {
  const { GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_TOKEN, GITHUB_SHA, GITHUB_REF } = process.env;
  const commit = {
    api: GITHUB_API_URL ?? '',
    repository: GITHUB_REPOSITORY ?? '',
    token: GITHUB_TOKEN ?? '',
    commit: GITHUB_SHA ?? '',
    ref: GITHUB_REF ?? '',
  };
  const files = await uploadSarif(folder, commit, AbortSignal.timeout(300_000));
  console.log(`Uploaded ${files.join(', ') || 'nothing'}`);
}

async function report(): Promise<void> {
  const { GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID, GITHUB_SERVER_URL, GITHUB_TOKEN } = process.env;
  const place = {
    api: GITHUB_API_URL ?? '',
    repository: GITHUB_REPOSITORY ?? '',
    token: GITHUB_TOKEN ?? '',
    runUrl: `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`,
  };
  console.log(await reportFailure(place, AbortSignal.timeout(60_000)));
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

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ImageInterface, parseDocument } from '@bitclouded/documents';
import type { Image } from '@bitclouded/kit';
import { hashSources, removeOutput, writeOutput } from '../../output/unit-output.ts';
import { PluginError, type PluginFault } from '../../plugin-error.ts';
import { loadDefinition } from '../load-definition.ts';
import { executorOf, type Job, outcomeOf, type Work } from '../unit-executor.ts';

/** The file that says how an image is made. A mirrored image is made elsewhere. */
const recipes = { container: 'Dockerfile', machine: 'image.pkr.hcl', mirrored: undefined } as const;

/** Writes what an image's definition says, with the hash of all that goes into it. Nothing is baked here. */
const work: Work = async function* (root, jobs) {
  for (const job of jobs) {
    removeOutput(root, job);
    yield [job, await outcomeOf(async () => build(root, job))];
  }
};

export const { single, batch } = executorOf(work);

function build(root: string, job: Job): undefined {
  const { smokeTest: _, ...image } = loadDefinition<Image>(root, job);
  const sourceSha256 = hashSources(root, job.folder, job.sources);
  const where = `${job.folder}/image.ts`;
  const face = parseDocument(
    'interface',
    Buffer.from(
      JSON.stringify({ schema: 'bitclouded.interface/1', kind: 'image', ...image, contextSha256: sourceSha256 }),
    ),
    where,
  ) as ImageInterface;
  checkRecipe(root, job, face);
  writeOutput(root, job, { interface: face, files: {}, sourceSha256, uses: [] });
}

/** The recipe must be there, and be built on what the definition says. */
function checkRecipe(root: string, job: Job, { variety, bases }: ImageInterface): void {
  const recipe = recipes[variety];
  if (!recipe) return;
  if (!job.sources.includes(recipe))
    throw new PluginError({
      code: 'file-missing',
      where: `${job.folder}/${recipe}`,
      received: job.sources.join(', '),
      expected: `${recipe}, because image.ts says ${variety}`,
      remedy: `write ${recipe}, or correct the variety in image.ts`,
    });
  const text = readFileSync(join(root, job.folder, recipe), 'utf8');
  const faults = bases
    .filter((base) => !text.includes(base))
    .map(
      (base): PluginFault => ({
        code: 'base-unknown',
        where: `${job.folder}/image.ts`,
        received: base,
        expected: `a base that ${recipe} names`,
        remedy: `name the same base, with the same digest, in image.ts and ${recipe}`,
      }),
    );
  if (faults.length > 0) throw new PluginError(faults);
}

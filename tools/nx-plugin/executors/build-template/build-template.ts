import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildRecord, type ImageInterface, parseDocument, sha256Of } from '@bitclouded/documents';
import { synthesise, type Template } from '@bitclouded/kit';
import { hashSources, outputFolder, removeOutput, writeOutput } from '../../output/unit-output.ts';
import { PluginError } from '../../plugin-error.ts';
import { explainThrows, loadDefinition } from '../load-definition.ts';
import { executorOf, type Job, outcomeOf, type Work } from '../unit-executor.ts';
import { wiringFile } from '../wiring/wiring.ts';

/** Synthesises every template that needs it in this one process: most of the time goes into loading CDK. */
const work: Work = async function* (root, jobs) {
  for (const job of jobs) {
    removeOutput(root, job);
    yield [job, await outcomeOf(async () => build(root, job))];
  }
};

export const { single, batch } = executorOf(work);

function build(root: string, job: Job): undefined {
  const template = loadDefinition<Template>(root, job);
  const made = explainThrows(root, `${job.folder}/template.ts`, () => synthesise(template));
  writeOutput(root, job, {
    interface: made.interface,
    files: { 'template.yaml': Buffer.from(made.yaml) },
    sourceSha256: hashSources(root, job.folder, job.sources),
    uses: job.uses.map((use) => ({ unit: use, sha256: usedSha256(root, job, use) })),
  });
}

/** What stands for a used unit: a template's wiring, a function's zip, the hash of an image's folder. */
function usedSha256(root: string, job: Job, use: string): BuildRecord['uses'][number]['sha256'] {
  const [kind, name] = use.split(':') as [Job['kind'], string];
  if (kind === 'template') return sha256Of(readBuilt(root, job, use, wiringFile(name)));
  if (kind === 'lambda') return sha256Of(readBuilt(root, job, use, join(outputFolder({ kind, name }), 'function.zip')));
  const path = join(outputFolder({ kind, name }), 'interface.json');
  return (parseDocument('interface', readBuilt(root, job, use, path), path) as ImageInterface).contextSha256;
}

function readBuilt(root: string, job: Job, use: string, path: string): Buffer {
  try {
    return readFileSync(join(root, path));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw new PluginError(
      {
        code: 'dependency-unbuilt',
        where: `${job.folder}/template.ts`,
        received: `no ${path}`,
        expected: `the build of ${use}`,
        remedy: `npx nx build template/${job.name}, which builds what it needs first`,
      },
      { cause },
    );
  }
}

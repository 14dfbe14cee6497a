import { join } from 'node:path';
import { KitError } from '@bitclouded/kit';
import { checkSources } from '@bitclouded/kit/source';
import ts from 'typescript';
import type { Job } from '../unit-executor.ts';

/**
 * Where the sources of templates decide or count by a value that only a stack has.
 * TypeScript reads all of them at once, since most of its time goes into CDK's types.
 * @returns by job; a job without faults is missing
 */
export function tokenFaults(root: string, jobs: readonly Job[]): Map<Job, KitError> {
  const files = jobs.flatMap(({ folder, sources }) => sources.map((file) => join(root, folder, file)));
  try {
    checkSources(files, compilerOptions(root));
    return new Map();
  } catch (error) {
    if (!(error instanceof KitError)) throw error;
    const faults = error.faults.map((fault) => ({ ...fault, where: fault.where.replace(`${root}/`, '') }));
    return new Map(
      jobs
        .map((job) => [job, faults.filter(({ where }) => where.startsWith(`${job.folder}/`))] as const)
        .filter(([, own]) => own.length > 0)
        .map(([job, own]) => [job, new KitError(own)]),
    );
  }
}

function compilerOptions(root: string): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile);
  return ts.convertCompilerOptionsFromJson(config.compilerOptions, root).options;
}

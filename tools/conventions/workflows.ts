import { parse } from 'yaml';
import type { RepositoryFile } from './violation.ts';

/** The parts of a workflow or an action that conventions are about. */
export interface Workflow {
  readonly file: RepositoryFile;
  readonly jobs: ReadonlyMap<string, Job>;
  /** The steps of every job, or of a composite action. */
  readonly steps: readonly Step[];
  readonly permissions: unknown;
}
export interface Job {
  readonly uses?: string;
  readonly permissions?: unknown;
  readonly 'timeout-minutes'?: number;
  readonly steps?: readonly Step[];
}
export interface Step {
  readonly uses?: string;
  readonly run?: string;
}

/** Every workflow and every action of the repository. */
export function workflowsOf(files: readonly RepositoryFile[]): Workflow[] {
  return files
    .filter(({ path }) => /^\.github\/(?:workflows\/[^/]+|actions\/.+\/action)\.ya?ml$/.test(path))
    .map((file) => {
      const {
        jobs = {},
        runs,
        permissions,
      } = (parse(file.text) ?? {}) as {
        jobs?: Record<string, Job>;
        runs?: { steps?: Step[] };
        permissions?: unknown;
      };
      const steps = [...Object.values(jobs).flatMap((job) => job.steps ?? []), ...(runs?.steps ?? [])];
      return { file, jobs: new Map(Object.entries(jobs)), steps, permissions };
    });
}

import type { Convention, RepositoryFile, Violation } from './violation.ts';
import { type Workflow, workflowsOf } from './workflows.ts';

/**
 * A workflow runs `npm ci` and the repository's own npm scripts, so that whatever it does can be done by hand.
 * It begins without a permission, and every job ends in its time.
 */
export const workflowSteps: Convention = (files) => {
  const scripts = scriptsOf(files);
  return workflowsOf(files).flatMap((workflow) => [
    ...checkRuns(workflow, scripts),
    ...(workflow.file.path.startsWith('.github/workflows/') ? checkJobs(workflow) : []),
  ]);
};

function scriptsOf(files: readonly RepositoryFile[]): ReadonlySet<string> {
  const root = files.find(({ path }) => path === 'package.json');
  const { scripts = {} } = JSON.parse(root?.text ?? '{}') as { scripts?: Record<string, string> };
  return new Set(Object.keys(scripts));
}

function checkRuns({ file, steps }: Workflow, scripts: ReadonlySet<string>): Violation[] {
  return steps.flatMap(({ run }) => {
    if (run === undefined || run === 'npm ci') return [];
    const [, script, rest = ''] = /^npm run ([\w:-]+)(?: -- ([^\n]*))?$/.exec(run) ?? [];
    // Outside quotes nothing may reach the shell but words and variables; an expression belongs into `env`.
    const plain = !/[;&|<>`()\\]|\$\{\{/.test(rest);
    if (script !== undefined && scripts.has(script) && plain) return [];
    const remedy = 'write npm ci, or npm run <script of package.json> -- <arguments>, one command a step';
    return [{ where: file.path, received: `run: ${run.split('\n')[0]}`, remedy }];
  });
}

function checkJobs({ file, jobs, permissions }: Workflow): Violation[] {
  const none = typeof permissions === 'object' && permissions !== null && Object.keys(permissions).length === 0;
  const faults = [...jobs].flatMap(([name, job]): Violation[] => [
    ...(job['timeout-minutes'] === undefined && job.uses === undefined
      ? [{ where: file.path, received: `job ${name} without timeout-minutes`, remedy: 'give it one' }]
      : []),
    ...(job.permissions === undefined
      ? [
          {
            where: file.path,
            received: `job ${name} without permissions`,
            remedy: 'name those that it needs, at the job',
          },
        ]
      : []),
  ]);
  return none
    ? faults
    : [
        { where: file.path, received: 'permissions for all jobs', remedy: 'write permissions: {} at the top' },
        ...faults,
      ];
}

import { FaultError } from '@bitclouded/documents';
import type { ExecutorContext, TaskGraph } from '@nx/devkit';
import type { UnitOptions } from '../inference/targets.ts';
import { usersOf } from '../inference/wiring.ts';
import { PluginError } from '../plugin-error.ts';

/** One unit to work on. */
export interface Job extends UnitOptions {
  /** The unit's folder, from the workspace's root. */
  readonly folder: string;
}

/** How a job ended: with what it has to say, or with the errors that say what is wrong. */
export type Outcome = { readonly output?: string } | { readonly errors: readonly FaultError[] };

/**
 * The work of an executor, for any number of units in one process: what is costly to load is loaded once.
 * It yields an outcome for each job, in any order.
 */
export type Work = (root: string, jobs: readonly Job[]) => AsyncIterable<readonly [Job, Outcome]>;

/** What Nx is told about one task of a batch. Times are in milliseconds since 1970. */
export interface TaskResult {
  readonly success: boolean;
  readonly status?: 'skipped';
  readonly terminalOutput: string;
  readonly startTime: number;
  readonly endTime: number;
}

/** The two ways in which Nx calls an executor. `batch` is what it prefers, `single` what `--batch=false` runs. */
export function executorOf(work: Work) {
  return {
    async single(options: UnitOptions, context: ExecutorContext): Promise<{ success: boolean }> {
      const job = { ...options, folder: folderOf(context.projectName!, context) };
      let success = false;
      for await (const [, outcome] of attempt(context.root, [job], work)) {
        success = !('errors' in outcome);
        process.stdout.write(textOf(outcome));
      }
      return { success };
    },

    async *batch(
      graph: TaskGraph,
      inputs: Readonly<Record<string, UnitOptions>>,
      _: unknown,
      context: ExecutorContext,
    ): AsyncGenerator<{ task: string; result: TaskResult }> {
      const tasks = new Map<Job, string>();
      for (const task of Object.values(graph.tasks))
        tasks.set({ ...inputs[task.id]!, folder: folderOf(task.target.project, context) }, task.id);
      const skipped = behindFaults(tasks, graph);
      let startTime = Date.now();
      for (const task of skipped)
        yield {
          task,
          result: { success: false, status: 'skipped', terminalOutput: '', startTime, endTime: startTime },
        };
      const jobs = [...tasks.keys()].filter((job) => !skipped.includes(tasks.get(job)!));
      for await (const [job, outcome] of attempt(context.root, jobs, work)) {
        const endTime = Date.now();
        const result = { success: !('errors' in outcome), terminalOutput: textOf(outcome), startTime, endTime };
        yield { task: tasks.get(job)!, result };
        startTime = endTime;
      }
    },
  };
}

/** Runs one job's work, and turns an error that names its faults into an outcome. Any other is a defect. */
export async function outcomeOf(run: () => Promise<string | undefined>): Promise<Outcome> {
  try {
    const output = await run();
    return output === undefined ? {} : { output };
  } catch (error) {
    if (error instanceof FaultError) return { errors: [error] };
    throw error;
  }
}

/** Tasks of the batch that wait for one whose unit has faults. */
function behindFaults(tasks: ReadonlyMap<Job, string>, graph: TaskGraph): string[] {
  const faulty = new Set([...tasks].filter(([job]) => job.faults.length > 0).map(([, task]) => task));
  const waitsFor = Object.entries(graph.dependencies).map(
    ([task, dependencies]) => [task, dependencies.map(({ id }) => id)] as const,
  );
  return [...usersOf(faulty, new Map(waitsFor))].filter((task) => !faulty.has(task) && task in graph.tasks);
}

/** Works on the units that are whole, and answers for the others with their faults. */
async function* attempt(root: string, jobs: readonly Job[], work: Work): AsyncIterable<readonly [Job, Outcome]> {
  for (const job of jobs) if (job.faults.length > 0) yield [job, { errors: [new PluginError(job.faults)] }];
  const whole = jobs.filter((job) => job.faults.length === 0);
  if (whole.length > 0) yield* work(root, whole);
}

function folderOf(project: string, context: ExecutorContext): string {
  return context.projectsConfigurations.projects[project]!.root;
}

function textOf(outcome: Outcome): string {
  const text = 'errors' in outcome ? outcome.errors.map(({ message }) => message).join('\n') : (outcome.output ?? '');
  return text === '' ? '' : `${text}\n`;
}

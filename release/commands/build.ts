import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ReleaseError } from '../release-error.ts';
import type { CommandContext } from './command.ts';

/**
 * Builds units with the workspace's own Nx. Its output is shown when it fails, or when it is asked for.
 * @param projects those units alone, such as `image/aws-util`; undefined: every unit
 * @throws ReleaseError `build-failed`
 */
export async function buildStage(context: CommandContext, projects?: readonly string[]): Promise<void> {
  const { workspace, signal, emit, verbose, output } = context;
  const { execa } = await import('execa');
  emit({ type: 'stage-started', stage: 'build', subject: projects?.join(', ') ?? 'every unit' });
  const nx = nxOf(workspace);
  const args = ['run-many', '--target=build', ...(projects ? [`--projects=${projects.join()}`] : [])];
  const { exitCode, all, isCanceled } = await execa(process.execPath, [nx, ...args], {
    cwd: workspace,
    // Plugins in the same process: a second faster, and nothing outlives the build.
    env: { NX_ISOLATE_PLUGINS: 'false', NX_DAEMON: 'false', NX_TUI: 'false', NX_NO_CLOUD: 'true', FORCE_COLOR: '0' },
    all: true,
    cancelSignal: signal,
    reject: false,
  });
  if (isCanceled) signal.throwIfAborted();
  if (verbose || exitCode !== 0) output(all);
  if (exitCode !== 0)
    throw new ReleaseError({
      code: 'build-failed',
      where: `nx ${args.join(' ')}`,
      received: `exit code ${exitCode}`,
      expected: 'every unit builds',
      remedy: 'correct what the output above names, then run this again: what is built stays built',
    });
  emit({ type: 'stage-finished', stage: 'build', summary: summaryOf(all) });
}

/** The workspace's own Nx, never one from elsewhere on the machine. */
function nxOf(workspace: string): string {
  try {
    return createRequire(join(workspace, 'package.json')).resolve('nx/bin/nx.js');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw cause;
    throw new ReleaseError(
      {
        code: 'build-failed',
        where: workspace,
        received: 'no Nx in node_modules',
        expected: 'the dependencies of package-lock.json',
        remedy: 'install them: npm ci',
      },
      { cause },
    );
  }
}

/** Nx's own count of what came from its cache. */
function summaryOf(output: string): string {
  const [, hits, tasks] = /Cache: +(\d+)\/(\d+) hit/.exec(output) ?? [];
  return tasks === undefined ? 'done' : `${tasks} tasks, ${hits} of them from the cache`;
}

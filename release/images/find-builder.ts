import { ReleaseError } from '../release-error.ts';
import { buildahBuilder } from './buildah-builder.ts';
import type { Builder } from './builder.ts';
import { buildxBuilder } from './buildx-builder.ts';
import type { Ended, RunTool } from './run-tool.ts';

/**
 * The builder of this machine: Buildah, which needs neither a daemon nor root, else Docker with buildx.
 * @throws ReleaseError `builder-missing`
 */
export async function findBuilder(run: RunTool, signal: AbortSignal): Promise<Builder> {
  const buildah = await run('buildah', ['--version'], signal);
  if (buildah.exitCode === 0) return buildahBuilder(run);
  // The client alone builds nothing: this fails where no daemon answers.
  const buildx = await run('docker', ['buildx', 'inspect', '--bootstrap'], signal);
  if (buildx.exitCode === 0) return buildxBuilder(run);
  throw new ReleaseError({
    code: 'builder-missing',
    where: 'PATH',
    received: `buildah: ${wordOf(buildah)}; docker buildx: ${wordOf(buildx)}`,
    expected: 'Buildah, or Docker with buildx and a daemon that runs',
    remedy: 'install one (Debian, Ubuntu: apt-get install buildah), or start Docker',
  });
}

function wordOf({ failure, exitCode, all }: Ended): string {
  if (failure === 'ENOENT') return 'not there';
  return failure ?? (all.trim().split('\n').at(-1) || `exit code ${exitCode}`);
}

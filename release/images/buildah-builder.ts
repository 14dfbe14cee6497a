import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Architecture, type Builder, type BuildRequest, PLATFORM, toolFailed } from './builder.ts';
import type { Ended, RunTool } from './run-tool.ts';

/** Builds with Buildah, one architecture after the other. Its own environment variables decide about storage and isolation. */
export function buildahBuilder(run: RunTool): Builder {
  return {
    name: 'buildah',
    async build(request, signal, onStep) {
      for (const architecture of request.architectures) {
        onStep(`${architecture}: build`);
        const id = await buildOne(run, request, architecture, signal);
        try {
          onStep(`${architecture}: smoke test`);
          await smokeTest(run, request, architecture, id, signal);
          onStep(`${architecture}: export`);
          const push = ['push', '--quiet', id, `oci:${request.layoutFolder}:${PLATFORM[architecture]}`];
          check(await run('buildah', push, signal), `buildah push (${architecture})`);
        } finally {
          // Also after Ctrl-C. What the image shares with another one stays.
          await run('buildah', ['rmi', '--force', id], AbortSignal.timeout(60_000));
        }
      }
    },
  };
}

async function buildOne(
  run: RunTool,
  { contextFolder, labels, buildArguments }: BuildRequest,
  architecture: Architecture,
  signal: AbortSignal,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bitclouded-image-'));
  const idFile = join(folder, 'id');
  try {
    const ended = await run(
      'buildah',
      [
        'bud',
        // No clock in the bytes: equal builds have equal digests. SOURCE_DATE_EPOCH alone does not reach the layers' files.
        ...['--format', 'oci', '--timestamp', '0', '--platform', `linux/${PLATFORM[architecture]}`],
        ...['--file', join(contextFolder, 'Dockerfile'), '--iidfile', idFile],
        // What was built before may be of another day, and of another architecture.
        ...['--no-cache', '--pull'],
        ...Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]),
        ...Object.entries(buildArguments).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`]),
        contextFolder,
      ],
      signal,
    );
    check(ended, `buildah bud (${architecture})`);
    return (await readFile(idFile, 'utf8')).trim();
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function smokeTest(
  run: RunTool,
  { smokeTest }: BuildRequest,
  architecture: Architecture,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const made = await run('buildah', ['from', '--pull-never', id], signal);
  check(made, `buildah from (${architecture})`);
  const container = made.stdout.trim();
  try {
    const ended = await run('buildah', ['run', container, '--', ...smokeTest], signal);
    if (ended.exitCode !== 0)
      throw toolFailed('image-smoke-test-failed', `smoke test (${architecture}): ${smokeTest.join(' ')}`, ended);
  } finally {
    await run('buildah', ['rm', container], AbortSignal.timeout(60_000));
  }
}

function check(ended: Ended, where: string): void {
  if (ended.exitCode !== 0) throw toolFailed('image-build-failed', where, ended);
}

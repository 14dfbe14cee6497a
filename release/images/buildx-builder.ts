import { rm } from 'node:fs/promises';
import { type Builder, PLATFORM, toolFailed } from './builder.ts';
import type { Ended, RunTool } from './run-tool.ts';

/** Builds with Docker's buildx, all architectures at once. */
export function buildxBuilder(run: RunTool): Builder {
  return {
    name: 'docker buildx',
    async build({ contextFolder, architectures, labels, buildArguments, smokeTest, layoutFolder }, signal, onStep) {
      const common = [
        ...['buildx', 'build', '--no-cache', '--pull', '--provenance=false', '--sbom=false'],
        // No clock in the bytes: equal builds have equal digests.
        ...['--build-arg', 'SOURCE_DATE_EPOCH=0'],
        ...Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]),
        ...Object.entries(buildArguments).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`]),
      ];
      onStep(`${architectures.join(', ')}: build`);
      const archive = `${layoutFolder}.tar`;
      const platforms = architectures.map((architecture) => `linux/${PLATFORM[architecture]}`).join(',');
      const output = `type=oci,dest=${archive},rewrite-timestamp=true`;
      try {
        check(
          await run('docker', [...common, '--platform', platforms, '--output', output, contextFolder], signal),
          'docker buildx build',
        );
        check(await run('tar', ['--extract', '--file', archive, '--directory', layoutFolder], signal), 'tar');
      } finally {
        await rm(archive, { force: true });
      }
      for (const architecture of architectures) {
        onStep(`${architecture}: smoke test`);
        const platform = `linux/${PLATFORM[architecture]}`;
        // From the layers that were just built: without --no-cache and --pull.
        const again = common.filter((argument) => argument !== '--no-cache' && argument !== '--pull');
        const loaded = await run(
          'docker',
          [...again, '--platform', platform, '--load', '--quiet', contextFolder],
          signal,
        );
        check(loaded, `docker buildx build --load (${architecture})`);
        const [id = ''] = loaded.stdout.trim().split('\n').slice(-1);
        const ended = await run('docker', ['run', '--rm', '--platform', platform, id, ...smokeTest], signal);
        if (ended.exitCode !== 0)
          throw toolFailed('image-smoke-test-failed', `smoke test (${architecture}): ${smokeTest.join(' ')}`, ended);
      }
    },
  };
}

function check(ended: Ended, where: string): void {
  if (ended.exitCode !== 0) throw toolFailed('image-build-failed', where, ended);
}

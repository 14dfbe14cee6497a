import { join } from 'node:path';
import { faultsOfImages } from '../images/hosted-images.ts';
import { credentialsFrom } from '../images/registry-credentials.ts';
import { type Bundle, readBundle } from '../pack/read-bundle.ts';
import { type Published, type PublishRequest, publish } from '../publish/publish.ts';
import { ReleaseError } from '../release-error.ts';
import type { CommandContext, Outcome } from './command.ts';
import { counted } from './counted.ts';

/**
 * Puts a bundle on the host, after a look at the images that its templates name: they are pushed by a command of
 * their own, and nothing is written while one is missing.
 * @throws ReleaseError `image-missing`, `image-differs`, and those of publishing
 */
export async function publishStage(
  context: CommandContext,
  bundle: Bundle,
  options: Pick<PublishRequest, 'expectManifest' | 'repair'> = {},
): Promise<Published> {
  const { host, signal, emit } = context;
  const destination = context.destination();
  emit({ type: 'stage-started', stage: 'publish', subject: bundle.version });
  if (host.kind === 'aws') {
    const faults = await faultsOfImages(bundle.manifest, host, credentialsFrom(), signal);
    if (faults.length > 0) throw new ReleaseError(faults);
  }
  const published = await publish({ bundle, host, destination, ...options }, signal, emit);
  const { created, present } = published;
  const summary =
    created + present === 0
      ? 'nothing to do: it is there, whole'
      : `${counted(created, 'object')} written, ${counted(present, 'object')} there before`;
  emit({ type: 'stage-finished', stage: 'publish', summary });
  return published;
}

export async function publishCommand(
  context: CommandContext,
  { expectManifest, repair }: Pick<PublishRequest, 'expectManifest' | 'repair'>,
): Promise<Outcome> {
  const bundle = await readBundle(join(context.stageFolder, 'bundle'));
  const published = await publishStage(context, bundle, { expectManifest, repair });
  const { version, manifestSha256, created, present } = published;
  return {
    document: published,
    lines: [
      created + present === 0
        ? `Nothing to do: ${version} is on ${context.host.name}, whole`
        : `Published ${version} to ${context.host.name}: ${counted(created, 'object')} written, ${counted(present, 'object')} there before`,
      `manifest ${manifestSha256}`,
    ],
  };
}

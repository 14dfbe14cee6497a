import type { Artifact, Fault, Host, Manifest } from '@bitclouded/documents';
import { inParallel } from '../destinations/in-parallel.ts';
import type { ReleaseErrorCode } from '../release-error.ts';
import { pinnedOf } from './registry-address.ts';
import type { CredentialsOf } from './registry-credentials.ts';
import { openSession } from './registry-session.ts';
import { headManifest } from './registry-source.ts';

type ImageFault = Fault<ReleaseErrorCode>;

/**
 * Asks the registry for every image that a release names by digest, one HEAD an image. AMIs are not asked for.
 * @returns `image-missing` and `image-differs`, one an image; none: all are there
 * @throws ReleaseError `access-denied`, `host-unavailable`
 */
export async function faultsOfImages(
  { artifacts }: Manifest,
  host: Host,
  credentialsOf: CredentialsOf,
  signal: AbortSignal,
): Promise<readonly ImageFault[]> {
  const faults: ImageFault[] = [];
  await inParallel(artifacts.filter(isHosted), signal, async ({ name, variety, reference }, stop) => {
    const address = pinnedOf(reference);
    const received = await headManifest(openSession(address, credentialsOf), address.digest, stop);
    if (received === address.digest) return;
    const remedy =
      variety === 'mirrored'
        ? `npm run release -- images mirror ${name} --host ${host.name}`
        : `npm run release -- images push ${name} --host ${host.name}, where it was built; else build it again first`;
    faults.push({
      code: received === undefined ? 'image-missing' : 'image-differs',
      where: reference,
      received: received ?? 'no such image in the registry',
      expected: address.digest,
      remedy,
    });
  });
  return faults.sort((a, b) => (a.where < b.where ? -1 : 1));
}

function isHosted(artifact: Artifact): artifact is Extract<Artifact, { kind: 'image' }> {
  return artifact.kind === 'image' && artifact.locked && artifact.variety !== 'machine';
}

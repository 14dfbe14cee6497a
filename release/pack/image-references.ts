import { type Fault, type Host, type ImageInterface, imageReferenceOf } from '@bitclouded/documents';
import type { Dist } from '../read-dist.ts';
import type { Locks } from '../read-locks.ts';
import { ReleaseError, type ReleaseErrorCode } from '../release-error.ts';

export interface ImageBinding {
  /** `repository@sha256:…` where locked, else `repository:version`. */
  readonly reference: string;
  /** False: the reference is a tag, and the host does not carry the image. */
  readonly locked: boolean;
}

/**
 * What each image of the release is called on the host. A folder carries no images and takes tags;
 * a host on AWS takes nothing but what a lock of this very definition names.
 * @throws ReleaseError `image-unlocked`, `image-lock-stale`, one an image
 */
export function imageReferences(dist: Dist, host: Host, locks: Locks): ReadonlyMap<string, ImageBinding> {
  const faults: Fault<ReleaseErrorCode>[] = [];
  const bindings = new Map<string, ImageBinding>();
  for (const { interface: image } of dist.units) {
    if (image.kind !== 'image') continue;
    const lock = locks.get(image.name);
    const current = lock?.contextSha256 === image.contextSha256 ? lock : undefined;
    // A machine image is a map of AMIs on this host, and its reference only a name for people.
    const locked =
      image.variety === 'machine' ? current?.machines?.[host.name] !== undefined : current?.digest !== undefined;
    if (!locked && host.kind === 'aws') faults.push(unlocked(dist, image, host, lock?.contextSha256));
    bindings.set(image.name, {
      reference: imageReferenceOf(
        host,
        image.name,
        current?.digest === undefined ? { tag: image.version } : { digest: current.digest },
      ),
      locked,
    });
  }
  if (faults.length > 0) throw new ReleaseError(faults);
  return bindings;
}

function unlocked(
  dist: Dist,
  image: ImageInterface,
  host: Host,
  lockedContext: string | undefined,
): Fault<ReleaseErrorCode> {
  const stale = lockedContext !== undefined && lockedContext !== image.contextSha256;
  const users = usersOf(dist, image.name);
  return {
    code: stale ? 'image-lock-stale' : 'image-unlocked',
    where: `image ${image.name}${users.length > 0 ? `, used by ${users.join(', ')}` : ''}`,
    received: stale ? `a lock of the definition ${lockedContext}` : `no lock that names it on ${host.name}`,
    expected: `an image.lock.json of the definition ${image.contextSha256}`,
    remedy: remedyOf(image, host),
  };
}

/** The templates whose stacks take the image. */
function usersOf({ units }: Dist, image: string): readonly string[] {
  return units.flatMap(({ interface: face }) =>
    face.kind === 'template' && face.images.includes(image) ? [face.name] : [],
  );
}

function remedyOf({ name, variety }: ImageInterface, host: Host): string {
  const lock = `packages/images/${name}/image.lock.json`;
  const images = 'npm run release -- images';
  switch (variety) {
    case 'container':
      return `${images} build ${name} && ${images} push ${name} --host ${host.name}, then commit ${lock}`;
    case 'mirrored':
      return `${images} mirror ${name} --host ${host.name}, then commit ${lock}`;
    case 'machine':
      return `${images} bake ${name} --host ${host.name}, then commit ${lock}`;
  }
}

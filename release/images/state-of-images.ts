import type { Host, ImageInterface } from '@bitclouded/documents';
import type { Dist } from '../read-dist.ts';
import type { Locks } from '../read-locks.ts';

/** An image, and whether a release to the host can take it. */
export interface ImageState {
  readonly name: string;
  readonly variety: ImageInterface['variety'];
  readonly version: string;
  readonly architectures: ImageInterface['architectures'];
  /** `stale`: it was made from another definition than stands there now. */
  readonly state: 'locked' | 'stale' | 'unlocked';
  /** The templates that take it. */
  readonly users: readonly string[];
}

/** What each image is to a host, in the order of their names. */
export function statesOfImages({ units }: Dist, locks: Locks, host: Pick<Host, 'name'>): readonly ImageState[] {
  return units.flatMap(({ interface: image }) => {
    if (image.kind !== 'image') return [];
    const { name, variety, version, architectures, contextSha256 } = image;
    const lock = locks.get(name);
    const made = variety === 'machine' ? lock?.machines?.[host.name] : lock?.digest;
    const state = made === undefined ? 'unlocked' : lock?.contextSha256 === contextSha256 ? 'locked' : 'stale';
    const users = units.flatMap((unit) =>
      unit.interface.kind === 'template' && unit.interface.images.includes(name) ? [unit.interface.name] : [],
    );
    return [{ name, variety, version, architectures, state, users } as const];
  });
}

import type { Fault } from '@bitclouded/documents';
import { KitError, type KitErrorCode } from '../kit-error.ts';
import { checkName } from './lambda.ts';

export type Architecture = 'x86_64' | 'arm64';

/** An image of a registry that nobody can change: `name:tag@sha256:…`. */
export type PinnedReference = `${string}:${string}@sha256:${string}`;

interface AnyImage {
  readonly name: string;
  readonly summary: string;
  /** The version of what is inside, and the tag that people read. */
  readonly version: string;
  readonly architectures: readonly [Architecture, ...Architecture[]];
  /** A command that ends with 0 in a working container, or on a machine that booted from the image. */
  readonly smokeTest: readonly [string, ...string[]];
}

/** A container image of ours, built from the `Dockerfile` of its folder. */
export interface ContainerImage extends AnyImage {
  readonly variety: 'container';
  /** What it is built on. The Dockerfile names the same. */
  readonly bases: readonly [PinnedReference, ...PinnedReference[]];
}

/** Somebody else's container image, copied under our address with its digest kept. */
export interface MirroredImage extends AnyImage {
  readonly variety: 'mirrored';
  /** What is copied: one image, by the digest of its index. */
  readonly bases: readonly [PinnedReference];
}

/** An AMI, made by Packer from the `image.pkr.hcl` and the scripts of its folder. */
export interface MachineImage extends AnyImage {
  readonly variety: 'machine';
  /** What it is built on, each as `image.pkr.hcl` names it. */
  readonly bases: readonly string[];
}

/** An image: what it is for, what it is built on, and how it is tested. */
export type Image = ContainerImage | MirroredImage | MachineImage;

/** Source: OCI Distribution Specification, "Pulling manifests": what a tag may be. */
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
/** As registries take it when a tag and a digest are given: the digest decides. */
const PINNED = /^[a-z0-9.:-]+(?:\/[a-z0-9._-]+)+:[A-Za-z0-9_][A-Za-z0-9._-]{0,127}@sha256:[0-9a-f]{64}$/;

/**
 * Defines an image; the default export of its `image.ts`.
 * @throws KitError `name-invalid`, or with all of `tag-invalid`, `base-unpinned` and `architecture-twice`
 */
export function defineImage<const I extends Image>(definition: I): I {
  checkName(definition.name, 'image');
  const faults = faultsOf(definition);
  if (faults.length > 0) throw new KitError(faults);
  return definition;
}

function faultsOf({ name, variety, version, bases, architectures }: Image): Fault<KitErrorCode>[] {
  const where = `image ${name}`;
  const faults: Fault<KitErrorCode>[] = [];
  if (!TAG.test(version))
    faults.push({
      code: 'tag-invalid',
      where,
      received: `version ${version}`,
      expected: 'at most 128 letters, digits, dots, hyphens and underscores: it is the tag',
      remedy: 'write the version as a tag',
    });
  if (new Set(architectures).size !== architectures.length)
    faults.push({
      code: 'architecture-twice',
      where,
      received: architectures.join(', '),
      expected: 'each architecture once',
      remedy: 'take one of them away',
    });
  // What a machine is built on is found by Packer, which knows no digests.
  for (const base of variety === 'machine' ? [] : bases)
    if (!PINNED.test(base))
      faults.push({
        code: 'base-unpinned',
        where,
        received: base,
        expected: 'registry/name:tag@sha256:<64 hexadecimal digits>',
        remedy: 'name the registry, the tag that people read and the digest of the index',
      });
  return faults;
}

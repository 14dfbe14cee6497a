import { checkName } from './lambda.ts';

export type Architecture = 'x86_64' | 'arm64';

/** An image: what it is for, what it is built on, and how it is tested. */
export interface Image {
  readonly name: string;
  readonly summary: string;
  /** container: a Dockerfile of ours; mirrored: an upstream image under our address; machine: an AMI by Packer. */
  readonly variety: 'container' | 'mirrored' | 'machine';
  /** The version of what is inside, and the tag that people read. */
  readonly version: string;
  readonly architectures: readonly [Architecture, ...Architecture[]];
  /** What it is built on or mirrors, each by digest (`name:tag@sha256:…`). */
  readonly bases: readonly string[];
  /** A command that ends with 0 in a working container. */
  readonly smokeTest: readonly [string, ...string[]];
}

/**
 * Defines an image; the default export of its `image.ts`.
 * @throws KitError `name-invalid`
 */
export function defineImage<const I extends Image>(definition: I): I {
  checkName(definition.name, 'image');
  return definition;
}

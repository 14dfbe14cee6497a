import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ImageInterface, parseDocument } from '@bitclouded/documents';
import { repositoryOf } from '../images/registry-address.ts';
import { credentialsFrom } from '../images/registry-credentials.ts';
import { openSession, type RegistrySession } from '../images/registry-session.ts';
import { LOCK_FILE } from '../images/write-lock.ts';
import { entriesOf, readIfThere } from '../read-files.ts';
import { ReleaseError } from '../release-error.ts';
import { buildStage } from './build.ts';
import type { CommandContext } from './command.ts';

/** Builds the unit's interface, and reads it. */
export async function faceOf(
  context: CommandContext,
  name: string,
  varieties: readonly ImageInterface['variety'][],
  otherwise: string,
): Promise<ImageInterface> {
  const { workspace } = context;
  const images = join(workspace, 'packages/images');
  if ((await readIfThere(join(images, name, 'image.ts'))) === undefined) {
    const known = (await entriesOf(images)).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    throw new ReleaseError({
      code: 'image-unknown',
      where: images,
      received: name,
      expected: `one of ${known.join(', ')}`,
      remedy: 'correct the name',
    });
  }
  await buildStage(context, [`image/${name}`]);
  const path = join(workspace, 'dist/images', name, 'interface.json');
  const face = parseDocument('interface', (await readIfThere(path)) ?? Buffer.alloc(0), path) as ImageInterface;
  if (varieties.includes(face.variety)) return face;
  throw new ReleaseError({
    code: 'image-variety-wrong',
    where: `image ${name}`,
    received: `a ${face.variety} image`,
    expected: `a ${varieties.join(' or ')} image`,
    remedy: face.variety === 'machine' ? `npm run release -- images bake ${name} --host <host>` : otherwise,
  });
}

/** What an image's `image.ts` says, unread. */
export async function definitionOf(workspace: string, name: string): Promise<unknown> {
  const { default: definition } = await import(
    pathToFileURL(join(workspace, 'packages/images', name, 'image.ts')).href
  );
  return definition;
}

/** Where an image is built. */
export const layoutOf = (workspace: string, name: string): string => join(workspace, 'dist/oci', name);

/** Nothing of a commit or a day: what did not change keeps its digest. Source: OCI Image Specification, "Annotations". */
export function labelsOf({ name, summary, version, bases }: ImageInterface): Readonly<Record<string, string>> {
  const [baseName, baseDigest] = (bases[0] ?? '').split('@');
  return {
    'org.opencontainers.image.title': name,
    'org.opencontainers.image.description': summary,
    'org.opencontainers.image.version': version,
    ...(baseDigest && {
      'org.opencontainers.image.base.name': baseName!,
      'org.opencontainers.image.base.digest': baseDigest,
    }),
  };
}

/** @throws ReleaseError `host-not-supported` where the host has no registry */
export function checkHost({ host }: CommandContext): void {
  if (host.kind === 'aws') return;
  throw new ReleaseError({
    code: 'host-not-supported',
    where: `host ${host.name}`,
    received: 'a folder, which has no registry',
    expected: 'a host on AWS, whose registry takes images',
    remedy: 'name one: --host <name>. A folder takes images by their tags',
  });
}

/** The image's repository on the host. */
export function sessionOf({ host }: CommandContext, { name }: ImageInterface): RegistrySession {
  return openSession(repositoryOf(`${host.registry}/${name}`), credentialsFrom());
}

/** Tells each blob and manifest that was sent. */
export function onSentOf({ host, emit }: CommandContext): (key: string, sizeBytes: number) => void {
  return (key, sizeBytes) => emit({ type: 'object-created', region: host.homeRegion, key, sizeBytes });
}

/** @throws ReleaseError `image-unlocked` */
export async function lockedDigestOf(
  { workspace, host }: CommandContext,
  { name, variety }: ImageInterface,
): Promise<string> {
  const path = join(workspace, 'packages/images', name, LOCK_FILE);
  const bytes = await readIfThere(path);
  const digest = bytes && parseDocument('image-lock', bytes, path).digest;
  if (digest !== undefined) return digest;
  throw new ReleaseError({
    code: 'image-unlocked',
    where: `image ${name}`,
    received: `no digest in ${path}`,
    expected: 'an image that was pushed',
    remedy: `npm run release -- images ${variety === 'mirrored' ? 'mirror' : 'push'} ${name} --host ${host.name}`,
  });
}

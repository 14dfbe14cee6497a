import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ImageInterface, parseDocument } from '@bitclouded/documents';
import { buildImage, CONTEXT_ANNOTATION } from '../images/build-image.ts';
import { type Architecture, PLATFORM } from '../images/builder.ts';
import { findBuilder } from '../images/find-builder.ts';
import { imagesOfLayout, layoutSource } from '../images/layout.ts';

import { type ImageSource, parseManifest } from '../images/oci.ts';
import { type Pushed, pushImage } from '../images/push-image.ts';
import { pinnedOf, repositoryOf } from '../images/registry-address.ts';
import { credentialsFrom } from '../images/registry-credentials.ts';
import { openSession } from '../images/registry-session.ts';
import { registrySource } from '../images/registry-source.ts';
import { runTool } from '../images/run-tool.ts';
import { LOCK_FILE, writeLock } from '../images/write-lock.ts';
import { entriesOf, readIfThere } from '../read-files.ts';
import { ReleaseError } from '../release-error.ts';
import { buildStage } from './build.ts';
import type { CommandContext, Outcome } from './command.ts';
import { counted } from './counted.ts';

export interface BuildFlags {
  /** Those architectures alone: to try, not to push. */
  readonly arch?: readonly string[] | undefined;
  /** `NAME=value`, for the Dockerfile's ARGs. */
  readonly buildArg?: readonly string[] | undefined;
}

/** Builds a container image into an OCI layout, `dist/oci/<name>`. */
export async function buildImageCommand(context: CommandContext, name: string, flags: BuildFlags): Promise<Outcome> {
  const { workspace, signal, emit } = context;
  const face = await faceOf(context, name, ['container'], `npm run release -- images mirror ${name} --host <host>`);
  const builder = await findBuilder(runTool, signal);
  const { smokeTest } = (await definitionOf(workspace, name)) as { smokeTest: readonly string[] };
  const labels = labelsOf(face);
  emit({ type: 'stage-started', stage: 'image', subject: name });
  const layoutFolder = layoutOf(workspace, name);
  const built = await buildImage(
    {
      builder,
      contextFolder: join(workspace, 'packages/images', name),
      architectures: architecturesOf(face, flags.arch),
      labels,
      annotations: labels,
      buildArguments: argumentsOf(flags.buildArg),
      smokeTest,
      layoutFolder,
      contextSha256: face.contextSha256,
      version: face.version,
    },
    signal,
    (step) => emit({ type: 'stage-started', stage: 'image', subject: `${name}: ${step}` }),
  );
  const scanned = `${counted(built.layers, 'layer')} with ${counted(built.files, 'file')}, no secret in them`;
  emit({ type: 'stage-finished', stage: 'image', summary: `${name} built by ${builder.name}` });
  return {
    document: { name, ...built, layout: layoutFolder },
    lines: [`Built ${name}: ${built.digest}`, `  ${scanned}`, `  in ${layoutFolder}`],
  };
}

/** Pushes what was built, and locks it. */
export async function pushImageCommand(context: CommandContext, name: string): Promise<Outcome> {
  const { workspace, signal } = context;
  checkHost(context);
  const face = await faceOf(context, name, ['container'], `npm run release -- images mirror ${name} --host <host>`);
  const layout = layoutOf(workspace, name);
  const digest = await builtFrom(face, layout, signal);
  return finish(context, face, await copy(context, face, layoutSource(layout), digest), digest);
}

/** Copies a mirrored image from where it comes from, and locks it. */
export async function mirrorImageCommand(context: CommandContext, name: string): Promise<Outcome> {
  checkHost(context);
  const face = await faceOf(context, name, ['mirrored'], `npm run release -- images build ${name}`);
  const upstream = pinnedOf(face.bases[0]!);
  const source = registrySource(openSession(upstream, credentialsFrom()));
  return finish(context, face, await copy(context, face, source, upstream.digest), upstream.digest);
}

async function copy(
  { host, signal, emit }: CommandContext,
  { name, version }: ImageInterface,
  source: ImageSource,
  digest: string,
): Promise<Pushed> {
  emit({ type: 'stage-started', stage: 'image', subject: `${name} to ${host.registry}` });
  const session = openSession(repositoryOf(`${host.registry}/${name}`), credentialsFrom());
  const onSent = (key: string, sizeBytes: number): void =>
    emit({ type: 'object-created', region: host.homeRegion, key, sizeBytes });
  return pushImage({ source, digest, session, tag: version, onSent }, signal);
}

async function finish(
  { workspace, emit }: CommandContext,
  face: ImageInterface,
  pushed: Pushed,
  digest: string,
): Promise<Outcome> {
  const folder = join(workspace, 'packages/images', face.name);
  const locked = await writeLock(folder, face, digest);
  const { reference, blobs, manifests } = pushed;
  const sent =
    blobs + manifests === 0 ? 'nothing to send' : `${counted(blobs, 'blob')}, ${counted(manifests, 'manifest')}`;
  emit({ type: 'stage-finished', stage: 'image', summary: `${face.name}: ${sent}` });
  return {
    document: { name: face.name, version: face.version, reference, blobs, manifests, lockWritten: locked },
    lines: [
      blobs + manifests === 0 ? `${reference} is there already` : `${reference}: ${sent} sent`,
      ...(locked ? [`Commit ${join(folder, LOCK_FILE)}: templates take the image by it`] : []),
    ],
  };
}

/** Builds the unit's interface, and reads it. */
async function faceOf(
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
    remedy: face.variety === 'machine' ? 'machine images are baked with Packer, by hand' : otherwise,
  });
}

async function definitionOf(workspace: string, name: string): Promise<unknown> {
  const { default: definition } = await import(
    pathToFileURL(join(workspace, 'packages/images', name, 'image.ts')).href
  );
  return definition;
}

const layoutOf = (workspace: string, name: string): string => join(workspace, 'dist/oci', name);

/** Nothing of a commit or a day: what did not change keeps its digest. Source: OCI Image Specification, "Annotations". */
function labelsOf({ name, summary, version, bases }: ImageInterface): Readonly<Record<string, string>> {
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

function architecturesOf(
  { name, architectures }: ImageInterface,
  wanted: readonly string[] | undefined,
): Architecture[] {
  const chosen = architectures.filter((architecture) => wanted?.includes(architecture) ?? true);
  if (wanted === undefined || (chosen.length === new Set(wanted).size && chosen.length > 0)) return chosen;
  throw new ReleaseError({
    code: 'image-architecture-wrong',
    where: '--arch',
    received: wanted.join(', '),
    expected: `of ${name}: ${architectures.join(', ')}`,
    remedy: 'correct --arch, or add the architecture to image.ts',
  });
}

function argumentsOf(given: readonly string[] = []): Readonly<Record<string, string>> {
  return Object.fromEntries(given.map((each) => [each.split('=')[0]!, each.slice(each.indexOf('=') + 1)]));
}

function checkHost({ host }: CommandContext): void {
  if (host.kind === 'aws') return;
  throw new ReleaseError({
    code: 'host-not-supported',
    where: `host ${host.name}`,
    received: 'a folder, which has no registry',
    expected: 'a host on AWS, whose registry takes images',
    remedy: 'name one: --host <name>. A folder takes images by their tags',
  });
}

/** The digest of a layout that holds all of this very definition. */
async function builtFrom(face: ImageInterface, layout: string, signal: AbortSignal): Promise<string> {
  const remedy = `npm run release -- images build ${face.name}`;
  const [image] = await imagesOfLayout(layout, remedy);
  const context = image?.annotations?.[CONTEXT_ANNOTATION];
  if (image === undefined || context !== face.contextSha256)
    throw new ReleaseError({
      code: 'image-layout-missing',
      where: layout,
      received: `a build of the definition ${context}`,
      expected: `a build of the definition ${face.contextSha256}, as it is now`,
      remedy,
    });
  const parsed = parseManifest(await layoutSource(layout).manifest(image.digest, signal), layout);
  const built = parsed.type === 'index' ? parsed.index.manifests.map(({ platform }) => platform?.architecture) : [];
  const wanted = face.architectures.map((architecture) => PLATFORM[architecture]);
  if (wanted.every((architecture) => built.includes(architecture))) return image.digest;
  throw new ReleaseError({
    code: 'image-architecture-wrong',
    where: layout,
    received: built.join(', '),
    expected: wanted.join(', '),
    remedy: `${remedy}, without --arch`,
  });
}

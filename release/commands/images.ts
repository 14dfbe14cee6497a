import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImageInterface } from '@bitclouded/documents';
import { buildImage } from '../images/build-image.ts';
import type { Architecture } from '../images/builder.ts';
import { findBuilder } from '../images/find-builder.ts';
import { CONTEXT_ANNOTATION } from '../images/finish-layout.ts';
import { joinLayouts } from '../images/join-layouts.ts';
import { documentsOfLayout, imagesOfLayout, layoutSource } from '../images/layout.ts';
import { trivySboms } from '../images/make-sbom.ts';
import { sbomsToAdd } from '../images/mirrored-sboms.ts';
import type { ImageSource } from '../images/oci.ts';
import { imagesFor, platformImages } from '../images/platform-images.ts';
import { type Pushed, pushImage } from '../images/push-image.ts';
import { sendDocuments } from '../images/referrers.ts';
import { pinnedOf } from '../images/registry-address.ts';
import { credentialsFrom } from '../images/registry-credentials.ts';
import { openSession } from '../images/registry-session.ts';
import { registrySource } from '../images/registry-source.ts';
import { runTool } from '../images/run-tool.ts';
import { openSender } from '../images/send-image.ts';
import { findTrivy } from '../images/trivy.ts';
import { LOCK_FILE, writeLock } from '../images/write-lock.ts';
import { entriesOf } from '../read-files.ts';
import { ReleaseError } from '../release-error.ts';
import type { CommandContext, Outcome } from './command.ts';
import { counted } from './counted.ts';
import { checkHost, definitionOf, faceOf, labelsOf, layoutOf, onSentOf, sessionOf } from './image-unit.ts';

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
  const makeSbom = trivySboms(await findTrivy(workspace), runTool);
  const { smokeTest } = (await definitionOf(workspace, name)) as { smokeTest: readonly string[] };
  const labels = labelsOf(face);
  emit({ type: 'stage-started', stage: 'image', subject: name });
  const layoutFolder = layoutOf(workspace, name);
  const built = await buildImage(
    {
      builder,
      makeSbom,
      name,
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
  const packages = Object.entries(built.packages).map(([architecture, count]) => `${count} on ${architecture}`);
  const scanned = `${counted(built.layers, 'layer')} with ${counted(built.files, 'file')}, no secret in them`;
  emit({ type: 'stage-finished', stage: 'image', summary: `${name} built by ${builder.name}` });
  return {
    document: { name, ...built, layout: layoutFolder },
    lines: [
      `Built ${name}: ${built.digest}`,
      `  ${scanned}`,
      `  packages in its SBOMs: ${packages.join(', ')}`,
      `  in ${layoutFolder}`,
    ],
  };
}

/**
 * Makes one image of what several machines have built, each for its own architecture.
 * @param folder whose folders are layouts of `images build --arch`
 */
export async function joinImageCommand(context: CommandContext, name: string, folder: string): Promise<Outcome> {
  const face = await faceOf(context, name, ['container'], `npm run release -- images mirror ${name} --host <host>`);
  const layouts = (await entriesOf(folder)).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const to = layoutOf(context.workspace, name);
  const layoutFolders = layouts.map((layout) => join(folder, layout));
  const digest = await joinLayouts({ layoutFolders, face, annotations: labelsOf(face), to }, context.signal);
  return {
    document: { name, digest, layout: to },
    lines: [`Joined ${name} of ${layouts.join(', ')}: ${digest}`, `  in ${to}`],
  };
}

/** Pushes what was built, and locks it. */
export async function pushImageCommand(context: CommandContext, name: string): Promise<Outcome> {
  const { workspace, signal } = context;
  checkHost(context);
  const face = await faceOf(context, name, ['container'], `npm run release -- images mirror ${name} --host <host>`);
  const layout = layoutOf(workspace, name);
  const digest = await builtFrom(face, layout, signal);
  const documents = (await documentsOfLayout(layout, '')).map((document) => document.digest);
  return finish(context, face, await copy(context, face, layoutSource(layout), digest, documents), digest);
}

/** Copies a mirrored image from where it comes from, adds the SBOMs that it lacks, and locks it. */
export async function mirrorImageCommand(context: CommandContext, name: string): Promise<Outcome> {
  checkHost(context);
  const face = await faceOf(context, name, ['mirrored'], `npm run release -- images build ${name}`);
  const upstream = pinnedOf(face.bases[0]!);
  const source = registrySource(openSession(upstream, credentialsFrom()));
  const { workspace, signal } = context;
  const makeSbom = trivySboms(await findTrivy(workspace), runTool);
  const images = imagesFor(await platformImages(source, upstream.digest, signal), face.architectures, {
    where: face.bases[0]!,
    remedy: 'name the digest of the index, not that of one architecture, or correct the architectures in image.ts',
  });
  const pushed = await copy(context, face, source, upstream.digest);
  const layoutFolder = await mkdtemp(join(tmpdir(), 'bitclouded-mirror-'));
  try {
    const session = sessionOf(context, face);
    const { name, version } = face;
    const read = { source: registrySource(session), images, session, name, version, makeSbom, layoutFolder };
    const documents = await sbomsToAdd(read, signal);
    const sender = openSender(layoutSource(layoutFolder), session, onSentOf(context));
    await sendDocuments(sender, session, documents, signal);
    const { blobs, manifests } = sender.sent();
    const sum = { ...pushed, blobs: pushed.blobs + blobs, manifests: pushed.manifests + manifests };
    return await finish(context, face, sum, upstream.digest);
  } finally {
    await rm(layoutFolder, { recursive: true, force: true });
  }
}

async function copy(
  context: CommandContext,
  face: ImageInterface,
  source: ImageSource,
  digest: string,
  documents: readonly string[] = [],
): Promise<Pushed> {
  const { host, signal, emit } = context;
  emit({ type: 'stage-started', stage: 'image', subject: `${face.name} to ${host.registry}` });
  const session = sessionOf(context, face);
  return pushImage({ source, digest, session, tag: face.version, documents, onSent: onSentOf(context) }, signal);
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
  imagesFor(await platformImages(layoutSource(layout), image.digest, signal), face.architectures, {
    where: layout,
    remedy: `${remedy}, without --arch`,
  });
  return image.digest;
}

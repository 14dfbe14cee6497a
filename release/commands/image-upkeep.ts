import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageInterface } from '@bitclouded/documents';
import { imagesFor, platformImages } from '../images/platform-images.ts';
import { type MovedBase, movedBases, refreshFolder } from '../images/refresh-bases.ts';
import { pinnedOf } from '../images/registry-address.ts';
import { credentialsFrom } from '../images/registry-credentials.ts';
import { openSession } from '../images/registry-session.ts';
import { headManifest, registrySource } from '../images/registry-source.ts';
import { runTool } from '../images/run-tool.ts';
import { scanImage } from '../images/scan-image.ts';
import { statesOfImages } from '../images/state-of-images.ts';
import { findTrivy } from '../images/trivy.ts';
import { readDist } from '../read-dist.ts';
import { readLocks } from '../read-locks.ts';
import { buildStage } from './build.ts';
import type { CommandContext, Outcome } from './command.ts';
import { counted } from './counted.ts';
import { checkHost, lockedDigestOf, sessionOf } from './image-unit.ts';

/** Says of each image whether its lock is of the definition that stands there now, and who takes it. */
export async function listImagesCommand(context: CommandContext): Promise<Outcome> {
  const { workspace, host } = context;
  await buildStage(context);
  const dist = await readDist(join(workspace, 'dist'));
  const images = statesOfImages(dist, await readLocks(join(workspace, 'packages/images'), dist), host);
  return {
    document: { host: host.name, images },
    lines: images.map(({ name, variety, version, state, users }) => {
      const used = users.length > 0 ? `, used by ${users.join(', ')}` : '';
      return `${state.padEnd(8)} ${name} ${version} (${variety})${used}`;
    }),
  };
}

/** Looks up what the tags of all bases name now, and writes new digests into the images' folders. */
export async function refreshImagesCommand(context: CommandContext): Promise<Outcome> {
  const { workspace, signal, emit } = context;
  const refreshed: { name: string; moved: readonly MovedBase[]; files: readonly string[] }[] = [];
  for (const image of (await imagesOf(context)).filter(({ variety }) => variety !== 'machine')) {
    emit({ type: 'stage-started', stage: 'image', subject: image.name });
    const moved = await movedBases(image, (base) => digestOfTag(base, signal));
    if (moved.length === 0) continue;
    const files = await refreshFolder(join(workspace, 'packages/images', image.name), image.version, moved);
    refreshed.push({ name: image.name, moved, files });
  }
  return {
    document: { refreshed },
    lines:
      refreshed.length === 0
        ? ['Every tag names the digest that stands here']
        : refreshed.flatMap(({ name, moved, files }) => [
            `${name}: ${files.join(', ')}`,
            ...moved.map(({ base, digest }) => `  ${base.split('@')[0]} is now ${digest}`),
          ]),
  };
}

/** Looks for known vulnerabilities in every image of the host, and leaves a SARIF file of each architecture. */
export async function scanImagesCommand(
  context: CommandContext,
  { to = join(context.workspace, 'dist/sarif') }: { readonly to?: string | undefined },
): Promise<Outcome> {
  const { workspace, host, signal, emit } = context;
  checkHost(context);
  const trivy = await findTrivy(workspace);
  await mkdir(to, { recursive: true });
  const files: string[] = [];
  const dist = await builtDist(context);
  const locks = await readLocks(join(workspace, 'packages/images'), dist);
  for (const image of await imagesOf(context, dist)) {
    const { name, variety, architectures } = image;
    if (variety === 'machine' || locks.get(name)?.digest === undefined) continue;
    const source = registrySource(sessionOf(context, image));
    const digest = await lockedDigestOf(context, image);
    const where = { where: `${host.registry}/${name}@${digest}`, remedy: 'push the image again' };
    for (const one of imagesFor(await platformImages(source, digest, signal), architectures, where)) {
      const category = `images/${name}/${one.platform!.architecture}`;
      emit({ type: 'stage-started', stage: 'image', subject: category });
      const request = { source, image: one, category, cacheFolder: join(workspace, 'node_modules/.cache/trivy') };
      const file = join(to, `${category.replaceAll('/', '-')}.sarif`);
      await writeFile(file, await scanImage(trivy, runTool, request, signal));
      files.push(file);
    }
  }
  return { document: { files }, lines: [`Scanned ${counted(files.length, 'image')} into ${to}`] };
}

async function builtDist(context: CommandContext): ReturnType<typeof readDist> {
  await buildStage(context);
  return readDist(join(context.workspace, 'dist'));
}

async function imagesOf(context: CommandContext, built?: Awaited<ReturnType<typeof readDist>>) {
  const { units } = built ?? (await builtDist(context));
  return units.flatMap(({ interface: face }): ImageInterface[] => (face.kind === 'image' ? [face] : []));
}

async function digestOfTag(base: string, signal: AbortSignal): Promise<string | undefined> {
  const tag = /:([^:/@]+)@/.exec(base)?.[1] ?? 'latest';
  return headManifest(openSession(pinnedOf(base), credentialsFrom()), tag, signal);
}

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listSboms } from '../images/list-sboms.ts';
import { imagesFor, platformImages } from '../images/platform-images.ts';
import { registrySource } from '../images/registry-source.ts';
import type { CommandContext, Outcome } from './command.ts';
import { counted } from './counted.ts';
import { checkHost, faceOf, lockedDigestOf, sessionOf } from './image-unit.ts';

/** Lists the SBOMs of the image that is locked, as the registry of the host has them; or writes them into a folder. */
export async function imageSbomsCommand(
  context: CommandContext,
  name: string,
  { to }: { readonly to?: string | undefined },
): Promise<Outcome> {
  const { host, signal } = context;
  checkHost(context);
  const face = await faceOf(context, name, ['container', 'mirrored'], '');
  const digest = await lockedDigestOf(context, face);
  const session = sessionOf(context, face);
  const images = imagesFor(await platformImages(registrySource(session), digest, signal), face.architectures, {
    where: `${host.registry}/${name}@${digest}`,
    remedy: 'build the image again, for all architectures of image.ts',
  });
  const sboms = await listSboms(session, images, signal);
  const missing = images.filter(({ platform }) => sboms.every((sbom) => sbom.architecture !== platform?.architecture));
  if (to !== undefined)
    for (const { architecture, bytes } of sboms) await writeFile(join(to, `${name}-${architecture}.cdx.json`), bytes);
  return {
    document: { name, digest, sboms: sboms.map(({ bytes: _, ...sbom }) => sbom) },
    lines: [
      ...sboms.map(
        ({ architecture, packages, reference }) => `${architecture}: ${counted(packages, 'package')} in ${reference}`,
      ),
      ...missing.map(({ platform }) => `${platform?.architecture}: no SBOM in the registry`),
    ],
    faulty: missing.length > 0,
  };
}

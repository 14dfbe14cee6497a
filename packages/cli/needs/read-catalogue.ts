import { glob, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseDocument, type TemplateInterface } from '@bitclouded/documents';
import { CliError } from '../cli-error.ts';

/** Where interfaces lie in a build, and in the folder of a published version. */
const PLACES = ['templates/*/*/interface.json', 'interfaces/templates/*/*.json'];

/**
 * The templates of a build or of a published version, by name.
 * @throws CliError catalogue-missing; DocumentError where an interface cannot be read
 */
export async function readCatalogue(folder: string, cwd: string): Promise<ReadonlyMap<string, TemplateInterface>> {
  const root = resolve(cwd, folder);
  const catalogue = new Map<string, TemplateInterface>();
  for await (const path of glob(PLACES, { cwd: root })) {
    const face = parseDocument('interface', await readFile(join(root, path)), join(folder, path));
    if (face.kind === 'template') catalogue.set(face.name, face);
  }
  if (catalogue.size > 0) return catalogue;
  throw new CliError({
    code: 'catalogue-missing',
    where: folder,
    received: 'no interface of a template',
    expected: `a folder with ${PLACES.join(' or ')}`,
    remedy: 'build first (npm run build), or name the folder of a published version by --catalogue',
  });
}

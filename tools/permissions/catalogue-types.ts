import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { synthesise, type Template } from '@bitclouded/kit';

/** The resource types that the catalogue's templates use, each with the templates that do. */
export async function catalogueTypes(repository: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const types = new Map<string, string[]>();
  for await (const path of glob('packages/templates/*/*/template.ts', { cwd: repository })) {
    const { default: template } = (await import(join(repository, path))) as { default: Template };
    const { name, resources } = synthesise(template).interface;
    for (const type of new Set(resources.map(({ type }) => type)))
      types.set(type, [...(types.get(type) ?? []), name].sort());
  }
  return types;
}

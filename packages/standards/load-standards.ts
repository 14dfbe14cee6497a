import { readdirSync } from 'node:fs';
import type { Standard } from './standard.ts';
import { StandardsError } from './standards-error.ts';

/**
 * The names of all standards: the files of the folder `rules`, for no list of them stands anywhere.
 * @param folder the absolute path of that folder, from the program: modules here do not know where they lie
 */
export function standardNames(folder: string): string[] {
  return readdirSync(folder)
    .filter((file) => /^[a-z0-9-]+\.ts$/.test(file))
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();
}

/**
 * Loads standards by their names; a file is read when it is asked for. The specifier is relative and has one gap,
 * so that a bundler finds the files that it may mean.
 * @throws StandardsError standard-misnamed where a file defines another standard than its name says
 */
export async function loadStandards(names: readonly string[]): Promise<Standard[]> {
  return Promise.all(
    names.map(async (name) => {
      const { default: standard } = (await import(`./rules/${name}.ts`)) as { default: Standard };
      if (standard.name !== name)
        throw new StandardsError({
          code: 'standard-misnamed',
          where: `rules/${name}.ts`,
          received: standard.name,
          expected: name,
          remedy: 'call the file as the standard',
        });
      return standard;
    }),
  );
}

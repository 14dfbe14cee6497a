import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { E2eError } from './e2e-error.ts';

/** Where the end-to-end tools are, as absolute paths. */
export interface Paths {
  readonly repository: string;
  /** The folder of this file. */
  readonly tools: string;
  /** The Python environment of the project's own, and its programs. */
  readonly environment: string;
  readonly programs: string;
}

/**
 * Finds the repository from the current folder upwards. Not from this file's
 * own address: Jest compiles it to CommonJS, where there is no `import.meta`.
 * @throws E2eError `repository-not-found`
 */
export function findPaths(from: string = process.cwd()): Paths {
  let repository = resolve(from);
  while (!existsSync(join(repository, 'tools/e2e/requirements.txt'))) {
    if (dirname(repository) === repository) {
      throw new E2eError({
        code: 'repository-not-found',
        where: from,
        received: 'no tools/e2e/requirements.txt in this folder or above it',
        expected: 'a folder of the repository',
        remedy: 'run the command in the repository',
      });
    }
    repository = dirname(repository);
  }
  const tools = join(repository, 'tools/e2e');
  const environment = join(tools, '.venv');
  return { repository, tools, environment, programs: join(environment, 'bin') };
}

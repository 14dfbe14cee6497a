import { createRequire } from 'node:module';
import { join } from 'node:path';
import { StandardsError } from '../standards-error.ts';
import type { EngineName } from './engine.ts';

/** A package's door as `require` sees it from one place. */
export interface Resolved {
  readonly require: NodeJS.Require;
  readonly version: string;
}

/**
 * Finds a package that one of several folders has installed, in it or above it.
 * @param path packages, each looked for from the one before: `['aws-cdk-lib', '@aws/cloudformation-validate']`
 */
export function findPackage(folders: readonly string[], path: readonly string[]): Resolved | undefined {
  for (const folder of folders) {
    const found = path.reduce<string | undefined>(
      (from, name) => from && resolved(from, `${name}/package.json`),
      join(folder, 'package.json'),
    );
    if (found === undefined) continue;
    const require = createRequire(found);
    return { require, version: (require(found) as { version: string }).version };
  }
  return undefined;
}

/** @param received what was looked for and not found */
export function engineMissing(engine: EngineName, received: string, remedy: string): StandardsError {
  return new StandardsError({
    code: 'engine-missing',
    where: `--with ${engine}`,
    received,
    expected: `${engine}, which is not part of this program`,
    remedy,
  });
}

function resolved(from: string, specifier: string): string | undefined {
  try {
    return createRequire(from).resolve(specifier);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    return undefined;
  }
}

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FaultError } from '@bitclouded/documents';
import { unitKinds } from '../inference/unit.ts';
import { PluginError } from '../plugin-error.ts';
import type { Job } from './unit-executor.ts';

/**
 * The default export of a unit's definition file. Node strips the types; each file is read once a process.
 * @throws PluginError `definition-throws`, `definition-invalid`; whatever FaultError the definition throws
 */
export function loadDefinition<T extends { readonly name: string }>(root: string, job: Job): T {
  const where = `${job.folder}/${unitKinds[job.kind].definition}`;
  const load = createRequire(join(root, 'package.json'));
  const module = explainThrows(root, where, () => load(join(root, where)) as { default?: unknown });
  const definition = module.default as T | undefined;
  if (definition === null || typeof definition !== 'object')
    throw invalid(where, definition === undefined ? 'no default export' : typeof definition, `a ${job.kind}`, job);
  if (definition.name !== job.name) throw invalid(where, String(definition.name), job.name, job);
  return definition;
}

/**
 * Runs code of a unit. An error of it becomes one that names the file, the line and the message.
 * @throws PluginError `definition-throws`; a FaultError as it is
 */
export function explainThrows<T>(root: string, where: string, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    if (cause instanceof FaultError) throw cause;
    const error = cause instanceof Error ? cause : new Error(String(cause));
    throw new PluginError(
      {
        code: 'definition-throws',
        where: lineIn(root, error) ?? where,
        received: `${error.name}: ${withoutRoot(root, error.message)}`,
        expected: 'a definition that runs to its end',
        remedy: `correct ${where}, or what it imports`,
      },
      { cause },
    );
  }
}

/** The innermost line of a unit in an error's stack: `packages/templates/…/template.ts:12:7`. */
function lineIn(root: string, error: Error): string | undefined {
  return /(?:^|[\s(])(packages\/(?:templates|lambdas|images)\/\S+?\.ts:\d+(?::\d+)?)/m.exec(
    withoutRoot(root, error.stack ?? ''),
  )?.[1];
}

/** Stacks and messages have paths of CommonJS, and addresses of modules. */
function withoutRoot(root: string, text: string): string {
  return text.replaceAll(`${pathToFileURL(root)}/`, '').replaceAll(`${root}/`, '');
}

function invalid(where: string, received: string, expected: string, job: Job): PluginError {
  return new PluginError({
    code: 'definition-invalid',
    where,
    received,
    expected: `a default export made by the kit, named as its folder: ${expected}`,
    remedy: `export default define${job.kind[0]!.toUpperCase()}${job.kind.slice(1)}({ name: '${job.name}', … })`,
  });
}

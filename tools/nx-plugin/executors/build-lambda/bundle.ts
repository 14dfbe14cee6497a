import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type BuildFailure, build, type Metafile, type Plugin } from 'esbuild';
import { PluginError, type PluginErrorCode, type PluginFault } from '../../plugin-error.ts';

/** The AWS SDK comes with Lambda's Node.js runtimes. Source: AWS Lambda Developer Guide, "Building Lambda functions with Node.js". */
const IN_THE_RUNTIME = ['@aws-sdk/*', '@smithy/*'];
/** What no handler may carry: the kit is for definitions, and brings all of CDK; but for its doors to what handlers share. */
const FOR_DEFINITIONS = /^(?:@bitclouded\/kit|aws-cdk-lib|constructs)(?:\/|$)/;
const FOR_HANDLERS: readonly string[] = ['@bitclouded/kit/custom-resource', '@bitclouded/kit/databases'];

/**
 * Bundles a function's `handler.ts` with what it imports into one module for Node.js 24.
 * The bytes depend on the sources and on esbuild alone, not on the folder in which the workspace lies.
 * @param folder of the unit, from the workspace's root
 * @throws PluginError `import-unresolved`, `import-forbidden`, `handler-invalid`, all of them at once
 */
export async function bundle(root: string, folder: string): Promise<Uint8Array> {
  const { code, metafile } = await run(root, folder, '');
  const faults = missingInRuntime(root, folder, metafile);
  if (faults.length > 0) throw new PluginError(faults);
  // A CommonJS dependency that requires a module of Node's at run time finds no `require` in a module. The names are
  // longer than any that the minifier makes.
  if (!Buffer.from(code).includes('Dynamic require of')) return code;
  const banner =
    "import{createRequire as createRequireHere}from'node:module';const require=createRequireHere(import.meta.url);";
  return (await run(root, folder, banner)).code;
}

async function run(root: string, folder: string, banner: string): Promise<{ code: Uint8Array; metafile: Metafile }> {
  try {
    const { outputFiles, metafile } = await build({
      absWorkingDir: root,
      entryPoints: [join(folder, 'handler.ts')],
      outfile: 'index.mjs',
      bundle: true,
      write: false,
      metafile: true,
      minify: true,
      format: 'esm',
      platform: 'node',
      target: 'node24',
      mainFields: ['module', 'main'],
      external: IN_THE_RUNTIME,
      banner: { js: banner },
      charset: 'utf8',
      legalComments: 'eof',
      // No tsconfig of a folder above the workspace may have a say.
      tsconfigRaw: {},
      logLevel: 'silent',
      plugins: [withoutTheKit],
    });
    return { code: outputFiles[0]!.contents, metafile };
  } catch (cause) {
    if (!isBuildFailure(cause)) throw cause;
    throw new PluginError(
      cause.errors.map((error) => faultOf(folder, error)),
      { cause },
    );
  }
}

/** Refuses the kit where it is imported, before esbuild reads all of it. */
const withoutTheKit: Plugin = {
  name: 'without the kit',
  setup: ({ onResolve }) =>
    onResolve({ filter: FOR_DEFINITIONS }, ({ path }) =>
      FOR_HANDLERS.includes(path) ? undefined : { errors: [{ text: path, detail: FOR_DEFINITIONS }] },
    ),
};

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && Array.isArray((error as Partial<BuildFailure>).errors);
}

function faultOf(folder: string, { text, location, detail }: BuildFailure['errors'][number]): PluginFault {
  const where = location ? `${location.file}:${location.line}:${location.column + 1}` : `${folder}/handler.ts`;
  if (detail === FOR_DEFINITIONS) return importFault('import-forbidden', where, text);
  const unresolved = /^Could not resolve "(.+)"/.exec(text)?.[1];
  if (unresolved) return importFault('import-unresolved', where, unresolved);
  return {
    code: 'handler-invalid',
    where,
    received: text,
    expected: 'a handler that esbuild can bundle',
    remedy: 'correct this line',
  };
}

/** Modules left to the runtime that are not installed here either: most likely a name that does not exist. */
function missingInRuntime(root: string, folder: string, metafile: Metafile): PluginFault[] {
  const require = createRequire(join(root, folder, 'handler.ts'));
  const external = Object.values(metafile.outputs)
    .flatMap(({ imports }) => imports)
    .filter(({ external, path }) => external && path.startsWith('@'))
    .map(({ path }) => path);
  return [...new Set(external)]
    .filter((specifier) => !resolves(require, specifier))
    .map((specifier) => importFault('import-unresolved', importerOf(metafile, specifier) ?? folder, specifier));
}

function resolves(require: NodeJS.Require, specifier: string): boolean {
  try {
    require.resolve(specifier);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return false;
    throw error;
  }
}

/** The source that imports a module which stays outside the bundle. */
function importerOf(metafile: Metafile, name: string): string | undefined {
  return Object.entries(metafile.inputs).find(([, { imports }]) => imports.some(({ path }) => path === name))?.[0];
}

function importFault(
  code: Extract<PluginErrorCode, 'import-unresolved' | 'import-forbidden'>,
  where: string,
  received: string,
): PluginFault {
  return code === 'import-unresolved'
    ? {
        code,
        where,
        received,
        expected: "a file of the unit, a module of Node's, or an installed package",
        remedy: 'correct the name, or add the package to the dependencies of package.json',
      }
    : {
        code,
        where,
        received,
        expected: 'a handler without the kit, which is for definitions',
        remedy: 'import from lambda.ts only types, and keep constants that both need in a file of their own',
      };
}

import { readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { standardNames } from '@bitclouded/standards';
import { type BuildFailure, build, type Plugin } from 'esbuild';
import { BundleError } from './bundle-error.ts';
import { thirdPartyLicences } from './licences.ts';

/** The oldest Node.js that has all the language and library that the command uses. */
const OLDEST_NODE = '22.13';
const PROGRAM = 'bitclouded.js';
/** CommonJS among the dependencies finds no `require` in a module. */
const REQUIRE = "import{createRequire as $r}from'node:module';const require=$r(import.meta.url);";

const README = `# bitclouded

Holds CloudFormation templates against the standards of BitClouded. It reads files and nothing else.

    npx bitclouded check .
    npx bitclouded check --help
`;

export interface PackageFile {
  /** Path in the package, with forward slashes. */
  readonly path: string;
  readonly contents: Uint8Array;
  readonly isProgram: boolean;
}

/**
 * The command as a package that needs no other: for Node.js runs no TypeScript from `node_modules`. What a command
 * needs is loaded when it runs, and all standards are one file, for they are always needed together.
 * The bytes depend on the sources, the lockfile and esbuild alone.
 * @param repository absolute path
 * @throws BundleError with every fault
 */
export async function bundleCli(repository: string): Promise<PackageFile[]> {
  const outdir = join(repository, 'dist/cli');
  const { outputFiles, metafile } = await run(repository, outdir);
  const code = outputFiles.map(({ path, contents }) => ({
    path: relative(outdir, path).split(sep).join('/'),
    contents,
  }));
  const read = (path: string): Uint8Array => readFileSync(join(repository, path));
  const texts = {
    'README.md': README,
    'package.json': `${JSON.stringify(packageJson(repository), null, 2)}\n`,
    'THIRD-PARTY-LICENSES.txt': thirdPartyLicences(repository, Object.keys(metafile.inputs)),
  };
  return [
    ...code,
    { path: 'LICENSE', contents: read('LICENSE') },
    ...Object.entries(texts).map(([path, text]) => ({ path, contents: Buffer.from(text) })),
  ]
    .map((file) => ({ ...file, isProgram: file.path === PROGRAM }))
    .sort((one, other) => (one.path < other.path ? -1 : 1));
}

async function run(repository: string, outdir: string) {
  try {
    return await build({
      absWorkingDir: repository,
      entryPoints: [{ in: 'packages/cli/bin.ts', out: PROGRAM.replace('.js', '') }],
      outdir,
      bundle: true,
      splitting: true,
      write: false,
      metafile: true,
      format: 'esm',
      platform: 'node',
      target: `node${OLDEST_NODE}`,
      // Names stay, so that a report of a defect can be read.
      minifySyntax: true,
      minifyWhitespace: true,
      legalComments: 'none',
      charset: 'utf8',
      banner: { js: REQUIRE },
      // No tsconfig of a folder above the repository may have a say.
      tsconfigRaw: {},
      logLevel: 'silent',
      plugins: [withoutEffects, standardsInOneFile(repository)],
    });
  } catch (cause) {
    if (!isBuildFailure(cause)) throw cause;
    throw new BundleError(
      cause.errors.map(({ text, location }) => ({
        code: 'bundle-failed',
        where: location ? `${location.file}:${location.line}:${location.column + 1}` : 'packages/cli/bin.ts',
        received: text,
        expected: 'a command that esbuild can bundle',
        remedy: 'correct this line',
      })),
      { cause },
    );
  }
}

/** Modules of ours do nothing when they are imported, so what of them is not used stays out: most of all, zod. */
const withoutEffects: Plugin = {
  name: 'without effects',
  setup: ({ onResolve, resolve }) =>
    onResolve({ filter: /^(?:@bitclouded\/|\.)/ }, async ({ path, importer, kind, resolveDir, pluginData }) => {
      if (pluginData === withoutEffects || importer.split(sep).includes('node_modules')) return undefined;
      const found = await resolve(path, { importer, kind, resolveDir, pluginData: withoutEffects });
      return { ...found, sideEffects: false };
    }),
};

/** A bundle has no folder `rules` to look into: its list of standards is made here, from that folder. */
function standardsInOneFile(repository: string): Plugin {
  const names = standardNames(join(repository, 'packages/standards/rules'));
  const contents = [
    ...names.map((name, index) => `import s${index} from './rules/${name}.ts';`),
    `const all = new Map([${names.map((name, index) => `['${name}', s${index}]`).join(', ')}]);`,
    'export const standardNames = () => [...all.keys()];',
    'export const loadStandards = async (names) => names.map((name) => all.get(name));',
  ].join('\n');
  return {
    name: 'standards in one file',
    setup: ({ onLoad }) => onLoad({ filter: /[\\/]standards[\\/]load-standards\.ts$/ }, () => ({ contents })),
  };
}

function packageJson(repository: string): Record<string, unknown> {
  const read = (path: string) => JSON.parse(readFileSync(join(repository, path), 'utf8')) as Record<string, unknown>;
  const { name, license, private: isPrivate } = read('packages/cli/package.json');
  return {
    name,
    version: read('release/package.json').version,
    private: isPrivate,
    description: 'Holds CloudFormation templates against the standards of BitClouded',
    license,
    type: 'module',
    engines: { node: `>=${OLDEST_NODE}` },
    bin: { bitclouded: PROGRAM },
  };
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && Array.isArray((error as Partial<BuildFailure>).errors);
}

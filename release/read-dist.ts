import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type BuildRecord,
  DocumentError,
  type DocumentKind,
  type DocumentOf,
  type Fault,
  parseDocument,
  sha256Of,
  type UnitInterface,
  type UnitKind,
} from '@bitclouded/documents';
import { entriesOf, listFiles, readIfThere } from './read-files.ts';
import { ReleaseError, type ReleaseErrorCode } from './release-error.ts';

/** One built unit, whole. */
export interface DistUnit {
  /** `template:networking/vpc`, `lambda:log-governor`, `image:aws-util`. */
  readonly reference: string;
  readonly kind: UnitKind;
  readonly name: string;
  readonly interface: UnitInterface;
  readonly build: BuildRecord;
  /** The bytes of every file of the unit, as they were hashed, by path. */
  readonly files: ReadonlyMap<string, Buffer>;
}

/** Everything that a build left, checked. */
export interface Dist {
  readonly folder: string;
  /** In code-unit order of their references. */
  readonly units: readonly DistUnit[];
  /** Over every unit's files: path and content. */
  readonly distSha256: string;
}

/** Where each kind of unit stands, how deep, and the file that it is made of. */
const KINDS: readonly { kind: UnitKind; folder: string; depth: 1 | 2; product?: string }[] = [
  { kind: 'image', folder: 'images', depth: 1 },
  { kind: 'lambda', folder: 'lambdas', depth: 1, product: 'function.zip' },
  { kind: 'template', folder: 'templates', depth: 2, product: 'template.yaml' },
];

/**
 * Reads what a build left, and trusts none of it: every file is hashed, and every unit compared with what it
 * was built against.
 * @throws ReleaseError with all faults: `dist-empty`, `dist-file-missing`, `dist-file-unexpected`,
 *   `dist-file-differs`, `unit-misnamed`, `unit-unknown`, `dist-stale`, and those of the documents
 */
export async function readDist(folder: string): Promise<Dist> {
  const faults: Fault<ReleaseErrorCode>[] = [];
  const units: DistUnit[] = [];
  for (const { kind, folder: kindFolder, depth, product } of KINDS)
    for (const name of await unitNames(join(folder, kindFolder), depth, faults)) {
      const unit = await readUnit(join(folder, kindFolder, name), kind, name, product, faults);
      if (unit) units.push(unit);
    }
  if (units.length === 0 && faults.length === 0)
    faults.push({
      code: 'dist-empty',
      where: folder,
      received: 'no built unit',
      expected: 'templates, functions and images',
      remedy: 'build first: npm run build',
    });
  faults.push(...(await staleFaults(folder, units)));
  if (faults.length > 0) throw new ReleaseError(faults);
  return { folder, units, distSha256: distHash(units) };
}

async function unitNames(folder: string, depth: 1 | 2, faults: Fault<ReleaseErrorCode>[]): Promise<readonly string[]> {
  const names: string[] = [];
  for (const entry of await entriesOf(folder)) {
    if (!entry.isDirectory()) faults.push(unexpected(join(folder, entry.name)));
    else if (depth === 1) names.push(entry.name);
    else {
      const inner = await unitNames(join(folder, entry.name), 1, faults);
      names.push(...inner.map((name) => `${entry.name}/${name}`));
    }
  }
  return names;
}

async function readUnit(
  folder: string,
  kind: UnitKind,
  name: string,
  product: string | undefined,
  faults: Fault<ReleaseErrorCode>[],
): Promise<DistUnit | undefined> {
  const files = new Map<string, Buffer>();
  for (const { path, plain } of await listFiles(folder)) {
    if (plain) files.set(path, await readFile(join(folder, path)));
    else faults.push(unexpected(join(folder, path)));
  }
  const required = ['build.json', 'interface.json', ...(product ? [product] : [])];
  const absent = required.filter((path) => !files.has(path));
  faults.push(...absent.map((path) => missing(join(folder, path))));

  const face = parse('interface', folder, 'interface.json', files, faults);
  const build = parse('build', folder, 'build.json', files, faults);
  if (build) faults.push(...fileFaults(folder, build, files, required));
  for (const [file, document] of [
    ['interface.json', face],
    ['build.json', build],
  ] as const)
    if (document && (document.kind !== kind || document.name !== name))
      faults.push({
        code: 'unit-misnamed',
        where: join(folder, file),
        received: `${document.kind} ${document.name}`,
        expected: `${kind} ${name}, as the folder says`,
        remedy: 'give the unit the name of its folder, and build again',
      });
  if (!face || !build) return undefined;
  return { reference: `${kind}:${name}`, kind, name, interface: face, build, files };
}

function parse<K extends DocumentKind>(
  kind: K,
  folder: string,
  path: string,
  files: ReadonlyMap<string, Buffer>,
  faults: Fault<ReleaseErrorCode>[],
): DocumentOf<K> | undefined {
  const bytes = files.get(path);
  if (bytes === undefined) return undefined;
  try {
    return parseDocument(kind, bytes, join(folder, path));
  } catch (cause) {
    if (!(cause instanceof DocumentError)) throw cause;
    faults.push(...cause.faults);
    return undefined;
  }
}

/** Compares the files with what the build says it wrote. `build.json` itself is in nobody's list. */
function fileFaults(
  folder: string,
  build: BuildRecord,
  files: ReadonlyMap<string, Buffer>,
  required: readonly string[],
): Fault<ReleaseErrorCode>[] {
  const listed = new Map(build.files.map((file) => [file.path, file]));
  const faults: Fault<ReleaseErrorCode>[] = [];
  for (const { path, sha256, sizeBytes } of build.files) {
    const bytes = files.get(path);
    if (bytes === undefined) {
      if (!required.includes(path)) faults.push(missing(join(folder, path)));
    } else if (sha256Of(bytes) !== sha256 || bytes.byteLength !== sizeBytes)
      faults.push({
        code: 'dist-file-differs',
        where: join(folder, path),
        received: `${bytes.byteLength} bytes, sha256 ${sha256Of(bytes)}`,
        expected: `${sizeBytes} bytes, sha256 ${sha256}, as build.json says`,
        remedy: 'do not change built files; build again: npm run build',
      });
  }
  for (const path of files.keys())
    if (path !== 'build.json' && !listed.has(path)) faults.push(unexpected(join(folder, path)));
  return faults;
}

/** Units that were built against others than those that stand beside them. */
async function staleFaults(folder: string, units: readonly DistUnit[]): Promise<Fault<ReleaseErrorCode>[]> {
  const byReference = new Map(units.map((unit) => [unit.reference, unit]));
  const faults: Fault<ReleaseErrorCode>[] = [];
  for (const { reference, build } of units)
    for (const { unit, sha256 } of build.uses) {
      const where = `${reference} in ${folder}`;
      const used = byReference.get(unit);
      if (used === undefined)
        faults.push({
          code: 'unit-unknown',
          where,
          received: `it uses ${unit}, which was not built`,
          expected: 'every unit that it uses beside it',
          remedy: 'build all units: npm run build',
        });
      else if (!(await hashesForUsers(folder, used)).includes(sha256))
        faults.push({
          code: 'dist-stale',
          where,
          received: `built against another ${unit}, of ${sha256}`,
          expected: `built against the ${unit} that stands beside it`,
          remedy: 'run the build again: npm run build',
        });
    }
  return faults;
}

/**
 * What users of a unit are built against: a function's code, an image's context, a template's interface or only
 * what of it other templates can be wired to.
 */
async function hashesForUsers(folder: string, { kind, name, interface: face, files }: DistUnit): Promise<string[]> {
  if (face.kind === 'image') return [face.contextSha256];
  if (kind === 'lambda') return [files.get('function.zip')].flatMap((bytes) => (bytes ? [sha256Of(bytes)] : []));
  const wiring = await readIfThere(join(folder, 'wiring', `${name}.json`));
  return [files.get('interface.json')!, ...(wiring ? [wiring] : [])].map(sha256Of);
}

function distHash(units: readonly DistUnit[]): string {
  const lines = units.flatMap((unit) =>
    [...unit.files].map(([path, bytes]) => `${sha256Of(bytes)}  ${unit.reference}/${path}\n`),
  );
  return sha256Of(lines.sort().join(''));
}

function missing(where: string): Fault<ReleaseErrorCode> {
  return {
    code: 'dist-file-missing',
    where,
    received: 'no such file',
    expected: 'every file of a built unit',
    remedy: 'build again: npm run build',
  };
}

function unexpected(where: string): Fault<ReleaseErrorCode> {
  return {
    code: 'dist-file-unexpected',
    where,
    received: 'a file that no build lists',
    expected: 'nothing but what builds write',
    remedy: 'remove it, and build again: npm run build',
  };
}

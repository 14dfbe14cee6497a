import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Artifact,
  DOCUMENT_LIMIT_BYTES,
  DocumentError,
  type Fault,
  type FileArtifact,
  keyOf,
  type Manifest,
  parseDocument,
  sha256Of,
} from '@bitclouded/documents';
import { valid } from 'semver';
import { entriesOf, listFiles } from '../read-files.ts';
import { ReleaseError, type ReleaseErrorCode } from '../release-error.ts';
import { contentTypeOf } from './content-type.ts';
import { parseSums } from './sums.ts';

export interface BundleFile {
  readonly key: string;
  /** Where it stands on this machine. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly contentType: string;
  /** What was checked, as long as `HELD_BYTES` allow it: it need not be read again. */
  readonly held?: Uint8Array;
}

/** What of a bundle stays in memory: far more than a catalogue has, and a bound for any other. */
const HELD_BYTES = 64 * 1024 * 1024;

/** A bundle as it stands in its folder, checked whole. */
export interface Bundle {
  readonly folder: string;
  readonly version: string;
  readonly manifest: Manifest;
  readonly manifestSha256: string;
  /** Every file, `SHA256SUMS` too, in code-unit order of the keys. */
  readonly files: readonly BundleFile[];
}

type Faults = Fault<ReleaseErrorCode>[];

/**
 * Reads a bundle that anybody may have touched: each file against its sum, and the manifest against both.
 * @throws ReleaseError with all faults: `bundle-missing`, `bundle-sums-invalid`, `bundle-file-missing`,
 *   `bundle-file-unexpected`, `bundle-file-differs`, `bundle-manifest-wrong`, and those of the manifest as a document
 */
export async function readBundle(folder: string): Promise<Bundle> {
  const version = await versionOf(folder);
  const faults: Faults = [];
  const files = await hashFiles(folder, faults);
  await checkSums(folder, version, files, faults);
  const manifest = await readManifest(folder, version, files, faults);
  if (manifest) checkManifest(folder, version, manifest, files, faults);
  if (faults.length > 0 || manifest === undefined) throw new ReleaseError(faults);
  return {
    folder,
    version,
    manifest,
    manifestSha256: files.get(keyOf.manifest(version))!.sha256,
    files: [...files.values()],
  };
}

async function versionOf(folder: string): Promise<string> {
  const folders = (await entriesOf(folder)).filter((entry) => entry.isDirectory() && entry.name !== 'lambdas');
  const version = folders[0]?.name.slice(1) ?? '';
  if (folders.length === 1 && folders[0]!.name.startsWith('v') && valid(version) === version) return version;
  throw new ReleaseError({
    code: 'bundle-missing',
    where: folder,
    received: folders.length === 0 ? 'no bundle' : `the folders ${folders.map(({ name }) => name).join(', ')}`,
    expected: 'one folder of a version, such as v1.4.0, and lambdas',
    remedy: 'pack again: npm run release -- pack',
  });
}

async function hashFiles(folder: string, faults: Faults): Promise<Map<string, BundleFile>> {
  const files = new Map<string, BundleFile>();
  let roomBytes = HELD_BYTES;
  for (const { path: key, plain } of await listFiles(folder)) {
    const path = join(folder, key);
    if (!plain) {
      faults.push(unexpected(path, 'a link or a special file'));
      continue;
    }
    // One after the other and small as a rule: waiting for each would take longer than reading it.
    const bytes = readFileSync(path);
    const sizeBytes = bytes.byteLength;
    const isHeld = sizeBytes <= roomBytes;
    if (isHeld) roomBytes -= sizeBytes;
    files.set(key, {
      key,
      path,
      sizeBytes,
      sha256: sha256Of(bytes),
      contentType: contentTypeOf(key),
      ...(isHeld && { held: bytes }),
    });
  }
  return files;
}

async function checkSums(
  folder: string,
  version: string,
  files: ReadonlyMap<string, BundleFile>,
  faults: Faults,
): Promise<void> {
  const sumsKey = keyOf.sums(version);
  const text = await readText(folder, sumsKey, files, faults);
  if (text === undefined) return;
  const sums = parseSums(text);
  for (const line of sums.faultyLines)
    faults.push({
      code: 'bundle-sums-invalid',
      where: join(folder, sumsKey),
      received: line,
      expected: '<sha256>, two spaces and a relative path, each path once',
      remedy: 'do not use this bundle; pack again',
    });
  for (const [key, sha256] of sums.files) {
    const file = files.get(key);
    if (file === undefined) faults.push(missing(join(folder, key)));
    else if (file.sha256 !== sha256) faults.push(differs(file, `sha256 ${sha256}, as SHA256SUMS says`));
  }
  for (const { key, path } of files.values())
    if (key !== sumsKey && !sums.files.has(key)) faults.push(unexpected(path, 'a file that SHA256SUMS does not list'));
}

async function readText(
  folder: string,
  key: string,
  files: ReadonlyMap<string, BundleFile>,
  faults: Faults,
): Promise<string | undefined> {
  const file = files.get(key);
  if (file === undefined) faults.push(missing(join(folder, key)));
  else if (file.sizeBytes > DOCUMENT_LIMIT_BYTES) faults.push(differs(file, `at most ${DOCUMENT_LIMIT_BYTES} bytes`));
  else return readFile(file.path, 'utf8');
  return undefined;
}

async function readManifest(
  folder: string,
  version: string,
  files: ReadonlyMap<string, BundleFile>,
  faults: Faults,
): Promise<Manifest | undefined> {
  const file = files.get(keyOf.manifest(version));
  // That it is missing is a fault only where its sum does not say so already.
  if (file === undefined) {
    if (!faults.some(({ where }) => where === join(folder, keyOf.manifest(version))))
      faults.push(missing(join(folder, keyOf.manifest(version))));
    return undefined;
  }
  try {
    return parseDocument('manifest', await readFile(file.path), file.path);
  } catch (cause) {
    if (!(cause instanceof DocumentError)) throw cause;
    faults.push(...cause.faults);
    return undefined;
  }
}

/** The manifest decides where publishing writes: every key must be the one that its artifact's name gives. */
function checkManifest(
  folder: string,
  version: string,
  manifest: Manifest,
  files: ReadonlyMap<string, BundleFile>,
  faults: Faults,
): void {
  const where = join(folder, keyOf.manifest(version));
  const wrong = (received: string, expected: string): void => {
    const remedy = 'do not use this bundle; pack again';
    faults.push({ code: 'bundle-manifest-wrong', where, received, expected, remedy });
  };
  if (manifest.version !== version) wrong(`version ${manifest.version}`, `version ${version}, as its folder says`);
  const named = new Set([keyOf.manifest(version), keyOf.sums(version)]);
  for (const artifact of manifest.artifacts.filter(isFile)) {
    const { kind, name, key, sha256, sizeBytes } = artifact;
    const expected = keyOfArtifact(artifact, version);
    const file = files.get(key);
    if (key !== expected) wrong(`${kind} ${name} at ${key}`, `at ${expected}`);
    if (named.has(key)) wrong(`${key} twice`, 'each key once');
    named.add(key);
    // What its sum showed already is not said again.
    if (faults.some(({ where }) => where === join(folder, key))) continue;
    if (file === undefined) wrong(`${kind} ${name} at ${key}`, 'a file of the bundle');
    else if (file.sha256 !== sha256 || file.sizeBytes !== sizeBytes)
      wrong(`${key} with ${sizeBytes} bytes, sha256 ${sha256}`, `${file.sizeBytes} bytes, sha256 ${file.sha256}`);
  }
  for (const { key, path } of files.values())
    if (!named.has(key)) faults.push(unexpected(path, 'a file that the manifest does not name'));
}

function isFile(artifact: Artifact): artifact is FileArtifact {
  return artifact.kind !== 'image';
}

function keyOfArtifact(artifact: FileArtifact, version: string): string {
  switch (artifact.kind) {
    case 'template':
      return keyOf.template(version, artifact.name);
    case 'lambda':
      return keyOf.lambda(artifact.name, artifact.sha256);
    case 'schema':
      return keyOf.schema(version, artifact.name);
    case 'policy':
      return keyOf.policy(version, artifact.name, artifact.part);
    case 'interface':
      return keyOf.interface(version, artifact.unit.split(':', 1)[0]!, artifact.name);
  }
}

function missing(where: string): Fault<ReleaseErrorCode> {
  return {
    code: 'bundle-file-missing',
    where,
    received: 'no such file',
    expected: 'every file that SHA256SUMS lists',
    remedy: 'pack again: npm run release -- pack',
  };
}

function unexpected(where: string, received: string): Fault<ReleaseErrorCode> {
  return {
    code: 'bundle-file-unexpected',
    where,
    received,
    expected: 'nothing but what was packed',
    remedy: 'remove it, or pack again: npm run release -- pack',
  };
}

function differs(file: BundleFile, expected: string): Fault<ReleaseErrorCode> {
  return {
    code: 'bundle-file-differs',
    where: file.path,
    received: `${file.sizeBytes} bytes, sha256 ${file.sha256}`,
    expected,
    remedy: 'pack again: npm run release -- pack',
  };
}

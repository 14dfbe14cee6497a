import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type BuildRecord, serialise, sha256Of, type UnitInterface } from '@bitclouded/documents';
import type { UnitOptions } from '../inference/targets.ts';

/** Where a unit's build lies, from the workspace's root. */
export function outputFolder({ kind, name }: Pick<UnitOptions, 'kind' | 'name'>): string {
  return join('dist', `${kind}s`, name);
}

/**
 * SHA-256 over a unit's sources: each path with the hash of its file, in code-unit order of the paths.
 * It says the same on every machine, since neither time nor mode nor place of a file counts.
 */
export function hashSources(root: string, folder: string, sources: readonly string[]): string {
  const lines = sources.toSorted().map((file) => `${sha256Of(readFileSync(join(root, folder, file)))}  ${file}\n`);
  return sha256Of(lines.join(''));
}

/** What a build made: its face, the files beside it, and what it was made from. */
export interface UnitOutput {
  readonly interface: UnitInterface;
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly sourceSha256: string;
  readonly uses: BuildRecord['uses'];
}

/** Puts a unit's build in place as a whole: either all of its files are there, or what was there before. */
export function writeOutput(root: string, options: Pick<UnitOptions, 'kind' | 'name'>, output: UnitOutput): void {
  const files: Record<string, Uint8Array> = {
    ...output.files,
    'interface.json': serialise('interface', output.interface),
  };
  const record: BuildRecord = {
    schema: 'bitclouded.build/1',
    kind: options.kind,
    name: options.name,
    sourceSha256: output.sourceSha256,
    files: Object.keys(files)
      .sort()
      .map((path) => ({ path, sizeBytes: files[path]!.byteLength, sha256: sha256Of(files[path]!) })),
    uses: output.uses,
  };
  writeFolder(root, outputFolder(options), { ...files, 'build.json': serialise('build', record) });
}

/** After a failed build nothing stands in the folder: a release must not take what was built before. */
export function removeOutput(root: string, options: Pick<UnitOptions, 'kind' | 'name'>): void {
  rmSync(join(root, outputFolder(options)), { recursive: true, force: true });
}

function writeFolder(root: string, folder: string, files: Readonly<Record<string, Uint8Array>>): void {
  const made = join(root, dirname(folder), `.${basename(folder)}`);
  rmSync(made, { recursive: true, force: true });
  mkdirSync(made, { recursive: true });
  for (const [file, bytes] of Object.entries(files)) writeFileSync(join(made, file), bytes);
  const place = join(root, folder);
  rmSync(place, { recursive: true, force: true });
  renameSync(made, place);
}

import { type CheckedFile, checkCatalogueFiles, type Finding, type Severity } from '@bitclouded/standards';
import type { LookedAt } from './check-file.ts';
import type { FoundFile } from './find-templates.ts';

/** What every template of a catalogue has in its Metadata, in whatever notation. */
const MARK = Buffer.from('BitClouded');

/** The templates of a catalogue among the files of a run; after the last they are held against each other. */
export class CatalogueFiles {
  readonly #files: { readonly file: string; readonly bytes: Uint8Array }[] = [];
  #isFolder = false;

  add({ isNamed }: FoundFile, { checked, template }: LookedAt): void {
    if (!template || !Buffer.from(template.buffer, template.byteOffset, template.byteLength).includes(MARK)) return;
    this.#files.push({ file: checked.file, bytes: template });
    this.#isFolder ||= !isNamed;
  }

  /** The findings among them, by file. A folder is taken as a whole catalogue, some files are not. */
  findings(severity: Severity): ReadonlyMap<string, Finding[]> {
    const found = checkCatalogueFiles(this.#files, { isWhole: this.#isFolder });
    return Map.groupBy(
      found.map((finding) => ({ ...finding, severity })),
      ({ file }) => file,
    );
  }
}

/** The files with what was found among them in its place. */
export function withFindings(
  files: readonly CheckedFile[],
  more: ReadonlyMap<string, readonly Finding[]>,
): CheckedFile[] {
  return files.map((file) => {
    const added = more.get(file.file);
    if (!added || 'error' in file) return file;
    const findings = [...file.findings, ...added].sort(
      (one, other) => one.line - other.line || one.column - other.column,
    );
    return { ...file, findings };
  });
}

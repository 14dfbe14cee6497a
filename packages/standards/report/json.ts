import type { Finding } from '../finding.ts';
import { type CheckedFile, isChecked, type Summary, summarise } from './checked-file.ts';

/** A run as one document. */
export interface CheckDocument {
  readonly schema: 'bitclouded.check/1';
  readonly profile: string;
  readonly summary: Summary;
  readonly files: readonly unknown[];
}

export function checkDocument(files: readonly CheckedFile[], profile: string): CheckDocument {
  return {
    schema: 'bitclouded.check/1',
    profile,
    summary: summarise(files),
    files: files.map((file) =>
      isChecked(file)
        ? {
            file: file.file,
            leftAlone: file.leftAlone ?? null,
            undecided: file.undecided,
            limited: file.limited,
            findings: file.findings.map(withoutGaps),
            excused: file.excused.map(withoutGaps),
          }
        : { file: file.file, errors: file.error.faults },
    ),
  };
}

/** JSON leaves out what is undefined; readers should find every key. */
function withoutGaps(finding: Finding): Record<string, unknown> {
  return { ...finding, resource: finding.resource ?? null };
}

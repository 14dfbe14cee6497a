import type { BorrowedRun } from '../borrowed/borrow.ts';
import type { Finding } from '../finding.ts';
import { type CheckedFile, isChecked, type Summary, summarise } from './checked-file.ts';

/** A run as one document. */
export interface CheckDocument {
  readonly schema: 'bitclouded.check/1';
  readonly profile: string;
  readonly summary: Summary;
  readonly files: readonly unknown[];
  /** Engines of other projects, where they were asked for. */
  readonly engines?: readonly unknown[];
}

export function checkDocument(
  files: readonly CheckedFile[],
  profile: string,
  engines: readonly BorrowedRun[] = [],
): CheckDocument {
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
    ...(engines.length > 0 && { engines: engines.map(engineOf) }),
  };
}

function engineOf({ name, version, findings, repeated, unread }: BorrowedRun): unknown {
  return { name, version, findings: findings.map(withoutGaps), repeated: repeated.map(withoutGaps), unread };
}

/** JSON leaves out what is undefined; readers should find every key. */
function withoutGaps(finding: Finding): Record<string, unknown> {
  return { ...finding, resource: finding.resource ?? null };
}

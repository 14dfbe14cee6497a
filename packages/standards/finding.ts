import type { Source } from './reading/source.ts';
import type { Found, Severity, Standard } from './standard.ts';

/** What a report says of a standard: all but its check. */
export type StandardFacts = Omit<Standard, 'applies' | 'check'>;

/** A standard with the severity that a profile gives it. */
export interface Chosen {
  readonly standard: Standard;
  readonly severity: Severity;
}

/** One thing that is certainly wrong, and where. Lines and columns count from 1, columns in UTF-16 code units. */
export interface Finding {
  readonly standard: string;
  readonly number: number;
  readonly severity: Severity;
  readonly message: string;
  readonly remedy: string;
  /** Undefined where it concerns the template as a whole. */
  readonly resource: { readonly logicalId: string; readonly type: string } | undefined;
  /** The conditions under which it holds, such as `IsProd and not HasKey`; empty where always. */
  readonly condition: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** The source line on which it begins, or a stretch of it, and the column of its first character. */
  readonly excerpt: { readonly text: string; readonly column: number };
}

/** Places what a check found. What goes over several lines is pointed at on its first. */
export function findingOf(
  { at, message, resource }: Found,
  facts: StandardFacts,
  severity: Severity,
  source: Source,
): Finding {
  const start = source.positionOf(at.place.start);
  const end = source.positionOf(at.place.end);
  const excerpt = source.excerptAt(at.place.start);
  const isOneLine = end.line === start.line && end.column > start.column;
  const endColumn = isOneLine ? end.column : excerpt.column + excerpt.text.length;
  return {
    standard: facts.name,
    number: facts.number,
    severity,
    message: at.parameter === undefined ? message : `${message} (the default of ${at.parameter})`,
    remedy: facts.remedy,
    resource: resource && { logicalId: resource.logicalId, type: resource.type },
    condition: at.when?.said.join(' and ') ?? '',
    file: source.file,
    ...start,
    endLine: start.line,
    endColumn: Math.max(endColumn, start.column + 1),
    excerpt,
  };
}

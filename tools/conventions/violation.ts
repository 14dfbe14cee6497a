/** A file of the repository: its path from the root with forward slashes, and its text. */
export interface RepositoryFile {
  readonly path: string;
  readonly text: string;
}

/** A place where a convention is not kept. */
export interface Violation {
  /** `path`, or `path:line`. */
  readonly where: string;
  readonly received: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** A convention of the repository, as a function of its files. */
export type Convention = (files: readonly RepositoryFile[]) => Violation[];

/** One line a violation: what a failing test shows. */
export function describeViolations(violations: readonly Violation[]): string[] {
  return violations.map(({ where, received, remedy }) => `${where}: ${received} — ${remedy}`);
}

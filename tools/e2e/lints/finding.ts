/** One thing that a linter found. */
export interface Finding {
  /** The linter's own name of the rule. */
  readonly rule: string;
  /** How grave the linter calls it. */
  readonly level: 'error' | 'warning' | 'info';
  readonly file: string;
  /** Counted from 1; 0 where the linter names none. */
  readonly line: number;
  readonly message: string;
}

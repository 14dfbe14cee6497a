/** One thing that is wrong with a file of an image. */
export interface Finding {
  /** From the unit's folder. */
  readonly file: string;
  /** From 1; 0: of the file as a whole. */
  readonly line: number;
  /** A linter's own name of the rule, or one of `docs/images.md`. */
  readonly rule: string;
  readonly received: string;
  readonly expected: string;
  readonly remedy: string;
}

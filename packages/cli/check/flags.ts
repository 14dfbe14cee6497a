/** The options of `bitclouded check`, as commander gives them. */
export interface CheckFlags {
  readonly standard?: string;
  readonly profile?: string;
  readonly json?: true;
  readonly sarif?: true;
  readonly output?: string;
  readonly passOver?: true;
  /** Engines of other projects; see `engineChoices`. */
  readonly with?: readonly string[];
  /** Files of rules in the Guard language. */
  readonly guard?: readonly string[];
}

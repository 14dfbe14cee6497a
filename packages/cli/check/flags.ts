/** The options of `bitclouded check`, as commander gives them. */
export interface CheckFlags {
  readonly standard?: string;
  readonly profile?: string;
  readonly json?: true;
  readonly sarif?: true;
}

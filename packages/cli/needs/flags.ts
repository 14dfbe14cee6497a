/** The options of `bitclouded needs`, as commander gives them. */
export interface NeedsFlags {
  readonly minimal?: true;
  readonly catalogue: string;
  readonly json?: true;
  readonly svg?: true;
}

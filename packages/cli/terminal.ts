/** What a command writes to and reads from its surroundings; the program gives it, tests give their own. */
export interface Terminal {
  /** The result. */
  out(text: string): void;
  /** Progress and errors. */
  err(text: string): void;
  /** Whether a person looks at the result; colours are used only then. */
  readonly isResultSeen: boolean;
  /** How wide the result is shown; undefined where it is not a person who reads it. */
  readonly resultColumns: number | undefined;
  /** How wide the progress is shown; 0 where nobody looks. */
  readonly progressColumns: number;
}

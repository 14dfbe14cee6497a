import type { Terminal } from './terminal.ts';

/** What the program is told from outside. */
export interface Surroundings {
  readonly terminal: Terminal;
  readonly cwd: string;
  /** ISO 8601 day. */
  readonly today: string;
  /** Absolute path of the standards' folder. */
  readonly rulesFolder: string;
  /** Aborted by Ctrl-C. */
  readonly interrupted: AbortSignal;
}

/** What every command ends with unless its help says otherwise. */
export const EXIT = { done: 0, found: 1, refused: 2, interrupted: 130 } as const;

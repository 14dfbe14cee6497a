import type { Terminal } from '../terminal.ts';

/** From so many files on, a person is told how far it is. */
const MANY_FILES = 20;
const CLEAR_LINE = '\r\u001b[K';

/** One line that tells how far a run is, where somebody looks; it makes room for what is written meanwhile. */
export class Progress {
  readonly #terminal: Terminal;
  readonly #files: number;
  readonly #isShown: boolean;

  constructor(terminal: Terminal, files: number) {
    this.#terminal = terminal;
    this.#files = files;
    this.#isShown = terminal.progressColumns > 0 && files >= MANY_FILES;
  }

  /** @param done how many files are done, this one not among them */
  show(done: number, file: string): void {
    if (!this.#isShown) return;
    const line = `${done + 1}/${this.#files} `;
    // A line that the terminal wraps is not cleared as one. The end of a path tells more than its beginning.
    const room = Math.max(0, this.#terminal.progressColumns - 1 - line.length);
    const name = printable(file);
    const shown = name.length <= room ? name : `…${name.slice(name.length - room + 1)}`;
    this.#terminal.err(`${CLEAR_LINE}${line}${room > 1 ? shown : ''}`);
  }

  clear(): void {
    if (this.#isShown) this.#terminal.err(CLEAR_LINE);
  }
}

/** A file's name must not steer the terminal. */
function printable(text: string): string {
  return text.replace(/\p{C}/gu, '\uFFFD');
}

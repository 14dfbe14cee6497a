import type { PlacedFault, StandardsErrorCode } from '../standards-error.ts';
import type { Place } from './node.ts';

/** The most characters of a line that an excerpt has. */
const EXCERPT_LIMIT = 200;

/** A file's text, and where its lines begin. */
export class Source {
  readonly file: string;
  readonly text: string;
  #lineStarts: number[] | undefined;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
  }

  /** Line and column of an offset, both from 1. A column counts UTF-16 code units. */
  positionOf(offset: number): { line: number; column: number } {
    const starts = this.#starts();
    const within = Math.max(0, Math.min(offset, this.text.length));
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= within) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: within - starts[low]! + 1 };
  }

  /** The offset of a line and column, both from 1; of what lies outside the text, the nearest inside. */
  offsetOf(line: number, column: number): number {
    const starts = this.#starts();
    const start = starts[line - 1];
    if (start === undefined) return this.text.length;
    return Math.min(start + column - 1, (starts[line] ?? this.text.length + 1) - 1);
  }

  /**
   * The line around an offset, without its line break. Of a long line, which minified JSON is, a stretch;
   * `column` is that of its first character.
   */
  excerptAt(offset: number): { text: string; column: number } {
    const { line, column } = this.positionOf(offset);
    const starts = this.#starts();
    const start = starts[line - 1]!;
    const from = column <= EXCERPT_LIMIT ? start : offset - EXCERPT_LIMIT / 2;
    const to = Math.min(from + EXCERPT_LIMIT, starts[line] ?? this.text.length);
    return { text: this.text.slice(from, to).replace(/[\r\n]+$/, ''), column: from - start + 1 };
  }

  /** A fault at a place of this file. */
  fault(
    code: StandardsErrorCode,
    at: number | Place,
    said: { readonly received: string; readonly expected: string; readonly remedy: string },
  ): PlacedFault {
    const { line, column } = this.positionOf(typeof at === 'number' ? at : at.start);
    return { code, where: `${this.file}:${line}:${column}`, file: this.file, line, column, ...said };
  }

  #starts(): number[] {
    if (this.#lineStarts) return this.#lineStarts;
    const starts = [0];
    for (let at = this.text.indexOf('\n'); at !== -1; at = this.text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.#lineStarts = starts;
    return starts;
  }
}

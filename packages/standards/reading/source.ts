import type { PlacedFault, StandardsErrorCode } from '../standards-error.ts';
import type { Place } from './node.ts';

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

  /** The text of a line, counted from 1, without its line break. */
  line(line: number): string {
    const starts = this.#starts();
    return this.text.slice(starts[line - 1], starts[line] ?? this.text.length).replace(/[\r\n]+$/, '');
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

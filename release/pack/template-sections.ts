/** Where a section of a template stands in its text, in characters. */
export interface Span {
  readonly start: number;
  /** After the newline of the section's last line; blank lines behind it belong to nobody. */
  readonly end: number;
}

/**
 * Finds the sections of a template that is written as people and tools write them: a name at the beginning of a
 * line, everything that belongs to it indented.
 * @returns undefined for every other way of writing, such as JSON
 */
export function sectionsOf(text: string): ReadonlyMap<string, Span> | undefined {
  // Windows' line ends, a last line without an end, and block scalars that keep the blank lines behind them are
  // left to a whole parser.
  if (text.includes('\r') || !text.endsWith('\n') || /[|>]\d*\+/.test(text)) return undefined;
  const sections = new Map<string, Span>();
  let open: { name: string; start: number } | undefined;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline + 1;
    const line = text.slice(start, end);
    const name = /^([A-Za-z][A-Za-z0-9]*):(?=\s|$)/.exec(line)?.[1];
    if (name !== undefined) {
      if (sections.has(name)) return undefined;
      open = { name, start };
    } else if (!/^(?:\s|#)/.test(line) && !(start === 0 && line.trim() === '---')) return undefined;
    const belongs = name !== undefined || (/^\s/.test(line) && line.trim() !== '');
    if (open && belongs) sections.set(open.name, { start: open.start, end });
    start = end;
  }
  return sections;
}

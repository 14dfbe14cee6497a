/**
 * Puts a section that is made from code into a page: where it stands already, else at the end. Without a body the
 * section goes.
 * @param heading such as `## Exceptions`
 */
export function withSection(page: string, heading: string, body: string | undefined): string {
  const sections = page.trimEnd().split(/\n(?=## )/);
  const isIt = (section: string): boolean => section.split('\n', 1)[0]!.trimEnd() === heading;
  const at = sections.findIndex(isIt);
  const others = sections.filter((section) => !isIt(section));
  if (body !== undefined) others.splice(at === -1 ? others.length : at, 0, `${heading}\n\n${body}`);
  return `${others.map((each) => each.trimEnd()).join('\n\n')}\n`;
}

/** A table as the formatter of this repository leaves it: columns of one width. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]!.length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

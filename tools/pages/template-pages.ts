import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Exception } from '@bitclouded/documents';
import { synthesise, type Template } from '@bitclouded/kit';

const HEADING = '## Exceptions';

/** The page of every template as it must be, by its path from the repository: its README with its exceptions in it. */
export async function templatePages(repository: string): Promise<ReadonlyMap<string, string>> {
  const pages = new Map<string, string>();
  const definitions: string[] = [];
  for await (const path of glob('packages/templates/*/*/template.ts', { cwd: repository })) definitions.push(path);
  for (const definition of definitions.sort()) {
    const page = join(dirname(definition), 'README.md');
    const { default: template } = (await import(join(repository, definition))) as { default: Template };
    const { exceptions } = synthesise(template).interface;
    pages.set(page, withExceptions(readFileSync(join(repository, page), 'utf8'), exceptions));
  }
  return pages;
}

/** Puts what a template is excused from into its page, at the end or where it stands already; without any, nothing. */
export function withExceptions(page: string, exceptions: readonly Exception[]): string {
  const sections = page.trimEnd().split(/\n(?=## )/);
  const others = sections.filter((section) => !section.startsWith(HEADING));
  const at = sections.findIndex((section) => section.startsWith(HEADING));
  if (exceptions.length > 0) others.splice(at === -1 ? others.length : at, 0, section(exceptions));
  return `${others.map((each) => each.trimEnd()).join('\n\n')}\n`;
}

function section(exceptions: readonly Exception[]): string {
  const rows = exceptions.map(({ logicalId, standard, reason, review }) => [
    `\`${logicalId}\``,
    `[${standard}](../../../../docs/standards/${standard}.md)`,
    reason.replaceAll('|', '\\|'),
    review,
  ]);
  return `${HEADING}

What it is excused from, why, and when somebody looks again:

${tableOf(['resource', 'standard', 'why', 'looked at again'], rows)}`;
}

/** A table as the formatter of this repository leaves it: columns of one width. */
function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]!.length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

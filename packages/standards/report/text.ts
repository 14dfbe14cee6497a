import type { BorrowedRun } from '../borrowed/borrow.ts';
import type { Finding } from '../finding.ts';
import type { StandardsError } from '../standards-error.ts';
import { type CheckedFile, isChecked, type Summary } from './checked-file.ts';

/** How a stretch of text may be coloured; without colours it stays as it is. */
export type Paint = (style: 'error' | 'warning' | 'note' | 'strong' | 'faint', text: string) => string;
export const plain: Paint = (_, text) => text;

/** As wide as a line is where it is not known how wide it may be. */
const DEFAULT_COLUMNS = 120;
/** The fewest characters of a source line that are shown, however narrow the terminal. */
const LEAST_EXCERPT = 20;

/**
 * The findings of one file, grouped by resource, each with its line and a caret; empty where there is nothing to say.
 * @param columns of the terminal: source lines are cut to it, so that a caret stands below what it points at
 */
export function fileText(file: CheckedFile, paint: Paint, columns = DEFAULT_COLUMNS): string {
  if (!isChecked(file)) return errorText(file.error, paint);
  const notes = [
    ...(file.leftAlone === undefined ? [] : [`left alone: ${file.leftAlone}`]),
    ...file.limited.map((name) => `${name} found more than is shown`),
    ...file.undecided.map(({ line, column, why }) => `${line}:${column} undecided: ${why}`),
  ].map((note) => `  ${paint('faint', note)}`);
  const groups = [...Map.groupBy(file.findings, ({ resource }) => resource?.logicalId)];
  const blocks = [
    ...(notes.length > 0 ? [notes.join('\n')] : []),
    ...groups.map(([, findings]) => groupText(findings, paint, columns)),
  ];
  return blocks.length === 0 ? '' : [paint('strong', file.file), ...blocks].join('\n');
}

/** What an engine of another project found, apart from our findings: a heading, then each file as above. */
export function borrowedText(
  { name, version, findings, repeated, unread }: BorrowedRun,
  paint: Paint,
  columns = DEFAULT_COLUMNS,
): string {
  const said = [
    findings.length === 0 ? 'no further finding' : count(findings.length, 'further finding'),
    ...(repeated.length > 0 ? [`${repeated.length} shown above`] : []),
    ...(unread.length > 0 ? [`${unread.length} not read`] : []),
  ].join(', ');
  const files = [...Map.groupBy(findings, ({ file }) => file)].map(([file, own]) => {
    const groups = [...Map.groupBy(own, ({ resource }) => resource?.logicalId).values()];
    return [paint('strong', printable(file)), ...groups.map((group) => groupText(group, paint, columns))].join('\n');
  });
  const notes = unread.map(({ file, why }) => `${printable(file)}: not read: ${printable(why)}`);
  return [`${paint('strong', `${name} ${version}`)}: ${said}`, ...files, ...notes].join('\n\n');
}

/** One line that closes a run. */
export function summaryText({ files, findings, excused, leftAlone, notTemplates }: Summary): string {
  return [
    `${count(files, 'file')}: ${findings === 0 ? 'no finding' : count(findings, 'finding')}`,
    ...(excused > 0 ? [`${excused} excused`] : []),
    ...(leftAlone > 0 ? [`${leftAlone} left alone`] : []),
    ...(notTemplates > 0 ? [`${notTemplates} no template`] : []),
  ].join(', ');
}

function groupText(findings: readonly Finding[], paint: Paint, columns: number): string {
  const { resource } = findings[0]!;
  const title = resource ? `${resource.logicalId} (${resource.type})` : 'Template';
  const texts = findings.map((finding, index) => {
    // One remedy for all findings of a standard that stand together.
    const isLast = findings[index + 1]?.standard !== finding.standard;
    return (
      findingText(finding, paint, columns) + (isLast ? `\n      ${paint('faint', `mend: ${finding.remedy}`)}` : '')
    );
  });
  return [`  ${paint('strong', printable(title))}`, ...texts].join('\n');
}

function findingText(finding: Finding, paint: Paint, columns: number): string {
  const { severity, standard, message, condition, line, column, endColumn, excerpt } = finding;
  const caret = column - excerpt.column;
  const gutter = `${line}:${column}`;
  // Minified JSON is one line, of which a part is shown, with some of what stands before the caret.
  const width = Math.max(LEAST_EXCERPT, columns - `      ${gutter} | `.length);
  const from = excerpt.text.length > width ? Math.max(0, caret - Math.floor(width / 3)) : 0;
  const shown = excerpt.text.slice(from, from + width);
  const before = shown.slice(0, caret - from);
  const length = Math.max(1, Math.min(endColumn - column, shown.length - before.length));
  const when = condition === '' ? '' : `, when ${condition}`;
  return [
    `    ${paint(severity, severity)} ${paint('strong', standard)}  ${printable(message + when)}`,
    `      ${paint('faint', `${gutter} |`)} ${printable(shown)}`,
    `      ${paint('faint', `${' '.repeat(gutter.length)} |`)} ${before.replace(/[^\t]/g, ' ')}${paint(severity, '^'.repeat(length))}`,
  ].join('\n');
}

function errorText(error: StandardsError, paint: Paint): string {
  return error.faults
    .map((fault) =>
      [
        `${paint('strong', printable(fault.where))}: ${paint('error', 'error')} ${fault.code}`,
        `    received ${printable(fault.received.slice(0, 300))}`,
        `    expected ${printable(fault.expected)}`,
        `    mend: ${printable(fault.remedy)}`,
      ].join('\n'),
    )
    .join('\n');
}

/** A file's words must not steer the terminal. */
function printable(text: string): string {
  return text.replace(/[^\P{C}\t]/gu, '\uFFFD');
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

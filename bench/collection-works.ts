/** A work that templates of both collections do. */
export interface Work {
  readonly name: string;
  /** Templates of widdix/aws-cf-templates: paths without `.yaml`. */
  readonly theirs: readonly string[];
  /** Templates of this catalogue: category and name. */
  readonly ours: readonly string[];
}

const HEAD = ['work', 'theirs', 'ours'];

/**
 * The works of docs/comparison.md: its table with the columns work, theirs and ours, in which templates stand between
 * backticks. The page is where they are listed, so that no program lists units.
 * @throws Error where the table is not there, or a work lacks a side
 */
export function worksIn(page: string): Work[] {
  const lines = page.split('\n').map(cellsOf);
  const head = lines.findIndex((cells) => cells?.join() === HEAD.join());
  if (head === -1) throw new Error(`the page has no table with the columns ${HEAD.join(', ')}`);
  const after = lines.slice(head + 2);
  const end = after.indexOf(undefined);
  const works = after.slice(0, end === -1 ? after.length : end).map((cells) => {
    const [name = '', theirs = '', ours = ''] = cells!;
    return { name, theirs: namesIn(theirs), ours: namesIn(ours) };
  });
  const lacking = works.filter(({ theirs, ours }) => theirs.length === 0 || ours.length === 0);
  if (works.length === 0 || lacking.length > 0)
    throw new Error(`no template stands on a side of ${lacking.map(({ name }) => name).join(', ') || 'the table'}`);
  return works;
}

/** The cells of a line; undefined where it is none of a table. */
function cellsOf(line: string): string[] | undefined {
  if (!line.startsWith('|')) return undefined;
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

function namesIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);
}

/** One line of the bench's table. */
export interface Row {
  readonly name: string;
  readonly wallMs: number;
  readonly peakMiB: number;
  /** Compared with what, in the same run. */
  readonly ratio?: { readonly to: string; readonly value: number };
  /** The figure that the project holds itself to, and whether it was met. */
  readonly goal?: { readonly text: string; readonly isMet: boolean };
}

/** Rows, and what else a bench has to show. */
export interface Report {
  readonly rows: readonly Row[];
  readonly text: string;
}

export function renderRows(rows: readonly Row[]): string {
  const lines = rows.map(({ name, wallMs, peakMiB, ratio, goal }) => [
    name,
    `${(wallMs / 1000).toFixed(2)} s`,
    Number.isNaN(peakMiB) ? '-' : `${Math.round(peakMiB)} MiB`,
    [ratio && `${ratio.value.toFixed(1)}x ${ratio.to}`, goal && `${goal.isMet ? 'met' : 'MISSED'}: ${goal.text}`]
      .filter(Boolean)
      .join('; '),
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines
    .map(([name, wall, peak, note]) =>
      `${name!.padEnd(widths[0]!)}  ${wall!.padStart(widths[1]!)}  ${peak!.padStart(widths[2]!)}  ${note}`.trimEnd(),
    )
    .join('\n');
}

/** Holds a row's wall time against a bound in seconds. */
export function within(row: Row, seconds: number): Row {
  return { ...row, goal: { text: `at most ${seconds} s`, isMet: row.wallMs <= seconds * 1000 } };
}

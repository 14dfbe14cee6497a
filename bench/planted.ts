import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PeerName, rulesLike } from '@bitclouded/standards/borrowed';
import { type PlantedFault, readFaults } from '@bitclouded/standards/testing';
import { renderTable } from './linters/compare.ts';
import { linterNames, type Run, runLinter, type Said } from './linters/linter.ts';
import { installPythonLinters } from './linters/python-linters.ts';
import type { Report } from './report.ts';
import { rowsOf, writeTemplates } from './standards.ts';

/** Where the measurement is kept; `npm run pages` makes docs/standards/sources.md of it. */
const MEASUREMENT = 'tools/pages/planted-faults.json';
/** They say of any property what changing it would do, and of any resource that it is not described. */
const ABOUT_ANYTHING = new Set(['I9001', 'I4010']);

/**
 * Which linters find the faults that are planted in templates without any: one finds a fault where it says something of
 * the planted template that it does not say of the mended one. Writes the result for the pages.
 */
export async function benchPlanted(repository: string): Promise<Report> {
  const python = await installPythonLinters(repository);
  const faults = readFaults(join(repository, 'packages/standards/testing/planted'));
  const mended = [...new Map(faults.map((fault) => [fault.file, fault.mended]))];
  const work = mkdtempSync(join(tmpdir(), 'bitclouded-bench-'));
  try {
    const folder = join(work, 'templates');
    const files = writeTemplates(folder, [
      ...mended.map(([path, text]) => ({ path, bytes: Buffer.from(text) })),
      ...faults.map(({ file, planted }) => ({ path: file, bytes: Buffer.from(planted) })),
    ]);
    const runs: Run[] = [];
    for (const name of linterNames)
      runs.push(await runLinter(name, { repository, folder, files, work, notes: true }, python));
    const mendedNames = new Map(mended.map(([path], index) => [path, files[index]!]));
    const peers = runs.filter((run): run is Run & { name: PeerName } => run.name !== 'bitclouded');
    const results = peers.map((run) => ({
      name: run.name,
      version: run.version,
      unread: run.unread,
      found: faults.flatMap((fault, index) =>
        foundOf(run, fault, mendedNames.get(fault.file)!, files[mended.length + index]!),
      ),
    }));
    const measurement = {
      faults: Object.fromEntries(
        [...Map.groupBy(faults, ({ standard }) => standard)].sort().map(([standard, own]) => [standard, own.length]),
      ),
      linters: results,
    };
    writeFileSync(join(repository, MEASUREMENT), formatted(measurement));
    const lines = results.map(({ name, found }) => {
      const count = (meant: boolean): string => String(found.filter(({ isMeant }) => isMeant === meant).length);
      return [name, count(true), count(false)];
    });
    return {
      rows: rowsOf(runs),
      text: [
        `${faults.length} faults of ${Object.keys(measurement.faults).length} standards; ours finds each (rows.test.ts)`,
        renderTable([['', 'found', 'found by-products'], ...lines]),
        `written to ${MEASUREMENT}; npm run pages makes docs/standards/sources.md of it`,
      ].join('\n'),
    };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** A fault that a linter found, by which rules. */
interface Found {
  readonly standard: string;
  readonly rules: readonly string[];
  /** Whether a rule speaks of the fault; else it only says what is so because of it, such as a condition without use. */
  readonly isMeant: boolean;
}

function foundOf({ name, said }: Run & { name: PeerName }, fault: PlantedFault, mended: string, planted: string) {
  const before = countsOf(said.filter(({ file }) => file === mended));
  const after = countsOf(said.filter(({ file }) => file === planted));
  const fresh = [...after].filter(([key, { count }]) => count > (before.get(key)?.count ?? 0));
  const rules = [...new Set(fresh.map(([, { rule }]) => rule))].filter((rule) => !ABOUT_ANYTHING.has(rule)).sort();
  if (rules.length === 0) return [];
  const like = [fault.standard, ...fault.also].flatMap((standard) => rulesLike(standard, name));
  const meant = rules.filter((rule) => like.includes(rule));
  const found: Found = {
    standard: fault.standard,
    rules: meant.length > 0 ? meant : rules,
    isMeant: meant.length > 0,
  };
  return [found];
}

function countsOf(said: readonly Said[]): Map<string, { rule: string; count: number }> {
  return new Map(
    [...Map.groupBy(said, ({ rule, logicalId }) => JSON.stringify([rule, logicalId]))].map(([key, same]) => [
      key,
      { rule: same[0]!.rule, count: same.length },
    ]),
  );
}

/** As the repository's formatter has it: a list of words stands on one line. */
function formatted(measurement: unknown): string {
  const json = JSON.stringify(measurement, null, 2);
  return `${json.replace(/\[\n\s+("[^[\]{}]*")\n\s+\]/g, (_, words: string) => `[${words.replace(/,\s+/g, ', ')}]`)}\n`;
}

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { tableOf } from '../tools/pages/with-section.ts';
import {
  type CheckReport,
  type Counts,
  countsIn,
  excusedIn,
  published,
  rulesOfEach,
  type Said,
  tally,
} from './collection-counts.ts';
import { type Work, worksIn } from './collection-works.ts';
import { type LinterName, runLinter } from './linters/linter.ts';
import { installPythonLinters, type PythonLinters } from './linters/python-linters.ts';
import { measure } from './measure.ts';
import type { Report, Row } from './report.ts';

const SIDES = [
  { whose: 'widdix', of: 'theirs' },
  { whose: 'ours', of: 'ours' },
] as const;
const LINTERS: readonly LinterName[] = ['cfn-lint', 'checkov', 'bitclouded'];
const WORK = ['work', 'whose'];
const COUNTED = ['templates', 'resources', 'parameters', 'alarms', 'kept'] as const satisfies (keyof Counts)[];
const FOUND = ['cfn-lint', 'checkov', 'bitclouded check', 'excused'];

/** The templates of a checkout of widdix/aws-cf-templates that the comparison reads and that are not there. */
export function missingIn(repository: string, folder: string): string[] {
  return namesOf(readWorks(repository), 'theirs').filter((name) => !existsSync(theirPath(folder, name)));
}

function readWorks(repository: string): Work[] {
  return worksIn(readFileSync(join(repository, 'docs/comparison.md'), 'utf8'));
}

/**
 * The catalogue beside another collection for the same work: what templates hold, and what three linters say of both,
 * as the tables in docs/comparison.md.
 * @param folder a checkout of widdix/aws-cf-templates
 * @throws Error where a linter cannot read a template, so that nothing is said of it
 */
export async function benchCollection(repository: string, folder: string): Promise<Report> {
  const works = readWorks(repository);
  const python = await installPythonLinters(repository);
  const rows: Row[] = [];
  const lines: string[][] = [];
  const details: string[][] = [];
  for (const { whose, of } of SIDES) {
    const texts = new Map(
      namesOf(works, of).map((name) => [
        name,
        of === 'theirs'
          ? readFileSync(theirPath(folder, name), 'utf8')
          : published(readFileSync(join(repository, 'dist/templates', name, 'template.yaml'), 'utf8')),
      ]),
    );
    const { rows: measured, rules } = await lint(repository, whose, [...texts.values()], python);
    rows.push(...measured);
    const names = [...texts.keys()];
    for (const { name, [of]: members } of works) {
      const counts = countsIn(members.map((member) => texts.get(member)!));
      const found = rules.map((ofEach) => members.flatMap((member) => ofEach[names.indexOf(member)]!));
      lines.push([
        name,
        whose,
        ...[...COUNTED.map((key) => counts[key]), ...found.map(({ length }) => length)].map(String),
      ]);
      details.push([name, whose, ...found.map(tally)]);
    }
  }
  // A work's two lines stand together.
  const paired = (each: string[][]) => works.flatMap((_, index) => [each[index]!, each[works.length + index]!]);
  const commit = await measure('git', ['log', '-1', '--format=%h of %cs'], { cwd: folder });
  const versions = ['cfn-lint', 'checkov'].map((name) => `${name} ${python.versions[name]}`).join(', ');
  return {
    rows,
    text: [
      tableOf([...WORK, ...COUNTED, ...FOUND], paired(lines)),
      '',
      tableOf([...WORK, ...FOUND], paired(details)),
      '',
      `widdix/aws-cf-templates ${commit.exitCode === 0 ? commit.output.trim() : 'of an unknown commit'}; ${versions}, and bitclouded check of this repository with the profile public; ${new Date().toISOString().slice(0, 10)}.`,
    ].join('\n'),
  };
}

/** @returns of each linter, and last of what our own templates excuse, the rules of the findings in each text */
async function lint(
  repository: string,
  whose: string,
  texts: readonly string[],
  python: PythonLinters,
): Promise<{ rows: Row[]; rules: string[][][] }> {
  const work = mkdtempSync(join(tmpdir(), 'bitclouded-bench-'));
  try {
    const folder = join(work, 'templates');
    mkdirSync(folder);
    const files = texts.map((_, index) => `${String(index).padStart(3, '0')}.yaml`);
    for (const [index, file] of files.entries()) writeFileSync(join(folder, file), texts[index]!);
    const rows: Row[] = [];
    const said: (readonly Said[])[] = [];
    for (const linter of LINTERS) {
      const run = await runLinter(linter, { repository, folder, files, work, notes: false }, python);
      if (run.unread > 0) throw new Error(`${linter} cannot read ${run.unread} templates of ${whose}`);
      rows.push({ name: `${whose}: ${linter}`, ...run.measured });
      said.push(run.said);
    }
    // What runLinter leaves of our own check.
    const report = JSON.parse(readFileSync(join(work, 'bitclouded/check.json'), 'utf8')) as CheckReport;
    said.push(excusedIn(report).map(({ file, rule }) => ({ file: basename(file), rule })));
    return { rows, rules: said.map((each) => rulesOfEach(each, files)) };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Each once: two works may share a template. */
function namesOf(works: readonly Work[], side: 'theirs' | 'ours'): string[] {
  return [...new Set(works.flatMap((work) => work[side]))];
}

function theirPath(folder: string, name: string): string {
  return join(folder, `${name}.yaml`);
}

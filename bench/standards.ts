import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFaults } from '@bitclouded/standards/testing';
import { type ChosenTemplate, chooseTemplates } from './linters/choose-templates.ts';
import { compareLinters, renderComparison } from './linters/compare.ts';
import { linterNames, type Run, runLinter } from './linters/linter.ts';
import { installPythonLinters } from './linters/python-linters.ts';
import type { Report, Row } from './report.ts';

const TEMPLATES = 50;
/** Another seed chooses others of the same folder. */
const SEED = 'bitclouded';

/**
 * Our check beside other linters on the same templates, each in a process of its own: what each finds alone and with
 * others, time and memory.
 * @param folder templates that somebody fetched, a folder a collection; without it the catalogue's own and planted ones
 */
export async function benchStandards(repository: string, folder: string | undefined): Promise<Report> {
  const python = await installPythonLinters(repository);
  const templates = folder === undefined ? ownTemplates(repository) : chooseTemplates(folder, TEMPLATES, SEED);
  const work = mkdtempSync(join(tmpdir(), 'bitclouded-bench-'));
  try {
    const files = writeTemplates(join(work, 'templates'), templates);
    const runs: Run[] = [];
    for (const name of linterNames) {
      const job = { repository, folder: join(work, 'templates'), files, work, notes: false };
      runs.push(await runLinter(name, job, python));
    }
    const source = folder === undefined ? 'of this catalogue and with planted faults' : `of ${folder}, seed ${SEED}`;
    return {
      rows: rowsOf(runs),
      text: [
        `${templates.length} templates ${source}:`,
        ...templates.map(({ path }, index) => `  ${files[index]} ${path}`),
        '',
        renderComparison(compareLinters(runs)),
        '',
        'matters: a resource and a subject, once. Rules have one subject where they speak of the same standard, or are the',
        "same rule of cfn-lint and AWS's validator; any other is a subject of its own. alone: no other linter found it.",
      ].join('\n'),
    };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Time and memory of each linter, and how they compare with ours. */
export function rowsOf(runs: readonly Run[]): Row[] {
  const ours = runs.find(({ name }) => name === 'bitclouded')!;
  return runs.map((run) => ({
    name: `${run.name} ${run.version}${run.unread > 0 ? `, ${run.unread} not read` : ''}`,
    wallMs: run.measured.wallMs,
    peakMiB: run.measured.peakMiB,
    ...(run !== ours && {
      ratio: {
        to: `our time, ${(run.measured.peakMiB / ours.measured.peakMiB).toFixed(1)}x our memory`,
        value: run.measured.wallMs / ours.measured.wallMs,
      },
    }),
  }));
}

/** Writes templates under plain names, which every linter takes. */
export function writeTemplates(folder: string, templates: readonly ChosenTemplate[]): string[] {
  mkdirSync(folder, { recursive: true });
  return templates.map(({ bytes }, index) => {
    const isJson = /^\s*\{/.test(new TextDecoder().decode(bytes.subarray(0, 1000)));
    const name = `${String(index).padStart(3, '0')}.${isJson ? 'json' : 'yaml'}`;
    writeFileSync(join(folder, name), bytes);
    return name;
  });
}

/** The built catalogue, and of the planted faults as many as are missing to the number. */
function ownTemplates(repository: string): ChosenTemplate[] {
  const built = join(repository, 'dist/templates');
  const own = readdirSync(built, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('template.yaml'))
    .sort()
    .map((path) => ({ path: `dist/templates/${path}`, bytes: readFileSync(join(built, path)) }));
  const planted = readFaults(join(repository, 'packages/standards/testing/planted')).map(
    ({ standard, file, line, planted: text }) => ({
      path: `${file}:${line} with a fault of ${standard}`,
      bytes: Buffer.from(text),
    }),
  );
  const few = Math.max(0, TEMPLATES - own.length);
  const step = Math.max(1, Math.floor(planted.length / Math.max(1, few)));
  return [...own, ...planted.filter((_, index) => index % step === 0).slice(0, few)];
}

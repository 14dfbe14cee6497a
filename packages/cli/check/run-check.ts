import {
  borrowedText,
  type CheckedFile,
  catalogueStandard,
  checkDocument,
  exceptionStandard,
  fileText,
  isChecked,
  sarifLog,
  summarise,
  summaryText,
} from '@bitclouded/standards';
import type { BorrowedRun } from '@bitclouded/standards/borrowed';
import { EXIT, type Surroundings } from '../surroundings.ts';
import { CatalogueFiles, withFindings } from './catalogue.ts';
import { checkFile } from './check-file.ts';
import { findTemplates } from './find-templates.ts';
import type { CheckFlags } from './flags.ts';
import { paintFor } from './paint.ts';
import { type Choice, chooseStandards } from './profile.ts';
import { Progress } from './progress.ts';
import { writeDocument } from './write-document.ts';

/**
 * Checks files and folders and writes what was found: text file by file, a document at the end.
 * @returns the exit code
 * @throws CliError, StandardsError where the command cannot be carried out
 */
export async function runCheck(
  paths: readonly string[],
  flags: CheckFlags,
  surroundings: Surroundings,
): Promise<number> {
  const { terminal, cwd, today, interrupted } = surroundings;
  const choice = await chooseStandards(flags.profile, surroundings);
  const found = await findTemplates(paths, cwd);
  const withEngines = flags.with || flags.guard ? await import('./run-engines.ts') : undefined;
  const engines = (await withEngines?.startEngines(flags, surroundings)) ?? [];
  const hasDocument = flags.json || flags.sarif;
  const showsText = !hasDocument || flags.output !== undefined;
  const progress = new Progress(terminal, found.length);
  const paint = paintFor(terminal);
  const say = (file: CheckedFile): void => {
    const text = showsText ? fileText(file, paint, terminal.resultColumns) : '';
    if (text === '') return;
    progress.clear();
    terminal.out(`${text}\n\n`);
  };

  const alone: CheckedFile[] = [];
  const catalogue = new CatalogueFiles();
  for (const [index, file] of found.entries()) {
    if (interrupted.aborted) {
      progress.clear();
      terminal.err(`interrupted after ${index} of ${found.length} files\n`);
      return EXIT.interrupted;
    }
    progress.show(index, file.shown);
    const lookedAt = await checkFile(file, { ...choice, today }, flags.passOver);
    if (!lookedAt) continue;
    alone.push(lookedAt.checked);
    catalogue.add(file, lookedAt);
    say(lookedAt.checked);
  }
  progress.clear();

  const among = choice.catalogue ? catalogue.findings(choice.catalogue) : new Map();
  for (const [file, findings] of among)
    say({ file, findings, leftAlone: undefined, undecided: [], limited: [], excused: [] });
  const checked = withFindings(alone, among);
  const borrowed = (await withEngines?.runEngines(engines, checked.filter(isChecked), cwd)) ?? [];
  if (showsText) for (const run of borrowed) terminal.out(`${borrowedText(run, paint, terminal.resultColumns)}\n\n`);

  const summary = summarise(checked);
  if (hasDocument) await writeDocument(documentOf(checked, borrowed, choice, flags), flags.output, surroundings);
  if (showsText) terminal.out(`${summaryText(summary)} (profile ${choice.profile})\n`);
  if (summary.notTemplates > 0) return EXIT.refused;
  return summary.findings > 0 || borrowed.some(({ findings }) => findings.length > 0) ? EXIT.found : EXIT.done;
}

function documentOf(
  checked: readonly CheckedFile[],
  borrowed: readonly BorrowedRun[],
  { profile, standards, catalogue }: Choice,
  { json }: CheckFlags,
) {
  if (json) return checkDocument(checked, profile, borrowed);
  const facts = [
    ...standards.map(({ standard, severity }) => ({ ...standard, severity })),
    exceptionStandard,
    ...(catalogue ? [{ ...catalogueStandard, severity: catalogue }] : []),
  ];
  return sarifLog(checked, facts, borrowed);
}

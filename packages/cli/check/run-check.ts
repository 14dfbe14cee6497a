import {
  type CheckedFile,
  checkDocument,
  exceptionStandard,
  fileText,
  sarifLog,
  summarise,
  summaryText,
} from '@bitclouded/standards';
import { EXIT, type Surroundings } from '../surroundings.ts';
import { checkFile } from './check-file.ts';
import { findTemplates } from './find-templates.ts';
import type { CheckFlags } from './flags.ts';
import { paintFor } from './paint.ts';
import { chooseStandards } from './profile.ts';

/** From so many files on, a person is told how far it is. */
const MANY_FILES = 20;
const CLEAR_LINE = '\r\u001b[K';

/**
 * Checks files and folders and writes what was found.
 * @returns the exit code
 * @throws CliError, StandardsError where the command cannot be carried out
 */
export async function runCheck(
  paths: readonly string[],
  flags: CheckFlags,
  surroundings: Surroundings,
): Promise<number> {
  const { terminal, cwd, today } = surroundings;
  const { profile, standards, known } = await chooseStandards(flags.profile, surroundings);
  const found = await findTemplates(paths, cwd);
  const checked: CheckedFile[] = [];
  const paint = paintFor(terminal);
  const showsText = !flags.json && !flags.sarif;
  const showsProgress = terminal.isProgressSeen && found.length >= MANY_FILES;
  for (const [index, file] of found.entries()) {
    if (showsProgress) terminal.err(`${CLEAR_LINE}${index + 1}/${found.length} ${file.shown}`);
    const result = await checkFile(file, { standards, known, today });
    if (!result) continue;
    checked.push(result);
    const text = showsText ? fileText(result, paint) : '';
    if (text === '') continue;
    if (showsProgress) terminal.err(CLEAR_LINE);
    terminal.out(`${text}\n\n`);
  }
  if (showsProgress) terminal.err(CLEAR_LINE);

  const summary = summarise(checked);
  if (flags.json) terminal.out(`${JSON.stringify(checkDocument(checked, profile), null, 2)}\n`);
  else if (flags.sarif) {
    const facts = [...standards.map(({ standard, severity }) => ({ ...standard, severity })), exceptionStandard];
    terminal.out(`${JSON.stringify(sarifLog(checked, facts), null, 2)}\n`);
  } else terminal.out(`${summaryText(summary)} (profile ${profile})\n`);
  if (summary.notTemplates > 0) return EXIT.refused;
  return summary.findings > 0 ? EXIT.found : EXIT.done;
}

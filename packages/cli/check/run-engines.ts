import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Checked } from '@bitclouded/standards';
import {
  type BorrowedRun,
  borrow,
  cdkNag,
  cfnLint,
  cloudformationValidate,
  type Engine,
} from '@bitclouded/standards/borrowed';
import type { Surroundings } from '../surroundings.ts';
import { type EngineChoice, engineChoices } from './engine-choice.ts';
import { readable } from './find-templates.ts';
import type { CheckFlags } from './flags.ts';

/**
 * Starts the engines of other projects that were asked for. Rules in the Guard language ask for the one that knows it.
 * Packages are looked for beside this program first, then from the working folder.
 * @throws StandardsError engine-missing, guard-invalid; CliError engine-unknown, path-unreadable
 */
export async function startEngines(flags: CheckFlags, { cwd, rulesFolder }: Surroundings): Promise<Engine[]> {
  const { with: named = [], guard = [] } = flags;
  const asked = engineChoices(named);
  const folders = [rulesFolder, cwd];
  const rules = await Promise.all(
    guard.map(async (name) => ({ name, content: await readable(readFile(resolve(cwd, name), 'utf8'), name) })),
  );
  const choices: readonly EngineChoice[] =
    rules.length === 0 || asked.some(({ name }) => name === 'cloudformation-validate')
      ? asked
      : [{ name: 'cloudformation-validate', program: undefined }, ...asked];
  return Promise.all(
    choices.map(({ name, program }) => {
      if (name === 'cfn-lint') return cfnLint(program ?? name, cwd, { notes: false });
      return name === 'cdk-nag' ? cdkNag(folders) : cloudformationValidate(folders, { notes: false, guard: rules });
    }),
  );
}

/**
 * Runs engines on the templates that the standards could read.
 * @throws StandardsError engine-failed; CliError path-unreadable
 */
export async function runEngines(
  engines: readonly Engine[],
  checked: readonly Checked[],
  cwd: string,
): Promise<BorrowedRun[]> {
  if (engines.length === 0) return [];
  const templates = await Promise.all(
    checked.map(async ({ file }) => ({ file, bytes: await readable(readFile(resolve(cwd, file)), file) })),
  );
  return borrow(engines, templates, checked);
}

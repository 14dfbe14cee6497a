import { closureOf, drawClosure, type Need } from '@bitclouded/provisioner/closure';
import { paintFor } from '../check/paint.ts';
import { EXIT, type Surroundings } from '../surroundings.ts';
import { describeNeeds } from './describe-needs.ts';
import type { NeedsFlags } from './flags.ts';
import { readCatalogue } from './read-catalogue.ts';

/**
 * Shows what a template needs.
 * @returns the exit code
 * @throws CliError, DocumentError, ProvisionError where the command cannot be carried out
 */
export async function runNeeds(
  template: string,
  { minimal, catalogue, json, svg }: NeedsFlags,
  { terminal, cwd }: Surroundings,
): Promise<number> {
  const needs = closureOf(template, await readCatalogue(catalogue, cwd), { minimal: minimal === true });
  const title = `What ${template} needs${minimal ? ' at least' : ''}`;
  if (json) terminal.out(`${JSON.stringify(needsDocument(template, minimal === true, needs), null, 2)}\n`);
  else if (svg) terminal.out(drawClosure(needs, title));
  else terminal.out(describeNeeds(needs, paintFor(terminal)));
  return EXIT.done;
}

function needsDocument(template: string, minimal: boolean, stacks: readonly Need[]): object {
  return { schema: 'bitclouded.needs/1', template, minimal, waves: stacks.at(-1)!.wave, stacks };
}

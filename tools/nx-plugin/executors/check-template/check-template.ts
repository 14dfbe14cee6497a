import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FaultError } from '@bitclouded/documents';
import { outputFolder } from '../../output/unit-output.ts';
import { PluginError } from '../../plugin-error.ts';
import { executorOf, type Outcome, outcomeOf, type Work } from '../unit-executor.ts';
import { everyStandard, standardFaults } from './standard-faults.ts';
import { tokenFaults } from './token-faults.ts';

/**
 * Holds the sources of templates against the kit's rules on values that only a stack has, and the built templates
 * against the standards. CloudFormation's own rules are another target's, `validate`, whose engine takes long to start.
 */
const work: Work = async function* (root, jobs) {
  const ofSources = tokenFaults(root, jobs);
  const standards = await everyStandard(root, new Date().toISOString().slice(0, 10));
  for (const job of jobs) {
    const path = join(outputFolder(job), 'template.yaml');
    const built = await outcomeOf(async () => {
      const broken = standardFaults(path, readFileSync(join(root, path)), standards);
      if (broken.length > 0) throw new PluginError(broken);
      return undefined;
    });
    yield [job, withErrors(built, ofSources.get(job))];
  }
};

export const { single, batch } = executorOf(work);

function withErrors(outcome: Outcome, more: FaultError | undefined): Outcome {
  if (!more) return outcome;
  return { errors: [more, ...('errors' in outcome ? outcome.errors : [])] };
}

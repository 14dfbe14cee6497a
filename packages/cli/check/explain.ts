import {
  catalogueStandard,
  exceptionStandard,
  explainText,
  loadStandards,
  type StandardFacts,
  StandardsError,
  standardNames,
} from '@bitclouded/standards';
import { EXIT, type Surroundings } from '../surroundings.ts';
import { paintFor } from './paint.ts';

/** Standards that are no rule of one template: of exceptions, and of templates together. */
const BESIDE: readonly StandardFacts[] = [catalogueStandard, exceptionStandard];

/**
 * Tells what one standard is about.
 * @throws StandardsError standard-unknown
 */
export async function explain(name: string, { terminal, rulesFolder }: Surroundings): Promise<number> {
  const names = standardNames(rulesFolder);
  const beside = BESIDE.find((standard) => standard.name === name);
  if (!beside && !names.includes(name))
    throw new StandardsError({
      code: 'standard-unknown',
      where: '--standard',
      received: name,
      expected: `one of ${[...names, ...BESIDE.map((standard) => standard.name)].join(', ')}`,
      remedy: 'correct the name',
    });
  const [standard = beside] = beside ? [] : await loadStandards([name]);
  terminal.out(`${explainText(standard!, paintFor(terminal))}\n`);
  return EXIT.done;
}

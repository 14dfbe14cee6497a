import { exceptionStandard, explainText, loadStandards, StandardsError, standardNames } from '@bitclouded/standards';
import { EXIT, type Surroundings } from '../surroundings.ts';
import { paintFor } from './paint.ts';

/**
 * Tells what one standard is about.
 * @throws StandardsError standard-unknown
 */
export async function explain(name: string, { terminal, rulesFolder }: Surroundings): Promise<number> {
  const names = standardNames(rulesFolder);
  if (name !== exceptionStandard.name && !names.includes(name))
    throw new StandardsError({
      code: 'standard-unknown',
      where: '--standard',
      received: name,
      expected: `one of ${[...names, exceptionStandard.name].join(', ')}`,
      remedy: 'correct the name',
    });
  const [standard] = name === exceptionStandard.name ? [exceptionStandard] : await loadStandards([name]);
  terminal.out(`${explainText(standard!, paintFor(terminal))}\n`);
  return EXIT.done;
}

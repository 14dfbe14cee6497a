import type { StandardFacts } from '../finding.ts';
import { exampleLines } from './example-lines.ts';
import type { Paint } from './text.ts';

/** One standard for people: what, why, how to mend it, and an example of each kind. */
export function explainText(facts: StandardFacts, paint: Paint): string {
  const { name, number, title, why, remedy, source, peers, audience, severity, examples } = facts;
  return [
    `${paint('strong', name)} (standard ${number}, ${severity}, for ${audience === 'house' ? 'this catalogue' : 'everyone'})`,
    '',
    title,
    '',
    `Why     ${why}`,
    `Mend    ${remedy}`,
    `Source  ${source}`,
    `Peers   ${peers}`,
    ...example('Kept', examples.good[0]),
    ...example('Not kept', examples.bad[0]),
  ].join('\n');
}

function example(label: string, yaml: string | undefined): string[] {
  return yaml === undefined ? [] : ['', `${label}:`, ...exampleLines(yaml).map((line) => `  ${line}`)];
}

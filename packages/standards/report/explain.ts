import type { StandardFacts } from '../finding.ts';
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
  return yaml === undefined ? [] : ['', `${label}:`, indented(yaml)];
}

/** The example without the indentation that it has in its file. */
function indented(yaml: string): string {
  const lines = yaml.split('\n').filter((line) => line.trim() !== '');
  const margin = Math.min(...lines.map((line) => line.search(/\S/)));
  return lines.map((line) => `  ${line.slice(margin)}`).join('\n');
}

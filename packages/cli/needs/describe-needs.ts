import type { Need } from '@bitclouded/provisioner/closure';
import type { Paint } from '@bitclouded/standards';

/** A closure for people: wave by wave, what each stack takes from where, and what it asks for. */
export function describeNeeds(needs: readonly Need[], paint: Paint): string {
  const lines: string[] = [];
  for (const wave of new Set(needs.map((need) => need.wave))) {
    lines.push(paint('strong', `Wave ${wave}`));
    for (const need of needs.filter((each) => each.wave === wave)) lines.push(...stackLines(need, paint));
    lines.push('');
  }
  const waves = needs.at(-1)!.wave;
  lines.push(
    `${needs.length} ${needs.length === 1 ? 'stack' : 'stacks'} in ${waves} ${waves === 1 ? 'wave' : 'waves'}`,
  );
  return `${lines.join('\n')}\n`;
}

function* stackLines({ template, inputs, asks, set }: Need, paint: Paint): Generator<string> {
  yield `  ${template}`;
  for (const from of new Set(inputs.map((input) => input.from))) {
    const taken = inputs.filter((input) => input.from === from);
    const grade = taken.some((input) => input.grade === 'required') ? '' : ' (works without)';
    yield paint('faint', `    takes ${taken.map(({ output }) => output).join(', ')} of ${from}${grade}`);
  }
  for (const [parameter, value] of Object.entries(set)) yield `    with ${parameter} = ${value}`;
  for (const { parameter, description } of asks) yield `    asks  ${parameter}: ${description}`;
}

import type { Template } from '../model/template.ts';
import { entryOf, type Node } from '../reading/node.ts';

/**
 * Whether a parameter has a say in what is written: by a reference, as the key of a mapping, or through the
 * conditions of an `Fn::If`.
 */
export function isDecidedBy(parameter: string, node: Node | undefined, template: Template): boolean {
  const conditions = template.section('Conditions');
  const seen = new Set<string>();
  const named = `\${${parameter}}`;
  // A list goes on to what is added while it is walked. Conditions may stand in a chain longer than the stack is deep.
  const waiting: Node[] = node ? [node] : [];
  const ask = (condition: Node | undefined): void => {
    if (condition?.kind !== 'scalar' || seen.has(condition.text)) return;
    seen.add(condition.text);
    const definition = entryOf(conditions, condition.text)?.value;
    if (definition) waiting.push(definition);
  };
  for (const below of waiting) {
    if (below.kind === 'scalar') {
      if (below.text.includes(named)) return true;
    } else if (below.kind === 'list') waiting.push(...below.items);
    else
      for (const [key, { value }] of below.entries) {
        if (key === 'Ref') {
          if (value.kind === 'scalar' && value.text === parameter) return true;
          continue;
        }
        if (key === 'Fn::If' && value.kind === 'list') ask(value.items[0]);
        if (key === 'Condition') ask(value);
        waiting.push(value);
      }
  }
  return false;
}

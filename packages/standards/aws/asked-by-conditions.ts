import type { Template } from '../model/template.ts';
import { entryOf, scalarsOf } from '../reading/node.ts';

/** What conditions ask about: each text in their definitions, and in those of the conditions that they name. */
export function askedByConditions(names: readonly string[], template: Template): ReadonlySet<string> {
  const conditions = template.section('Conditions');
  const asked = new Set<string>();
  const named = new Set(names);
  // A set goes on to what is added while it is walked.
  for (const name of named) {
    const definition = entryOf(conditions, name)?.value;
    for (const { text } of definition ? scalarsOf(definition) : []) {
      asked.add(text);
      named.add(text);
    }
  }
  return asked;
}

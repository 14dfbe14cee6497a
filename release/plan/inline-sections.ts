import { isObject, type Section, type Value } from './parse-template.ts';

/**
 * A template whose resources and outputs say themselves what they took from Mappings and Conditions, so that a
 * change there shows where it takes effect, and a renamed condition is no change.
 * @param keep mappings whose look-ups stay as they are
 */
export function inlineSections(template: Section, keep: readonly string[] = []): Section {
  const mappings = sectionOf(template, 'Mappings');
  const conditions = sectionOf(template, 'Conditions');
  const inlined = new Map<string, Value>();

  const conditionOf = (name: string): Value => {
    const expression = conditions[name];
    if (expression === undefined) return name;
    if (!inlined.has(name)) {
      // A circle, which CloudFormation refuses, ends at the name.
      inlined.set(name, name);
      inlined.set(name, resolve(expression));
    }
    return inlined.get(name)!;
  };
  const resolve = (value: Value): Value => {
    if (Array.isArray(value)) return value.map(resolve);
    if (!isObject(value)) return value;
    const [[key, argument] = ['', ''], ...more] = Object.entries(value);
    if (more.length === 0) {
      if (key === 'Condition' && typeof argument === 'string') return conditionOf(argument);
      if (key === 'Fn::If' && Array.isArray(argument) && typeof argument[0] === 'string')
        return { 'Fn::If': [conditionOf(argument[0]), ...argument.slice(1).map(resolve)] };
      if (key === 'Fn::FindInMap' && Array.isArray(argument)) {
        const [mapping, ...path] = argument as readonly Value[];
        if (typeof mapping === 'string' && !keep.includes(mapping)) return lookUp(mappings[mapping], path.map(resolve));
      }
    }
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, resolve(inner)]));
  };
  // Only here a bare `Condition: name` is an attribute.
  const attribute = ([name, value]: [string, Value]): [string, Value] =>
    name === 'Condition' && typeof value === 'string' ? [name, conditionOf(value)] : [name, resolve(value)];
  const entriesOf = (section: Section): Section =>
    Object.fromEntries(
      Object.entries(section).map(([name, entry]) => [
        name,
        isObject(entry) ? Object.fromEntries(Object.entries(entry).map(attribute)) : entry,
      ]),
    );
  return {
    Resources: entriesOf(sectionOf(template, 'Resources')),
    Outputs: entriesOf(sectionOf(template, 'Outputs')),
  };
}

/** A section of a template; empty where it is absent. */
export function sectionOf(template: Section, name: string): Section {
  const section = template[name];
  return isObject(section) ? section : {};
}

/** The value where both keys are known; else all values that the look-up could give. */
function lookUp(mapping: Value | undefined, path: readonly Value[]): Value {
  const [first, second, ...rest] = path;
  if (!isObject(mapping) || typeof second !== 'string') return { 'Fn::FindInMap': [mapping ?? '', ...path] };
  const column = Object.fromEntries(
    Object.entries(mapping).flatMap(([name, row]) =>
      isObject(row) && second in row ? [[name, row[second] as Value]] : [],
    ),
  );
  const found = typeof first === 'string' ? column[first] : undefined;
  return found ?? { 'Fn::FindInMap': [column, first ?? '', second, ...rest] };
}

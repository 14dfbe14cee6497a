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

  const decides = (below: Node): boolean => {
    if (below.kind === 'scalar') return below.text.includes(named);
    if (below.kind === 'list') return below.items.some(decides);
    return [...below.entries].some(([key, { value }]) => {
      if (key === 'Ref') return value.kind === 'scalar' && value.text === parameter;
      if (key === 'Fn::If' && value.kind === 'list') return decidesCondition(value.items[0]) || decides(value);
      return key === 'Condition' ? decidesCondition(value) || decides(value) : decides(value);
    });
  };
  const decidesCondition = (name: Node | undefined): boolean => {
    if (name?.kind !== 'scalar' || seen.has(name.text)) return false;
    seen.add(name.text);
    const definition = entryOf(conditions, name.text)?.value;
    return definition !== undefined && decides(definition);
  };
  return node !== undefined && decides(node);
}

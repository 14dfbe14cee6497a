import { type MapNode, mapNode, type Node, type Place, type ScalarNode, textNode } from './node.ts';

/**
 * The short forms that YAML has for functions. Source: CloudFormation Template Reference, "Intrinsic function
 * reference" and "Rules syntax reference".
 */
export const SHORT_TAGS: ReadonlySet<string> = new Set([
  'And',
  'Base64',
  'Cidr',
  'Condition',
  'Contains',
  'EachMemberEquals',
  'EachMemberIn',
  'Equals',
  'FindInMap',
  'GetAZs',
  'GetAtt',
  'GetStackOutput',
  'If',
  'ImportValue',
  'Join',
  'Length',
  'Not',
  'Or',
  'Ref',
  'RefAll',
  'Select',
  'Split',
  'Sub',
  'ToJsonString',
  'Transform',
  'ValueOf',
  'ValueOfAll',
]);

/** `!GetAtt a.b` as JSON writes it: a map of one key. */
export function longForm(tag: string, argument: Node, place: Place): MapNode {
  const name = tag.slice(1);
  const key = textNode(name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`, place);
  const value = name === 'GetAtt' && argument.kind === 'scalar' ? attributeOf(argument) : argument;
  return mapNode([{ key, value }], place);
}

/** `a.b.c` is attribute `b.c` of `a`. */
export function attributeOf(argument: ScalarNode): Node {
  const [, logicalId = '', attribute = ''] = /^([^.]*)\.?(.*)$/s.exec(argument.text) ?? [];
  return { kind: 'list', items: [textNode(logicalId, argument), textNode(attribute, argument)], ...placeOf(argument) };
}

/** The function that a node calls, by its long name, with its argument; undefined where it is data. */
export function intrinsicOf(node: Node): { name: string; argument: Node } | undefined {
  if (node.kind !== 'map' || node.entries.size !== 1) return undefined;
  const [entry] = node.entries.values();
  const name = entry!.key.text;
  return name === 'Ref' || name.startsWith('Fn::') ? { name, argument: entry!.value } : undefined;
}

function placeOf({ start, end }: Place): Place {
  return { start, end };
}

/** Where one function, such as `Fn::ImportValue`, is called below a node: its name, or the short form as a whole. */
export function* callsOf(name: string, node: Node): Generator<ScalarNode> {
  if (node.kind === 'scalar') return;
  if (node.kind === 'list') {
    for (const item of node.items) yield* callsOf(name, item);
    return;
  }
  for (const { key, value } of node.entries.values()) {
    if (key.text === name && node.entries.size === 1) yield key;
    yield* callsOf(name, value);
  }
}

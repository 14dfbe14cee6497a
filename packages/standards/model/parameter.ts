import { type Entry, entryOf, type MapNode, type Node, type ScalarNode } from '../reading/node.ts';

/** A parameter of the template, as far as it is written. */
export interface Parameter {
  readonly name: string;
  /** Where it is declared. */
  readonly place: ScalarNode;
  readonly type: string;
  /** What it is if nobody says otherwise; a list's is one text with commas. */
  readonly default: ScalarNode | undefined;
  readonly allowedValues: readonly string[] | undefined;
  readonly secret: boolean;
  readonly declaration: Node;
}

export type Parameters = ReadonlyMap<string, Parameter>;

export function readParameters(section: MapNode | undefined): Parameters {
  return new Map([...(section?.entries ?? [])].map(([name, entry]) => [name, readParameter(name, entry)]));
}

function readParameter(name: string, { key, value }: Entry): Parameter {
  const scalar = (attribute: string): ScalarNode | undefined => {
    const node = entryOf(value, attribute)?.value;
    return node?.kind === 'scalar' ? node : undefined;
  };
  const allowed = entryOf(value, 'AllowedValues')?.value;
  return {
    name,
    place: key,
    type: scalar('Type')?.text ?? 'String',
    default: scalar('Default'),
    allowedValues:
      allowed?.kind === 'list'
        ? allowed.items.filter((item) => item.kind === 'scalar').map((item) => (item as ScalarNode).text)
        : undefined,
    secret: /^true$/i.test(scalar('NoEcho')?.text ?? ''),
    declaration: value,
  };
}

/** A stretch of the text: offsets in UTF-16 code units, the end exclusive. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** What was written at one place of a template. Intrinsic functions stand in their long form, as maps of one key. */
export type Node = ScalarNode | ListNode | MapNode;

export interface ScalarNode extends Place {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  /** As it was written, without quotes: `5.10` is the number 5.1 and the text `5.10`. */
  readonly text: string;
}

export interface ListNode extends Place {
  readonly kind: 'list';
  readonly items: readonly Node[];
}

export interface MapNode extends Place {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, Entry>;
  /** More entries may come that nobody can know from the template alone: a macro's, or a loop's over a parameter. */
  readonly open?: true;
}

export interface Entry {
  readonly key: ScalarNode;
  readonly value: Node;
}

export function textNode(text: string, place: Place): ScalarNode {
  return { kind: 'scalar', value: text, text, start: place.start, end: place.end };
}

export function mapNode(entries: readonly Entry[], place: Place, open = false): MapNode {
  return {
    kind: 'map',
    entries: new Map(entries.map((entry) => [entry.key.text, entry])),
    start: place.start,
    end: place.end,
    ...(open && { open }),
  };
}

/** The entry of a map; undefined where the node is no map or has none. */
export function entryOf(node: Node | undefined, key: string): Entry | undefined {
  return node?.kind === 'map' ? node.entries.get(key) : undefined;
}

/** The same data without places. */
export function plainOf(node: Node): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plainOf);
  return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, plainOf(value)]));
}

/** Every scalar below a node, depth first; keys are not among them. */
export function* scalarsOf(node: Node): Generator<ScalarNode> {
  if (node.kind === 'scalar') yield node;
  else if (node.kind === 'list') for (const item of node.items) yield* scalarsOf(item);
  else for (const { value } of node.entries.values()) yield* scalarsOf(value);
}

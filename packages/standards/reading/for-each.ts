import { StandardsError } from '../standards-error.ts';
import { READ_LIMITS } from './limits.ts';
import { type Entry, type MapNode, mapNode, type Node, type ScalarNode, textNode } from './node.ts';
import type { Source } from './source.ts';

const LOOP = 'Fn::ForEach::';

/** A loop over something that only a stack's parameters know; the map that holds it is open. */
export interface Undecided {
  readonly place: ScalarNode;
  readonly why: string;
}

/**
 * Writes out each `Fn::ForEach` whose collection stands in the template. The values keep the places of the loop.
 * Source: CloudFormation Template Reference, "Fn::ForEach".
 * @throws StandardsError template-too-large where a loop makes too much
 */
export function expandLoops(root: Node, source: Source): { root: Node; undecided: Undecided[] } {
  if (!source.text.includes(LOOP)) return { root, undecided: [] };
  const expansion = new Expansion(source);
  return { root: expansion.of(root, new Map()), undecided: expansion.undecided };
}

class Expansion {
  readonly undecided: Undecided[] = [];
  readonly #source: Source;
  #values = 0;
  #characters = 0;

  constructor(source: Source) {
    this.#source = source;
  }

  /** The node with the loops' identifiers replaced by their values. */
  of(node: Node, bound: ReadonlyMap<string, string>): Node {
    this.#count(node);
    if (node.kind === 'scalar') return this.#substituted(node, bound);
    if (node.kind === 'list') return { ...node, items: node.items.map((item) => this.of(item, bound)) };
    const reference = node.entries.size === 1 ? node.entries.get('Ref')?.value : undefined;
    if (reference?.kind === 'scalar' && bound.has(reference.text)) return textNode(bound.get(reference.text)!, node);
    return this.#map(node, bound);
  }

  #map(node: MapNode, bound: ReadonlyMap<string, string>): MapNode {
    let open = node.open === true;
    const entries: Entry[] = [];
    for (const { key, value } of node.entries.values()) {
      if (!key.text.startsWith(LOOP)) {
        entries.push({ key: this.#substituted(key, bound), value: this.of(value, bound) });
        continue;
      }
      const made = this.#loop(value, bound);
      if (typeof made === 'string') {
        this.undecided.push({ place: key, why: made });
        open = true;
      } else {
        entries.push(...made.entries);
        open ||= made.open;
      }
    }
    return mapNode(entries, node, open);
  }

  /** The entries that a loop makes, or why nobody can know them. */
  #loop(loop: Node, bound: ReadonlyMap<string, string>): { entries: Entry[]; open: boolean } | string {
    const [identifier, collection, body] = loop.kind === 'list' ? loop.items : [];
    if (identifier?.kind !== 'scalar' || body?.kind !== 'map')
      return 'the loop has not the form [identifier, collection, map]';
    if (collection?.kind !== 'list' || collection.items.some((item) => item.kind !== 'scalar'))
      return 'the loop goes over something that only the stack knows';
    const rounds = collection.items.map((item) =>
      this.#map(body, new Map(bound).set(identifier.text, (item as ScalarNode).text)),
    );
    return {
      entries: rounds.flatMap((round) => [...round.entries.values()]),
      open: rounds.some((round) => round.open === true),
    };
  }

  /** `${Name}` becomes the value, `&{Name}` the same without what a logical id cannot have. */
  #substituted(node: ScalarNode, bound: ReadonlyMap<string, string>): ScalarNode {
    if (bound.size === 0 || !/[$&]\{/.test(node.text)) return node;
    const text = node.text.replace(/([$&])\{([^{}!]+)\}/g, (whole, sign: string, name: string) => {
      const value = bound.get(name);
      if (value === undefined) return whole;
      this.#characters += value.length;
      if (this.#characters > READ_LIMITS.bytes) throw this.#tooLarge(node, `${READ_LIMITS.bytes} characters`);
      return sign === '&' ? value.replace(/[^A-Za-z0-9]/g, '') : value;
    });
    return text === node.text ? node : textNode(text, node);
  }

  #count(node: Node): void {
    if (++this.#values > READ_LIMITS.values) throw this.#tooLarge(node, `${READ_LIMITS.values} values`);
  }

  #tooLarge(node: Node, limit: string): StandardsError {
    return new StandardsError(
      this.#source.fault('template-too-large', node, {
        received: `loops that make more than ${limit}`,
        expected: `at most ${limit}`,
        remedy: 'loop over less',
      }),
    );
  }
}

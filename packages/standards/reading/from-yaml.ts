import { isAlias, isScalar, isSeq, type Pair, type ParsedNode, type Scalar, type YAMLMap } from 'yaml';
import { type PlacedFault, StandardsError, type StandardsErrorCode } from '../standards-error.ts';
import { longForm, SHORT_TAGS } from './intrinsics.ts';
import { READ_LIMITS } from './limits.ts';
import { type Entry, mapNode, type Node, type Place, type ScalarNode, textNode } from './node.ts';
import type { Source } from './source.ts';

/**
 * Turns YAML's tree into nodes: short functions become long ones, aliases the nodes that they name.
 * @throws StandardsError with every fault: repeated keys, unknown tags, aliases to nothing or to themselves
 */
export function fromYaml(root: ParsedNode | null, source: Source): Node {
  const reader = new Reader(source);
  const node = reader.read(root, { start: 0, end: 0 });
  if (reader.faults.length > 0) throw new StandardsError(reader.faults);
  return node;
}

/** An anchored node and how many values it stands for; undefined while it is being read. */
type Anchored = { readonly node: Node; readonly values: number } | undefined;

class Reader {
  readonly faults: PlacedFault[] = [];
  readonly #source: Source;
  readonly #anchors = new Map<string, Anchored>();
  #values = 0;

  constructor(source: Source) {
    this.#source = source;
  }

  read(from: ParsedNode | null, nearest: Place): Node {
    const place = from?.range ? { start: from.range[0], end: from.range[1] } : nearest;
    this.#count(1, place);
    if (from === null) return scalarNode('', true, place);
    if (isAlias(from)) return this.#named(from.source, place);
    const before = this.#values;
    const anchor = from.anchor;
    if (anchor !== undefined) this.#anchors.set(anchor, undefined);
    const node = this.#tagged(from.tag, this.#untagged(from, place), place);
    if (anchor !== undefined) this.#anchors.set(anchor, { node, values: this.#values - before + 1 });
    return node;
  }

  #untagged(from: ParsedNode, place: Place): Node {
    if (isScalar(from)) return scalarNode((from as Scalar<string>).source ?? '', from.type === 'PLAIN', place);
    if (isSeq(from))
      return { kind: 'list', items: from.items.map((item) => this.read(item as ParsedNode | null, place)), ...place };
    return mapNode(this.#entries(from as YAMLMap<ParsedNode, ParsedNode | null>, place), place);
  }

  #tagged(tag: string | undefined, node: Node, place: Place): Node {
    if (tag === undefined || tag === '!') return node;
    if (tag === 'tag:yaml.org,2002:str' && node.kind === 'scalar') return textNode(node.text, place);
    if (tag.startsWith('tag:yaml.org,2002:')) return node;
    if (SHORT_TAGS.has(tag.slice(1))) return longForm(tag, node, place);
    this.#fault('template-tag-unknown', place, {
      received: tag,
      expected: 'a function of CloudFormation, such as !Ref or !Sub',
      remedy: 'correct its spelling, or run the tool that replaces this tag first',
    });
    return node;
  }

  #entries(map: YAMLMap<ParsedNode, ParsedNode | null>, place: Place): Entry[] {
    const entries = new Map<string, Entry>();
    const merged: Entry[] = [];
    for (const pair of map.items as Pair<ParsedNode, ParsedNode | null>[]) {
      const key = this.read(pair.key, place);
      if (key.kind !== 'scalar') {
        this.#fault('template-key-invalid', key, {
          received: `a ${key.kind}`,
          expected: 'a text',
          remedy: 'name the key',
        });
        continue;
      }
      const value = this.read(pair.value, { start: key.end, end: key.end });
      if (key.text === '<<' && isPlain(pair.key) && (value.kind === 'map' || value.kind === 'list')) {
        for (const from of value.kind === 'map' ? [value] : value.items)
          if (from.kind === 'map') merged.push(...from.entries.values());
        continue;
      }
      if (entries.has(key.text))
        this.#fault('template-key-repeated', key, {
          received: `a second ${JSON.stringify(key.text)}`,
          expected: 'each key once in a map',
          remedy: 'remove one of the two, or give it another name',
        });
      else entries.set(key.text, { key, value });
    }
    for (const entry of merged) {
      this.#count(1, place);
      if (!entries.has(entry.key.text)) entries.set(entry.key.text, entry);
    }
    return [...entries.values()];
  }

  #named(anchor: string, place: Place): Node {
    const anchored = this.#anchors.get(anchor);
    if (anchored) {
      this.#count(anchored.values, place);
      return anchored.node;
    }
    this.#fault('template-alias-invalid', place, {
      received: this.#anchors.has(anchor) ? `*${anchor} inside of &${anchor}` : `*${anchor}, which nothing is called`,
      expected: 'an alias of something that stands above',
      remedy: 'write the value out: CloudFormation takes no aliases',
    });
    return scalarNode('', true, place);
  }

  /** What aliases repeat counts each time, as if it were written out. */
  #count(values: number, place: Place): void {
    this.#values += values;
    if (this.#values > READ_LIMITS.values)
      throw new StandardsError(
        this.#source.fault('template-too-large', place, {
          received: `more than ${READ_LIMITS.values} values, with what aliases repeat`,
          expected: `at most ${READ_LIMITS.values}`,
          remedy: 'check what wrote this file; no template is like this',
        }),
      );
  }

  #fault(code: StandardsErrorCode, place: Place, said: Parameters<Source['fault']>[2]): void {
    if (this.faults.length < READ_LIMITS.faults) this.faults.push(this.#source.fault(code, place, said));
  }
}

/** A quoted `<<` is a key like any other. */
function isPlain(key: ParsedNode): boolean {
  return isScalar(key) && key.type === 'PLAIN';
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/;
const WORDS = new Map<string, boolean | null>([
  ...['true', 'True', 'TRUE', 'yes', 'Yes', 'YES', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE', 'no', 'No', 'NO', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
]);

/**
 * A plain scalar has the type that both JSON and YAML 1.1 see in it. What YAML 1.1 alone would reckon (012, 1:30,
 * 0x1f, dates) stays text: the template's author meant an account, a time or a version.
 */
function scalarNode(text: string, plain: boolean, place: Place): ScalarNode {
  const word = plain ? WORDS.get(text) : undefined;
  const value = word !== undefined ? word : plain && NUMBER.test(text) ? Number(text) : text;
  return { kind: 'scalar', value, text, ...place };
}

import { intrinsicOf } from '../reading/intrinsics.ts';
import {
  type Entry,
  entryOf,
  type ListNode,
  type MapNode,
  type Node,
  type Place,
  type ScalarNode,
  textNode,
} from '../reading/node.ts';
import type { Assumptions, Conditions } from './conditions.ts';
import type { Parameter, Parameters } from './parameter.ts';
import { joinedParts, literalParts, type Part, referenceOf, spelled, substitutedParts } from './text.ts';

/** What a template knows beside the value itself. */
export interface Scope {
  readonly conditions: Conditions;
  readonly parameters: Parameters;
  readonly mappings: Node | undefined;
}

/** The most values of a mapping that are looked at where its keys are open. */
const MAPPING_LIMIT = 300;

/** What is known of a value, beside where it stands. */
type Known =
  | { readonly kind: 'absent' | 'unknown' }
  | { readonly kind: 'text'; readonly parts: readonly Part[]; readonly parameter?: string }
  | { readonly kind: 'list'; readonly node: ListNode; readonly parameter?: string }
  | { readonly kind: 'map'; readonly node: MapNode }
  | { readonly kind: 'reference'; readonly target: string; readonly attribute?: string };

/**
 * One value that a property may have, under the assumptions that lead to it. `unknown` is a third truth beside
 * present and absent: whatever a standard asks of it, the answer is neither yes nor no.
 */
export class Value {
  /** Where to point: the value itself, its key where it is a list or map, or where an absent one should be. */
  readonly place: Place;
  readonly when: Assumptions;
  readonly #known: Known;
  readonly #scope: Scope;

  private constructor(known: Known, place: Place, when: Assumptions, scope: Scope) {
    this.#known = known;
    this.place = place;
    this.when = when;
    this.#scope = scope;
  }

  /** Every value that a node may have: one for each branch that the assumptions leave open. */
  static all(node: Node, key: ScalarNode | undefined, when: Assumptions, scope: Scope): Value[] {
    const make = (known: Known, place: Place = node): Value => new Value(known, place, when, scope);
    if (node.kind === 'list') return [make({ kind: 'list', node }, key)];
    if (node.kind === 'scalar')
      return [
        node.value === null ? make({ kind: 'absent' }, key) : make({ kind: 'text', parts: literalParts(node.text) }),
      ];
    const call = intrinsicOf(node);
    if (!call) return [make({ kind: 'map', node }, key)];
    const { name, argument } = call;
    if (name === 'Fn::If') return Value.#branches(argument, key, when, scope) ?? [make({ kind: 'unknown' })];
    if (name === 'Fn::FindInMap') return Value.#mapped(argument, when, scope) ?? [make({ kind: 'unknown' })];
    if (name === 'Fn::Sub') return [make(written(substitutedParts(argument)), argument)];
    if (name === 'Fn::Join') {
      const parts = joinedParts(argument);
      return [make(parts ? written(parts) : { kind: 'unknown' })];
    }
    const reference = referenceOf(node);
    if (!reference) return [make({ kind: 'unknown' })];
    if (reference.target === 'AWS::NoValue') return [make({ kind: 'absent' })];
    const parameter = name === 'Ref' ? scope.parameters.get(reference.target) : undefined;
    return parameter
      ? Value.#ofParameter(parameter, argument, when, scope)
      : [make({ kind: 'reference', ...reference }, argument)];
  }

  /** A value that is not there; `place` is where it is missed. */
  static absent(place: Place, when: Assumptions, scope: Scope): Value {
    return new Value({ kind: 'absent' }, place, when, scope);
  }

  static unknown(place: Place, when: Assumptions, scope: Scope): Value {
    return new Value({ kind: 'unknown' }, place, when, scope);
  }

  get kind(): Known['kind'] {
    return this.#known.kind;
  }

  get isAbsent(): boolean {
    return this.kind === 'absent';
  }

  /** The whole text, where all of it is known. */
  get text(): string | undefined {
    const [only, ...more] = this.parts;
    return typeof only === 'string' && more.length === 0 ? only : undefined;
  }

  /** The text's pieces, known and not; none where it is no text. A reference is one hole. */
  get parts(): readonly Part[] {
    if (this.#known.kind === 'text') return this.#known.parts;
    return this.#known.kind === 'reference' ? [this.#known] : [];
  }

  /** The text as `Fn::Sub` would write it, with its references; undefined where a piece is unknown. */
  get spelling(): string | undefined {
    return spelled(this.parts);
  }

  /** What is referred to by `Ref`, `Fn::GetAtt`, or a `Fn::Sub` of nothing else. */
  get reference(): { readonly target: string; readonly attribute?: string } | undefined {
    return this.#known.kind === 'reference' ? this.#known : undefined;
  }

  /** The parameter whose default this is. */
  get parameter(): string | undefined {
    return this.#known.kind === 'text' || this.#known.kind === 'list' ? this.#known.parameter : undefined;
  }

  /** Whether it is certainly one of these texts; true and false are compared in any case. */
  is(...texts: readonly string[]): boolean {
    const own = this.text;
    return own !== undefined && texts.some((text) => same(own, text));
  }

  /** Whether it is certainly none of these texts. What is absent is none of them. */
  isNot(...texts: readonly string[]): boolean {
    if (this.kind === 'unknown' || this.kind === 'reference') return false;
    if (this.kind !== 'text') return true;
    return this.text !== undefined && !this.is(...texts);
  }

  /** Whether the text names a resource, parameter or pseudo parameter, alone or among others. */
  mentions(target: string): boolean {
    return this.parts.some((part) => typeof part === 'object' && part.target === target);
  }

  /**
   * The values below: `Ebs.Encrypted`, or `Rules.*.Id` for each item of a list. A missing key is one absent value;
   * a missing list has no items. Where a list may stand and one item does, `*` is that item.
   */
  values(path: string): Value[] {
    return this.#walk(path.split('.'), 0);
  }

  /** The entries of a map: each key with the values it may have. */
  entries(): { key: ScalarNode; values: Value[] }[] {
    if (this.#known.kind !== 'map') return [];
    return [...this.#known.node.entries.values()].map(({ key, value }) => ({ key, values: this.#below(value, key) }));
  }

  #walk(segments: readonly string[], at: number): Value[] {
    const segment = segments[at];
    if (segment === undefined) return [this];
    return this.#step(segment).flatMap((value) => value.#walk(segments, at + 1));
  }

  #step(segment: string): Value[] {
    const known = this.#known;
    if (segment === '*') {
      if (known.kind === 'absent') return [];
      if (known.kind !== 'list') return [this];
      return known.node.items.flatMap((item) => this.#below(item, undefined)).filter((value) => !value.isAbsent);
    }
    if (known.kind === 'absent') return [this];
    if (known.kind !== 'map') return [Value.unknown(this.place, this.when, this.#scope)];
    const entry = known.node.entries.get(segment);
    if (entry) return this.#below(entry.value, entry.key);
    const open = known.node.open === true || known.node.entries.has('Fn::Transform');
    const miss = open ? Value.unknown : Value.absent;
    return [miss(this.place, this.when, this.#scope)];
  }

  #below(node: Node, key: ScalarNode | undefined): Value[] {
    return Value.all(node, key, this.when, this.#scope);
  }

  static #branches(argument: Node, key: ScalarNode | undefined, when: Assumptions, scope: Scope): Value[] | undefined {
    const [name, ifTrue, ifFalse] = argument.kind === 'list' ? argument.items : [];
    if (name?.kind !== 'scalar' || !ifTrue || !ifFalse) return undefined;
    return [true, false].flatMap((holds) => {
      const then = scope.conditions.assume(name.text, holds, when);
      return then ? Value.all(holds ? ifTrue : ifFalse, key, then, scope) : [];
    });
  }

  static #mapped(argument: Node, when: Assumptions, scope: Scope): Value[] | undefined {
    const [mapName, ...keys] = (argument.kind === 'list' ? argument.items : []).slice(0, 3);
    const map = mapName?.kind === 'scalar' ? entryOf(scope.mappings, mapName.text)?.value : undefined;
    if (!map || keys.length !== 2) return undefined;
    let entries: Entry[] = [{ value: map } as Entry];
    for (const key of keys) {
      const text = keyText(key, when);
      entries = entries.flatMap(({ value }) => {
        if (value.kind !== 'map') return [];
        if (text === undefined) return [...value.entries.values()];
        const entry = value.entries.get(text);
        return entry ? [entry] : [];
      });
      if (entries.length > MAPPING_LIMIT) return undefined;
    }
    // A mapping holds texts and lists of them. Anything else is no mapping, and could lead back here.
    if (entries.length === 0 || entries.some(({ value }) => value.kind === 'map')) return undefined;
    return entries.flatMap(({ key, value }) => Value.all(value, key, when, scope));
  }

  /** The default, unless the assumptions exclude it, and what the stack may be given instead. */
  static #ofParameter(parameter: Parameter, place: Place, when: Assumptions, scope: Scope): Value[] {
    const { name } = parameter;
    const given = new Value({ kind: 'reference', target: name }, place, when, scope);
    const assumed = when.equal.get(name);
    if (assumed !== undefined) return [new Value({ kind: 'text', parts: [assumed] }, place, when, scope)];
    const node = parameter.default;
    if (!node || parameter.type.startsWith('AWS::SSM::') || when.unequal.get(name)?.has(node.text)) return [given];
    const isList = parameter.type === 'CommaDelimitedList' || parameter.type.startsWith('List<');
    const known: Known = isList
      ? { kind: 'list', node: listOf(node), parameter: name }
      : { kind: 'text', parts: literalParts(node.text), parameter: name };
    return [new Value(known, node, when, scope), given];
  }
}

function written(parts: readonly Part[]): Known {
  const [only] = parts;
  return parts.length === 1 && typeof only === 'object' && only.target !== undefined
    ? { kind: 'reference', target: only.target, ...(only.attribute !== undefined && { attribute: only.attribute }) }
    : { kind: 'text', parts };
}

function keyText(key: Node, when: Assumptions): string | undefined {
  if (key.kind === 'scalar') return key.text;
  const reference = referenceOf(key);
  return reference && when.equal.get(reference.target);
}

function listOf(text: ScalarNode): ListNode {
  const items = text.text === '' ? [] : text.text.split(',').map((item) => textNode(item.trim(), text));
  return { kind: 'list', items, start: text.start, end: text.end };
}

function same(one: string, other: string): boolean {
  return one === other || (/^(?:true|false)$/.test(other) && one.toLowerCase() === other);
}

import { intrinsicOf } from '../reading/intrinsics.ts';
import type { MapNode, Node } from '../reading/node.ts';
import type { Parameters } from './parameter.ts';

/** What is taken to hold: conditions by name, and what parameters are or are not. */
export interface Assumptions {
  /** What was assumed in words, in order: `Fn::If` branches and a resource's own condition. */
  readonly said: readonly string[];
  readonly truths: ReadonlyMap<string, boolean>;
  readonly equal: ReadonlyMap<string, string>;
  readonly unequal: ReadonlyMap<string, ReadonlySet<string>>;
}

export const NOTHING_ASSUMED: Assumptions = { said: [], truths: new Map(), equal: new Map(), unequal: new Map() };

/** While one assumption is followed: what is learnt, or that it cannot hold. */
interface Learning {
  readonly truths: Map<string, boolean>;
  readonly equal: Map<string, string>;
  readonly unequal: Map<string, Set<string>>;
  contradiction: boolean;
}

/** The longest chain of conditions that is followed; CloudFormation refuses circles, a hostile file has them. */
const CHAIN_LIMIT = 50;
/** The most operations that one question follows; conditions that name each other twice double at each step. */
const STEP_LIMIT = 2000;

/** A template's conditions, and what follows from one for the others. */
export class Conditions {
  readonly #definitions: ReadonlyMap<string, Node>;
  readonly #parameters: Parameters;
  #steps = 0;

  constructor(section: MapNode | undefined, parameters: Parameters) {
    this.#definitions = new Map([...(section?.entries ?? [])].map(([name, { value }]) => [name, value]));
    this.#parameters = parameters;
  }

  /** The assumptions with one more and all that follows from it; undefined where it contradicts them. */
  assume(name: string, holds: boolean, before: Assumptions): Assumptions | undefined {
    const known = this.truthOf(name, before);
    if (known !== undefined) return known === holds ? before : undefined;
    const learning: Learning = {
      truths: new Map(before.truths),
      equal: new Map(before.equal),
      unequal: new Map([...before.unequal].map(([parameter, values]) => [parameter, new Set(values)])),
      contradiction: false,
    };
    this.#learn(name, holds, learning, 0);
    if (learning.contradiction) return undefined;
    return { ...learning, said: [...before.said, holds ? name : `not ${name}`] };
  }

  /** Whether a condition holds under assumptions; undefined where that is open. */
  truthOf(name: string, under: Assumptions): boolean | undefined {
    this.#steps = 0;
    return this.#truthOfName(name, under, 0);
  }

  #truthOfName(
    name: string,
    under: Pick<Assumptions, 'truths' | 'equal' | 'unequal'>,
    chain: number,
  ): boolean | undefined {
    const assumed = under.truths.get(name);
    if (assumed !== undefined || chain > CHAIN_LIMIT) return assumed;
    const definition = this.#definitions.get(name);
    return definition && this.#truthOfNode(definition, under, chain + 1);
  }

  #truthOfNode(
    node: Node,
    under: Pick<Assumptions, 'truths' | 'equal' | 'unequal'>,
    chain: number,
  ): boolean | undefined {
    if (++this.#steps > STEP_LIMIT) return undefined;
    const { operator, operands } = operationOf(node);
    const truths = (): (boolean | undefined)[] => operands.map((operand) => this.#truthOfNode(operand, under, chain));
    if (operator === 'Condition') return this.#truthOfName(textOf(operands[0]) ?? '', under, chain);
    if (operator === 'Fn::Not') return negated(truths()[0]);
    if (operator === 'Fn::And') return allOf(truths());
    if (operator === 'Fn::Or') return negated(allOf(truths().map(negated)));
    if (operator !== 'Fn::Equals') return undefined;
    const comparison = this.#comparisonOf(operands);
    if (!comparison) return literallyEqual(operands);
    const { parameter, value } = comparison;
    const equal = under.equal.get(parameter);
    if (equal !== undefined) return equal === value;
    if (under.unequal.get(parameter)?.has(value)) return false;
    const allowed = this.#parameters.get(parameter)?.allowedValues;
    return allowed && !allowed.includes(value) ? false : undefined;
  }

  #learn(name: string, holds: boolean, learning: Learning, chain: number): void {
    const known = learning.truths.get(name);
    if (known !== undefined) {
      learning.contradiction ||= known !== holds;
      return;
    }
    learning.truths.set(name, holds);
    const definition = this.#definitions.get(name);
    if (definition && chain < CHAIN_LIMIT) this.#learnNode(definition, holds, learning, chain + 1);
  }

  #learnNode(node: Node, holds: boolean, learning: Learning, chain: number): void {
    const { operator, operands } = operationOf(node);
    if (operator === 'Condition') this.#learn(textOf(operands[0]) ?? '', holds, learning, chain);
    else if (operator === 'Fn::Not') for (const operand of operands) this.#learnNode(operand, !holds, learning, chain);
    else if ((operator === 'Fn::And' && holds) || (operator === 'Fn::Or' && !holds))
      for (const operand of operands) this.#learnNode(operand, holds, learning, chain);
    else if (operator === 'Fn::Equals') this.#learnComparison(operands, holds, learning);
  }

  #learnComparison(operands: readonly Node[], holds: boolean, learning: Learning): void {
    const comparison = this.#comparisonOf(operands);
    if (!comparison) return;
    const { parameter, value } = comparison;
    if (holds) {
      this.#learnEqual(parameter, value, learning);
      return;
    }
    if (learning.equal.get(parameter) === value) learning.contradiction = true;
    const unequal = learning.unequal.get(parameter) ?? new Set();
    learning.unequal.set(parameter, unequal.add(value));
    const left = this.#parameters.get(parameter)?.allowedValues?.filter((allowed) => !unequal.has(allowed));
    if (left?.length === 1) this.#learnEqual(parameter, left[0]!, learning);
  }

  #learnEqual(parameter: string, value: string, learning: Learning): void {
    const equal = learning.equal.get(parameter);
    if ((equal !== undefined && equal !== value) || learning.unequal.get(parameter)?.has(value))
      learning.contradiction = true;
    learning.equal.set(parameter, value);
  }

  /** A parameter against a literal, in either order. */
  #comparisonOf([left, right]: readonly Node[]): { parameter: string; value: string } | undefined {
    for (const [one, other] of [
      [left, right],
      [right, left],
    ]) {
      const call = one && intrinsicOf(one);
      const parameter = call?.name === 'Ref' ? textOf(call.argument) : undefined;
      const value = textOf(other);
      if (parameter !== undefined && value !== undefined && this.#parameters.has(parameter))
        return { parameter, value };
    }
    return undefined;
  }
}

function operationOf(node: Node): { operator: string | undefined; operands: readonly Node[] } {
  const [entry, ...more] = node.kind === 'map' ? node.entries.values() : [];
  if (!entry || more.length > 0) return { operator: undefined, operands: [] };
  const { key, value } = entry;
  return { operator: key.text, operands: value.kind === 'list' ? value.items : [value] };
}

function textOf(node: Node | undefined): string | undefined {
  return node?.kind === 'scalar' ? node.text : undefined;
}

function literallyEqual([left, right]: readonly Node[]): boolean | undefined {
  const [one, other] = [textOf(left), textOf(right)];
  return one === undefined || other === undefined ? undefined : one === other;
}

function negated(truth: boolean | undefined): boolean | undefined {
  return truth === undefined ? undefined : !truth;
}

function allOf(truths: readonly (boolean | undefined)[]): boolean | undefined {
  if (truths.includes(false)) return false;
  return truths.includes(undefined) || truths.length === 0 ? undefined : true;
}

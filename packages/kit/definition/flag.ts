import type { ValueKind } from '@bitclouded/documents';
import { Aws, type CfnCondition, type CfnResource, Fn, Token } from 'aws-cdk-lib';
import type { Value } from './kinds.ts';

/** What is true or false only when a stack is made: a CloudFormation condition. Never put it into an `if`: use `when`. */
export class Flag {
  readonly #make: () => CfnCondition;
  #condition: CfnCondition | undefined;

  /** @param make makes the condition at first use, so that a template carries none that it does not use */
  constructor(make: () => CfnCondition) {
    this.#make = make;
  }

  get condition(): CfnCondition {
    this.#condition ??= this.#make();
    return this.#condition;
  }

  /** Makes a resource only where the flag holds. */
  guards<R extends CfnResource>(resource: R): R {
    resource.cfnOptions.condition = this.condition;
    return resource;
  }
}

/** A value that a stack may lack: '' in the parameter. */
export class Optional<K extends ValueKind> {
  readonly given: Flag;
  readonly #value: Value<K>;

  constructor(given: Flag, value: Value<K>) {
    this.given = given;
    this.#value = value;
  }

  /** The value, or `fallback`; without one the property is left out. */
  or(fallback?: Value<K>): Value<K> {
    return when(this.given, this.#value, fallback);
  }

  /** A list of the one value; without it the property is left out. */
  list(): Value<K>[] {
    return when(this.given, [this.#value]);
  }

  /** The bare value, '' when it is not given: where the flag already guards what uses it, or '' is a meaning. */
  get orEmpty(): Value<K> {
    return this.#value;
  }
}

/** `yes` where the flag holds, else `no`; without `no` the property is left out. */
export function when<T>(flag: Flag, yes: T, no?: T): T {
  const token = Fn.conditionIf(flag.condition.logicalId, yes ?? Aws.NO_VALUE, no ?? Aws.NO_VALUE);
  const sample = yes ?? no;
  if (Array.isArray(sample)) return Token.asList(token) as T;
  if (typeof sample === 'string') return Token.asString(token) as T;
  if (typeof sample === 'number') return Token.asNumber(token) as T;
  return token as T;
}

/** `value` where the flag does not hold; else the property is left out. */
export function unless<T>(flag: Flag, value: T): T {
  return when<T | undefined>(flag, undefined, value) as T;
}

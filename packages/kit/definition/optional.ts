import type { ValueKind } from '@bitclouded/documents';
import { type Flag, when } from './flag.ts';
import type { Value } from './kinds.ts';

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

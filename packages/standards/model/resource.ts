import { type Entry, entryOf, type Node, type ScalarNode } from '../reading/node.ts';
import { type Assumptions, NOTHING_ASSUMED } from './conditions.ts';
import { type Scope, Value } from './value.ts';

/** A resource of the template. */
export class Resource {
  readonly logicalId: string;
  readonly type: string;
  /** Its logical id, where it is declared. */
  readonly place: ScalarNode;
  readonly node: Node;
  /** What holds where it is made: its own condition. */
  readonly when: Assumptions;
  readonly #scope: Scope;

  constructor({ key, value }: Entry, type: string, scope: Scope) {
    this.logicalId = key.text;
    this.type = type;
    this.place = key;
    this.node = value;
    this.#scope = scope;
    const condition = entryOf(value, 'Condition')?.value;
    const holds = condition?.kind === 'scalar' && scope.conditions.assume(condition.text, true, NOTHING_ASSUMED);
    this.when = holds || NOTHING_ASSUMED;
  }

  /**
   * The values of a property, such as `BucketEncryption.ServerSideEncryptionConfiguration.*`, one for each branch.
   * @param when what else holds: the `when` of another value that this one must go with
   */
  values(path: string, when: Assumptions = this.when): Value[] {
    return this.attribute('Properties', when).flatMap((properties) => properties.values(path));
  }

  /** The values of an attribute beside Properties: `DeletionPolicy`, `Metadata`, `UpdatePolicy`. */
  attribute(name: string, when: Assumptions = this.when): Value[] {
    const entry = entryOf(this.node, name);
    if (!entry) return [Value.absent(this.place, when, this.#scope)];
    // A property that is missed is missed at the resource, not at the word Properties.
    return Value.all(entry.value, name === 'Properties' ? this.place : entry.key, when, this.#scope);
  }

  /** What it is made of, as it was written. */
  get properties(): Node | undefined {
    return entryOf(this.node, 'Properties')?.value;
  }
}

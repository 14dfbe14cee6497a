import { CfnCondition, CfnResource, Fn, type Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { when } from '../definition/flag.ts';
import type { Value } from '../definition/kinds.ts';
import type { Optional } from '../definition/optional.ts';

/** The zones that a VPC passes on; the third may be missing. */
export interface Zones {
  readonly Zone1: Value<'zoneName'>;
  readonly Zone2: Value<'zoneName'>;
  readonly Zone3: Optional<'zoneName'>;
}

/** One zone: its scope prefixes logical ids with `Zone1`, `Zone2`, `Zone3`. */
export interface Zone {
  readonly scope: Construct;
  /** 0, 1 or 2. */
  readonly index: number;
  readonly name: Value<'zoneName'>;
}

/** What was made in each zone. */
export class PerZone<T> {
  readonly all: readonly [T, T, T];
  readonly #zones: Zones;

  constructor(all: readonly [T, T, T], zones: Zones) {
    this.all = all;
    this.#zones = zones;
  }

  /** A list of two values, or three where there is a third zone. */
  list(of: (made: T) => string): string[] {
    const [first, second, third] = this.all.map(of) as [string, string, string];
    return when(this.#zones.Zone3.given, [first, second, third], [first, second]);
  }
}

export function perZone<T>(stack: Stack, zones: Zones, make: (zone: Zone) => T): PerZone<T> {
  const names = [zones.Zone1, zones.Zone2, zones.Zone3.orEmpty];
  const all = names.map((name, index) => {
    const id = `Zone${index + 1}`;
    const scope = (stack.node.tryFindChild(id) as Construct | undefined) ?? new Construct(stack, id);
    const before = new Set(scope.node.findAll());
    const made = make({ scope, index, name });
    if (index === 2)
      for (const node of scope.node.findAll())
        if (!before.has(node) && node instanceof CfnResource) onlyWithThirdZone(stack, node, zones.Zone3);
    return made;
  });
  return new PerZone(all as unknown as readonly [T, T, T], zones);
}

function onlyWithThirdZone(stack: Stack, resource: CfnResource, third: Optional<'zoneName'>): void {
  const own = resource.cfnOptions.condition;
  const thirdGiven = third.given.condition;
  if (!own) {
    resource.cfnOptions.condition = thirdGiven;
    return;
  }
  const id = `${own.node.id}And${thirdGiven.node.id}`;
  resource.cfnOptions.condition =
    (stack.node.tryFindChild(id) as CfnCondition | undefined) ??
    new CfnCondition(stack, id, { expression: Fn.conditionAnd(own, thirdGiven) });
}

import { Aws, type CfnCondition, type CfnResource, Fn, Token } from 'aws-cdk-lib';

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

/** `yes` where the flag holds, else `no`; without `no` the property is left out. */
export function when<T>(flag: Flag, yes: T, no?: T): T {
  const token = Fn.conditionIf(flag.condition.logicalId, yes ?? Aws.NO_VALUE, no ?? Aws.NO_VALUE);
  const sample = yes ?? no;
  if (Array.isArray(sample)) return Token.asList(token) as T;
  if (typeof sample === 'string') return Token.asString(token) as T;
  if (typeof sample === 'number') return Token.asNumber(token) as T;
  return token as T;
}

/**
 * As `when`, for properties that are maps. CDK renames no key inside a condition: write them as CloudFormation does.
 * `T` is the type of the property as L1 names it.
 */
export function whenMap<T>(
  flag: Flag,
  yes: Readonly<Record<string, unknown>>,
  no?: Readonly<Record<string, unknown>>,
): T {
  return when<unknown>(flag, yes, no) as T;
}

/** `value` where the flag does not hold; else the property is left out. */
export function unless<T>(flag: Flag, value: T): T {
  return when<T | undefined>(flag, undefined, value) as T;
}

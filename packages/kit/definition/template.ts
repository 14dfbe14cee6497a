import type { ValueKind } from '@bitclouded/documents';
import type { CfnResource, ICfnRuleConditionExpression } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Resources } from '../resources/resources.ts';
import type { Flag } from './flag.ts';
import type { Value } from './kinds.ts';
import type { Optional } from './optional.ts';
import type { Output, Outputs } from './output.ts';
import type { Parameter, Parameters } from './parameter.ts';
import type { Template } from './upstream.ts';

export type ParameterValues<P extends Parameters> = {
  readonly [N in keyof P]: P[N] extends Parameter<infer K, infer E> ? (E extends true ? Optional<K> : Value<K>) : never;
};
export type OutputValues<O extends Outputs> = {
  readonly [N in keyof O]: O[N] extends Output<infer K extends ValueKind, boolean> ? Value<K> : never;
};

/** What `build` works with. */
export interface Build<P extends Parameters> extends Resources {
  readonly scope: Construct;
  readonly params: ParameterValues<P>;
  /** A condition of the template's own. */
  condition(id: string, expression: ConditionExpression): Flag;
  /** Refuses parameter values before anything is made; `assert` is a rule-specific expression of `Fn`. */
  rule(
    id: string,
    rule: {
      readonly describe: string;
      readonly assert: ICfnRuleConditionExpression;
      readonly when?: ICfnRuleConditionExpression;
    },
  ): void;
}

/** `{ all: [a, b] }`, `{ any: [a, b] }`, `{ not: a }`, or two values that must be equal. */
export type ConditionExpression =
  | { readonly all: readonly [Flag, Flag, ...Flag[]] }
  | { readonly any: readonly [Flag, Flag, ...Flag[]] }
  | { readonly not: Flag }
  | { readonly equal: readonly [string | number, string] };

/** Parameter values that upstream templates must have, because of what this one does with their outputs. */
export type Requires = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** All of a definition; what synthesis reads. */
export interface TemplateDefinition extends Template {
  readonly parameters: Parameters;
  readonly scope: 'environment' | 'region' | 'account';
  readonly instance: 'shared' | 'per consumer';
  readonly requires: Requires;
  build(build: Build<Parameters>): Readonly<Record<string, unknown>>;
}

/** Refuses outputs that are not declared, which TypeScript alone lets pass in a returned object. */
type Exact<O, R> = R & { readonly [N in Exclude<keyof R, keyof O>]: never };

/**
 * Defines a template; the default export of its `template.ts`. Nothing is built and nothing judged
 * until `synthesise`, so that importing a template costs nothing.
 */
export function defineTemplate<
  const P extends Parameters,
  const O extends Outputs,
  R extends OutputValues<O>,
>(definition: {
  /** `category/name`, as the folder. */
  readonly name: string;
  /** One sentence; the template's Description. */
  readonly summary: string;
  /** Where one instance suffices; `environment` unless said. */
  readonly scope?: 'environment' | 'region' | 'account';
  readonly instance?: 'shared' | 'per consumer';
  readonly requires?: Requires;
  readonly parameters: P;
  readonly outputs: O;
  build(build: Build<P>): Exact<O, R>;
}): Template<O> {
  return { scope: 'environment', instance: 'shared', requires: {}, ...definition } as TemplateDefinition & Template<O>;
}

/** The whole definition of what `defineTemplate` returned. */
export function definitionOf(template: Template): TemplateDefinition {
  return template as TemplateDefinition;
}

/** Anything that can be pointed at in a template. */
export type Subject = CfnResource;

import type { Fault } from '@bitclouded/documents';
import { definitionOf } from '../definition/template.ts';
import type { Template } from '../definition/upstream.ts';
import { KitError, type KitErrorCode } from '../kit-error.ts';
import { synthesise } from '../synthesis/synthesise.ts';
import { evaluateRules } from './evaluate-rules.ts';
import { Evaluator, type Json } from './evaluator.ts';

export interface RenderOptions {
  /** Parameters' values as a stack would be given them; the rest take their defaults. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly region?: string;
  readonly partition?: 'aws' | 'aws-cn' | 'aws-us-gov';
  readonly accountId?: string;
  readonly stackName?: string;
}

export interface RenderedResource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, Json>>;
  readonly [attribute: string]: Json;
}

export interface Rendered {
  /** Only what the conditions let be made. */
  readonly resources: Readonly<Record<string, RenderedResource>>;
  readonly outputs: Readonly<Record<string, string>>;
  readonly conditions: Readonly<Record<string, boolean>>;
}

interface DeclaredParameter {
  readonly Type: string;
  readonly Default?: string | number;
  readonly AllowedValues?: readonly string[];
  readonly AllowedPattern?: string;
  readonly MinValue?: number;
  readonly MaxValue?: number;
}

/**
 * What a stack of the template would hold: conditions decided, intrinsic functions resolved.
 * What only AWS knows stays a word of its own: `${Vpc}` for a resource's id, `${Vpc.Arn}` for an attribute,
 * `unbound` for what a release binds.
 * @throws KitError `parameter-invalid` with every parameter that CloudFormation would refuse, `rule-failed`,
 *   `reference-unknown` or `intrinsic-unknown`
 */
export function render(template: Template, options: RenderOptions = {}): Rendered {
  const { template: text } = synthesise(template);
  const where = `template ${definitionOf(template).name}`;
  const sections = text as Readonly<Record<string, Record<string, Json>>>;
  const parameters = parameterValues(
    where,
    (sections.Parameters ?? {}) as unknown as Record<string, DeclaredParameter>,
    options.parameters ?? {},
  );
  const evaluator = new Evaluator(where, sections, parameters, pseudoParameters(options));
  evaluateRules(where, sections.Rules ?? {}, parameters, evaluator);

  const conditions = Object.fromEntries(
    Object.keys(sections.Conditions ?? {}).map((name) => [name, evaluator.condition(name)]),
  );
  const resources: Record<string, RenderedResource> = {};
  for (const [logicalId, declared] of Object.entries(sections.Resources ?? {})) {
    const { Condition: condition, Properties: properties = {}, ...rest } = declared as Record<string, Json>;
    if (condition !== undefined && !conditions[condition as string]) continue;
    resources[logicalId] = { ...rest, Properties: evaluator.value(properties) } as RenderedResource;
  }
  evaluator.checkReferences(resources);
  const outputs = Object.fromEntries(
    Object.entries(sections.Outputs ?? {}).map(([name, output]) => [
      name,
      String(evaluator.value((output as Record<string, Json>).Value as Json)),
    ]),
  );
  return { resources, outputs, conditions };
}

function pseudoParameters({
  region = 'eu-west-1',
  partition = 'aws',
  accountId = '123456789012',
  stackName = 'stack',
}: RenderOptions): Record<string, string> {
  return {
    'AWS::AccountId': accountId,
    'AWS::Partition': partition,
    'AWS::Region': region,
    'AWS::StackName': stackName,
    'AWS::StackId': `arn:${partition}:cloudformation:${region}:${accountId}:stack/${stackName}/0a1b2c3d-0000-0000-0000-000000000000`,
    'AWS::URLSuffix': partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com',
    'AWS::NotificationARNs': '',
  };
}

/** Holds given values against the declarations, as CloudFormation does before it makes anything. */
function parameterValues(
  where: string,
  declared: Record<string, DeclaredParameter>,
  given: Readonly<Record<string, string>>,
): Record<string, Json> {
  const faults: Fault<KitErrorCode>[] = [];
  const fault = (name: string, received: string, expected: string): void =>
    void faults.push({
      code: 'parameter-invalid',
      where: `${where}, parameter ${name}`,
      received,
      expected,
      remedy: `give ${name} another value`,
    });

  for (const name of Object.keys(given))
    if (!(name in declared)) fault(name, name, `one of ${Object.keys(declared).join(', ')}`);
  const values = Object.fromEntries(
    Object.entries(declared).map(([name, declaration]): [string, Json] => {
      const value = given[name] ?? (declaration.Default === undefined ? undefined : String(declaration.Default));
      if (value === undefined) {
        fault(name, 'nothing', 'a value: it has no default');
        return [name, ''];
      }
      const list = declaration.Type === 'CommaDelimitedList' || declaration.Type.startsWith('List<');
      for (const item of list ? value.split(',') : [value]) checkValue(name, declaration, item, fault);
      return [name, list ? value.split(',').map((item) => item.trim()) : value];
    }),
  );
  if (faults.length > 0) throw new KitError(faults);
  return values;
}

function checkValue(
  name: string,
  { Type, AllowedValues, AllowedPattern, MinValue, MaxValue }: DeclaredParameter,
  value: string,
  fault: (name: string, received: string, expected: string) => void,
): void {
  if (AllowedValues && !AllowedValues.map(String).includes(value))
    fault(name, value, `one of ${AllowedValues.join(', ')}`);
  if (AllowedPattern && !new RegExp(AllowedPattern).test(value)) fault(name, value, AllowedPattern);
  if (Type.startsWith('AWS::') && value === '') fault(name, "''", `a value of ${Type}, which cannot be empty`);
  if (Type !== 'Number') return;
  if (value === '' || Number.isNaN(Number(value))) fault(name, value, 'a number');
  else if (Number(value) < (MinValue ?? -Infinity) || Number(value) > (MaxValue ?? Infinity))
    fault(name, value, `a number from ${MinValue ?? '-∞'} to ${MaxValue ?? '∞'}`);
}

import type { TemplateInterface } from '@bitclouded/documents';
import { CfnCondition, CfnOutput, type CfnResource, CfnRule, Fn, TagManager, Token } from 'aws-cdk-lib';
import { Flag } from '../definition/flag.ts';
import { listKinds, type Value } from '../definition/kinds.ts';
import { Optional } from '../definition/optional.ts';
import { type Build, type ConditionExpression, definitionOf, type TemplateDefinition } from '../definition/template.ts';
import type { Template } from '../definition/upstream.ts';
import { KitError } from '../kit-error.ts';
import { kept } from '../resources/deletion-policy.ts';
import { machineMapping, unboundMachine } from '../resources/machine-map.ts';
import { makeResources } from '../resources/make-resources.ts';
import { checkDefinition, permissionsBoundaryParameter } from './check-definition.ts';
import { checkKinds } from './check-kinds.ts';
import { declareParameters } from './declare-parameters.ts';
import { interfaceOf } from './interface-of.ts';
import { checkLimits } from './limits.ts';
import { type PlainStack, plainStack } from './plain-stack.ts';
import { Recorder } from './recorder.ts';
import { namedByTag, statefulTypes } from './stateful-types.ts';
import { templateMetadata } from './template-metadata.ts';
import { toYaml } from './yaml.ts';

export interface Synthesised {
  /** The template as CloudFormation's JSON would be. */
  readonly template: Readonly<Record<string, unknown>>;
  /** The same as published, host-neutral: `unbound` stands where a release puts its artifacts' addresses. */
  readonly yaml: string;
  readonly interface: TemplateInterface;
}

/** What stands in the `Artifacts` mapping until a release binds it to a host. */
export const UNBOUND = 'unbound';

/**
 * Turns a definition into CloudFormation. The same definition gives the same bytes, wherever and in whatever order.
 * @throws KitError with every fault that is found at the stage that finds it
 */
export function synthesise(template: Template): Synthesised {
  const definition = definitionOf(template);
  checkDefinition(definition);

  const stack = plainStack(definition.summary);
  const recorder = new Recorder(definition.name);
  const params = declareParameters(stack, definition.parameters);
  const outputs = definition.build({
    ...makeResources(stack, recorder),
    params: params as Build<TemplateDefinition['parameters']>['params'],
    rule: (id, { describe, assert, when: condition }) =>
      void new CfnRule(stack, id, {
        assertions: [{ assert, assertDescription: describe }],
        ...(condition && { ruleCondition: condition }),
      }),
    condition: (id, expression) =>
      new Flag(() => new CfnCondition(stack, id, { expression: expressionOf(expression) })),
  });
  declareOutputs(stack, definition, outputs);
  const boundary = boundaryOf(stack);
  for (const resource of stack.resources()) keepTheStandards(stack, resource, boundary);

  const resolved = stack.resolved() as Record<string, Record<string, unknown>>;
  const complete = {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: definition.summary,
    Metadata: {},
    Parameters: resolved.Parameters,
    Mappings: { ...artifactsMapping(recorder), ...machineMappings(recorder) },
    Rules: resolved.Rules,
    Conditions: resolved.Conditions,
    Resources: inReadingOrder(resolved.Resources ?? {}),
    Outputs: resolved.Outputs,
  };
  const face = interfaceOf(definition, complete, recorder);
  complete.Metadata = templateMetadata(face);
  const yaml = toYaml(complete);

  const where = `template ${definition.name}`;
  const faults = [
    ...checkKinds(where, complete.Resources, definition.parameters),
    ...checkLimits(where, complete, yaml),
  ];
  if (faults.length > 0) throw new KitError(faults);
  return { template: complete, yaml, interface: face };
}

function expressionOf(expression: ConditionExpression) {
  if ('all' in expression) return Fn.conditionAnd(...expression.all.map((flag) => flag.condition));
  if ('any' in expression) return Fn.conditionOr(...expression.any.map((flag) => flag.condition));
  if ('not' in expression) return Fn.conditionNot(expression.not.condition);
  return Fn.conditionEquals(...expression.equal);
}

function declareOutputs(
  stack: PlainStack,
  definition: TemplateDefinition,
  returned: Readonly<Record<string, unknown>>,
): void {
  const where = `template ${definition.name}`;
  for (const name of Object.keys(returned))
    if (!(name in definition.outputs))
      throw new KitError({
        code: 'output-undeclared',
        where,
        received: name,
        expected: 'declared outputs alone',
        remedy: 'declare it, or do not return it',
      });
  for (const [name, { kind, description }] of Object.entries(definition.outputs)) {
    const value = returned[name];
    if (value === undefined)
      throw new KitError({
        code: 'output-missing',
        where,
        received: 'nothing',
        expected: `output ${name}`,
        remedy: 'return it from build',
      });
    const text = listKinds.has(kind)
      ? Fn.join(',', value as string[])
      : value instanceof Optional
        ? value.orEmpty
        : typeof value === 'number'
          ? Token.asString(value)
          : value;
    new CfnOutput(stack, `Output${name}`, { value: String(text), description }).overrideLogicalId(name);
  }
}

/** What every resource gets unless the template says otherwise. */
function keepTheStandards(stack: PlainStack, resource: CfnResource, boundary: () => string): void {
  const type = resource.cfnResourceType;
  const how = statefulTypes.get(type);
  if (how && resource.cfnOptions.deletionPolicy === undefined) kept(resource, how);
  if (type === 'AWS::IAM::Role') resource.addPropertyOverride('PermissionsBoundary', stack.resolve(boundary()));
  if (namedByTag.has(type))
    TagManager.of(resource)?.setTag(
      'Name',
      Fn.sub(`\${AWS::StackName}/${resource.logicalId === '' ? '' : stack.resolve(resource.logicalId)}`),
      100,
      true,
    );
}

/**
 * Every template with a role takes a permissions boundary: organisations refuse roles without theirs.
 * The parameter is declared at the first role, so that a template without one has none.
 */
function boundaryOf(stack: PlainStack): () => Value<'policyArn'> {
  let boundary: Optional<'policyArn'> | undefined;
  return () => {
    boundary ??= declareParameters(stack, { PermissionsBoundaryArn: permissionsBoundaryParameter })
      .PermissionsBoundaryArn as Optional<'policyArn'>;
    return boundary.or();
  };
}

/** A resource's attributes as people read them: what it is, when and why it is there, what it is made of. */
function inReadingOrder(resources: Record<string, unknown>): Record<string, unknown> {
  const order = [
    'Type',
    'Condition',
    'DependsOn',
    'DeletionPolicy',
    'UpdateReplacePolicy',
    'CreationPolicy',
    'UpdatePolicy',
    'Properties',
    'Metadata',
  ];
  return Object.fromEntries(
    Object.entries(resources).map(([logicalId, resource]) => {
      const attributes = resource as Record<string, unknown>;
      return [
        logicalId,
        Object.fromEntries(order.filter((name) => name in attributes).map((name) => [name, attributes[name]])),
      ];
    }),
  );
}

/** One entry an artifact: CloudFormation allows a hyphen in a mapping's first level only. */
function artifactsMapping({ lambdas, images }: Recorder): Record<string, Record<string, Record<string, string>>> {
  const entries: Record<string, Record<string, string>> = {};
  for (const name of [...new Set([...lambdas, ...images])].sort())
    entries[name] = { ...(lambdas.has(name) && { Key: UNBOUND }), ...(images.has(name) && { Image: UNBOUND }) };
  return Object.keys(entries).length > 0 ? { Artifacts: entries } : {};
}

/** One mapping an image: its rows are regions. */
function machineMappings({ machines }: Recorder): Record<string, ReturnType<typeof unboundMachine>> {
  const names = [...machines.keys()].sort();
  return Object.fromEntries(names.map((name) => [machineMapping(name), unboundMachine(machines.get(name)!, UNBOUND)]));
}

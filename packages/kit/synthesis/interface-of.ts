import type { TemplateInterface } from '@bitclouded/documents';
import { CfnResource, Stack } from 'aws-cdk-lib';
import type { TemplateDefinition } from '../definition/template.ts';
import { permissionsBoundaryParameter } from './check-definition.ts';
import { describeParameter } from './declare-parameters.ts';
import type { Recorder } from './recorder.ts';
import { statefulTypes } from './stateful-types.ts';

interface Resource {
  readonly Type: string;
  readonly Condition?: string;
  readonly DeletionPolicy?: string;
}

/** A template's face for planning: what it asks, gives, makes and declares. */
export function interfaceOf(
  definition: TemplateDefinition,
  template: {
    readonly Parameters?: Record<string, unknown>;
    readonly Conditions?: Record<string, unknown>;
    readonly Resources: Record<string, unknown>;
  },
  recorder: Recorder,
): TemplateInterface {
  const parameters = {
    ...definition.parameters,
    ...('PermissionsBoundaryArn' in (template.Parameters ?? {}) && {
      PermissionsBoundaryArn: permissionsBoundaryParameter,
    }),
  };
  return {
    schema: 'bitclouded.interface/1',
    kind: 'template',
    name: definition.name,
    summary: definition.summary,
    scope: definition.scope,
    instance: definition.instance,
    requires: definition.requires as Record<string, Record<string, string>>,
    parameters: Object.entries(parameters).map(([name, parameter]) => describeParameter(name, parameter)),
    outputs: Object.entries(definition.outputs).map(([name, { kind, description }]) => ({ name, kind, description })),
    conditions: Object.keys(template.Conditions ?? {}),
    resources: Object.entries(template.Resources as Record<string, Resource>).map(
      ([logicalId, { Type: type, Condition: condition, DeletionPolicy }]) => ({
        logicalId,
        type,
        stateful: statefulTypes.has(type) && DeletionPolicy !== 'Delete',
        ...(condition && { condition }),
      }),
    ),
    lambdas: [...recorder.lambdas].sort(),
    images: [...recorder.images, ...recorder.machines.keys()].sort(),
    exceptions: recorder.excuses.map(({ resource, standard, reason, review }) => ({
      logicalId: idOf(resource),
      standard,
      reason,
      review,
    })),
    connections: recorder.connections.map(({ from, to, port, why }) => ({
      from: idOf(from),
      to: to instanceof CfnResource ? idOf(to) : to,
      port,
      why,
    })),
    allowances: recorder.allowances.map(({ who, actions, resource, why }) => ({
      who: who instanceof CfnResource ? idOf(who) : who,
      actions: [...actions],
      resource,
      why,
    })),
  };
}

function idOf(resource: CfnResource): string {
  return Stack.of(resource).resolve(resource.logicalId) as string;
}

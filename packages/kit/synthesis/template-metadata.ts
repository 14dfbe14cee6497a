import type { TemplateInterface } from '@bitclouded/documents';

/**
 * A template's Metadata: the console's groups and labels, and under `BitClouded` the wiring,
 * so that whoever plans needs the template alone.
 */
export function templateMetadata(face: TemplateInterface): Record<string, unknown> {
  const wired = face.parameters.filter((parameter) => parameter.wiring);
  return {
    'AWS::CloudFormation::Interface': {
      ParameterGroups: groups(face),
      ParameterLabels: Object.fromEntries(face.parameters.map(({ name, label }) => [name, { default: label }])),
    },
    BitClouded: {
      Template: face.name,
      Scope: face.scope,
      Instance: face.instance,
      ...(Object.keys(face.requires).length > 0 && { Requires: face.requires }),
      ...(wired.length > 0 && {
        Wiring: Object.fromEntries(
          wired.map(({ name, wiring }) => [
            name,
            { From: wiring!.template, Output: wiring!.output, Grade: wiring!.grade },
          ]),
        ),
      }),
      ...(face.outputs.length > 0 && {
        Outputs: Object.fromEntries(face.outputs.map(({ name, kind }) => [name, kind])),
      }),
      ...(face.connections.length > 0 && {
        Connections: face.connections.map(({ from, to, port, why }) => ({ From: from, To: to, Port: port, Why: why })),
      }),
      ...(face.allowances.length > 0 && {
        Allowances: face.allowances.map(({ who, actions, resource, why }) => ({
          Who: who,
          Actions: actions,
          Resource: resource,
          Why: why,
        })),
      }),
    },
  };
}

/** Groups in the order in which their first parameter was declared. */
function groups(face: TemplateInterface): { Label: { default: string }; Parameters: string[] }[] {
  const byName = new Map<string, string[]>();
  for (const { name, group } of face.parameters) byName.set(group, [...(byName.get(group) ?? []), name]);
  return [...byName].map(([label, names]) => ({ Label: { default: label }, Parameters: names }));
}

import type { AwsHost, InterfaceParameter, TemplateInterface } from '@bitclouded/documents';

/** A host of two regions for tests. */
export function twoRegionHost(more: Partial<AwsHost> = {}): AwsHost {
  return {
    name: 'production',
    kind: 'aws',
    prefix: 'bitclouded',
    account: '123456789012',
    homeRegion: 'us-east-1',
    regions: ['us-east-1', 'eu-west-1'],
    registry: 'public.ecr.aws/example',
    ...more,
  };
}

/** A parameter of a template's interface. */
export function parameter(name: string, more: Partial<InterfaceParameter> = {}): InterfaceParameter {
  return {
    name,
    kind: 'text',
    type: 'String',
    description: `The ${name}`,
    group: 'Settings',
    label: name,
    secret: false,
    ...more,
  };
}

/** What a template says about itself, as far as a host looks at it. */
export function faceOf(
  name: string,
  parameters: readonly InterfaceParameter[],
  outputs: readonly string[] = [],
): TemplateInterface {
  return {
    schema: 'bitclouded.interface/1',
    kind: 'template',
    name,
    summary: name,
    scope: 'account',
    instance: 'shared',
    requires: {},
    parameters: [...parameters],
    outputs: outputs.map((output) => ({ name: output, kind: 'text', description: output })),
    conditions: [],
    resources: [],
    lambdas: [],
    images: [],
    exceptions: [],
    connections: [],
    allowances: [],
  };
}

import type { AwsHost, Fault, InterfaceParameter, TemplateInterface } from '@bitclouded/documents';
import type { ReleaseErrorCode } from '../release-error.ts';
import type { HostTemplate } from './host-stacks.ts';

/** What is known when a stack's parameters are put together. */
export interface Known {
  /** Outputs of the stacks before it, by name. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Outputs that only exist once a stack is made: name → stack. */
  readonly pending: Readonly<Record<string, string>>;
  /** What was found in the account, by parameter: the configuration comes before it. */
  readonly found: Readonly<Record<string, string>>;
}

/** The parameters of one stack. */
export interface StackParameters {
  readonly values: Readonly<Record<string, string>>;
  /** Parameters without a value yet, and the stack that will give it. */
  readonly awaits: Readonly<Record<string, string>>;
  readonly faults: readonly Fault<ReleaseErrorCode>[];
}

/**
 * Puts a stack's parameters together: what the configuration says, else the host's prefix, what was found in the
 * account, and the output of the same name of a stack before it; the rest takes its default.
 */
export function stackParameters(
  host: AwsHost,
  template: HostTemplate,
  { parameters }: TemplateInterface,
  { outputs, pending, found }: Known,
): StackParameters {
  const configured = { ...inherited(host, template, parameters), ...host.stacks?.[template] };
  const given: Readonly<Record<string, string>> = { ...outputs, ...found, ...configured, Prefix: host.prefix };
  const values: Record<string, string> = {};
  const awaits: Record<string, string> = {};
  const faults = [...unknownParameters(host, template, parameters), ...prefixFaults(host, template)];
  for (const parameter of parameters) {
    const { name } = parameter;
    const where = placeOf(host, template, name);
    const value = given[name];
    if (value !== undefined) {
      values[name] = value;
      faults.push(...valueFaults(parameter, value, where));
    } else if (pending[name] !== undefined) awaits[name] = pending[name];
    else if (parameter.default === undefined)
      faults.push({
        code: 'parameter-missing',
        where,
        received: 'no value',
        expected: `${parameter.description} (${parameter.type})`,
        remedy: 'add it to the host in bitclouded.config.ts',
      });
  }
  return { values, awaits, faults };
}

/** The other regions' buckets are governed as the home region's, unless their own parameters say otherwise. */
function inherited(
  host: AwsHost,
  template: HostTemplate,
  parameters: readonly InterfaceParameter[],
): Readonly<Record<string, string>> {
  if (template !== 'artifact-region') return {};
  const names = parameters.map(({ name }) => name);
  return Object.fromEntries(
    Object.entries(host.stacks?.['artifact-host'] ?? {}).filter(([name]) => names.includes(name)),
  );
}

function unknownParameters(
  host: AwsHost,
  template: HostTemplate,
  parameters: readonly InterfaceParameter[],
): Fault<ReleaseErrorCode>[] {
  const names = parameters.map(({ name }) => name);
  return Object.keys(host.stacks?.[template] ?? {})
    .filter((name) => !names.includes(name))
    .map((name) => ({
      code: 'parameter-unknown',
      where: placeOf(host, template, name),
      received: name,
      expected: `one of ${names.join(', ')}`,
      remedy: 'correct the name, or take the parameter out of bitclouded.config.ts',
    }));
}

/** Addresses are made of the host's own prefix: a stack with another one would make buckets that nobody reads. */
function prefixFaults(host: AwsHost, template: HostTemplate): Fault<ReleaseErrorCode>[] {
  const prefix = host.stacks?.[template]?.Prefix;
  if (prefix === undefined || prefix === host.prefix) return [];
  return [
    {
      code: 'parameter-invalid',
      where: placeOf(host, template, 'Prefix'),
      received: prefix,
      expected: `${host.prefix}, the host's prefix`,
      remedy: 'take it out: the host gives it',
    },
  ];
}

/** What CloudFormation would refuse later, one stack at a time. */
function valueFaults(parameter: InterfaceParameter, value: string, where: string): Fault<ReleaseErrorCode>[] {
  const { allowedValues, allowedPattern, minimum, maximum, secret, type } = parameter;
  const number = Number(value);
  const expected = [
    ...(allowedValues && !allowedValues.includes(value) ? [`one of ${allowedValues.join(', ')}`] : []),
    // Of a list it is each member that must match, which the service looks at.
    ...(type === 'String' && allowedPattern && !new RegExp(`^(?:${allowedPattern})$`).test(value)
      ? [`a match of ${allowedPattern}`]
      : []),
    ...(minimum !== undefined && !(number >= minimum) ? [`at least ${minimum}`] : []),
    ...(maximum !== undefined && !(number <= maximum) ? [`at most ${maximum}`] : []),
  ];
  if (expected.length === 0) return [];
  return [
    {
      code: 'parameter-invalid',
      where,
      received: secret ? 'a secret value' : value,
      expected: expected.join(', '),
      remedy: 'correct it in bitclouded.config.ts',
    },
  ];
}

function placeOf(host: AwsHost, template: HostTemplate, name: string): string {
  return `hosts.${host.name}.stacks['${template}'].${name}`;
}

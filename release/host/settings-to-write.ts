import type { AwsHost } from '@bitclouded/documents';
import type { StackOutputs } from '@bitclouded/provisioner';

/** What a person carries from the host's stacks to where it is used. */
export interface SettingsToWrite {
  /** For the host's entry in bitclouded.config.ts, where it stands otherwise there. */
  readonly config: Readonly<Record<string, unknown>>;
  /** For the variables of the repository whose workflows release. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Compares what the stacks came to with what the configuration says. */
export function settingsToWrite(host: AwsHost, outputs: StackOutputs): SettingsToWrite {
  const { CdnDomainName: stackDomain, DistributionId: distributionId, RegistryUri: registry } = outputs;
  const domain = host.stacks?.['artifact-host']?.Domain || stackDomain;
  const config: Record<string, unknown> = {};
  if (domain && distributionId) {
    if (host.cdn?.domain !== domain || host.cdn.distributionId !== distributionId)
      config.cdn = { domain, distributionId };
  } else if (host.cdn !== undefined) config.cdn = undefined;
  if (registry && registry !== host.registry) config.registry = registry;
  const roles = Object.entries(outputs).filter(([name]) => name.endsWith('RoleArn'));
  return { config, variables: Object.fromEntries(roles.map(([name, arn]) => [variableOf(name), arn])) };
}

/** `PublishRoleArn` → `PUBLISH_ROLE_ARN`. */
function variableOf(output: string): string {
  return output.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
}

/** The settings in lines for people; empty where there is nothing to write. */
export function describeSettings(host: AwsHost, { config, variables }: SettingsToWrite): readonly string[] {
  const settings = Object.entries(config).map(([name, value]) =>
    value === undefined ? `  ${name}: take it out, there is none` : `  ${name}: ${literalOf(value)},`,
  );
  const roles = Object.entries(variables).map(([name, arn]) => `  ${name}=${arn}`);
  return [
    ...(settings.length > 0 ? ['', `Write into bitclouded.config.ts, host ${host.name}:`, ...settings] : []),
    ...(roles.length > 0 ? ['', 'Variables of the repository, for its workflows:', ...roles] : []),
  ];
}

function literalOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return `'${value}'`;
  return `{ ${Object.entries(value)
    .map(([name, inner]) => `${name}: '${inner}'`)
    .join(', ')} }`;
}

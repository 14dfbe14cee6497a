import type { TemplateInterface } from '@bitclouded/documents';
import { isObject, type Value } from '../plan/parse-template.ts';
import type { MadeResource } from './resources-of.ts';

/** To which service a type passes a role that comes from outside the template, whose trust nobody can read here. */
const PASSED_TO: Readonly<Record<string, string>> = {
  'AWS::Backup::BackupSelection': 'backup.amazonaws.com',
  'AWS::Backup::RestoreTestingSelection': 'backup.amazonaws.com',
  'AWS::CloudTrail::Trail': 'cloudtrail.amazonaws.com',
  'AWS::EC2::FlowLog': 'vpc-flow-logs.amazonaws.com',
  'AWS::ECS::TaskDefinition': 'ecs-tasks.amazonaws.com',
  'AWS::Events::Rule': 'events.amazonaws.com',
  'AWS::Lambda::Function': 'lambda.amazonaws.com',
  'AWS::RDS::DBCluster': 'monitoring.rds.amazonaws.com',
  'AWS::RDS::DBInstance': 'monitoring.rds.amazonaws.com',
};

export interface PassedRoles {
  /** Paths of roles, with a `*` behind the last slash. */
  readonly roles: readonly string[];
  readonly services: readonly string[];
  /** Types that pass a role from outside, and to nobody knows whom. */
  readonly unknownTypes: readonly string[];
}

/**
 * The roles that a stack hands to services: its own ones, by their path and their trust, and those that its
 * parameters name, by the path of the template that they come from.
 * @param types those whose handlers pass roles
 */
export function passedRoles(
  template: TemplateInterface,
  resources: readonly MadeResource[],
  types: ReadonlySet<string>,
): PassedRoles {
  if (types.size === 0) return { roles: [], services: [], unknownTypes: [] };
  const own = resources.filter(({ type }) => type === 'AWS::IAM::Role').map((role) => role.properties());
  const given = template.parameters.filter(({ kind }) => kind === 'roleArn');
  const names = new Set(given.map(({ name }) => name));
  const passing =
    given.length === 0
      ? []
      : resources.filter(({ type, properties }) => types.has(type) && refersTo(properties(), names));
  const passingTypes = [...new Set(passing.map(({ type }) => type))];
  return {
    roles: [
      ...own.map(({ Path: path }) => (typeof path === 'string' ? `${path.slice(1)}*` : '*')),
      ...(passing.length > 0 ? given.map(({ wiring }) => (wiring ? `${wiring.template}/*` : '*')) : []),
    ],
    services: [
      ...own.flatMap(({ AssumeRolePolicyDocument: trust }) => servicesOf(trust)),
      ...passingTypes.flatMap((type) => PASSED_TO[type] ?? []),
    ],
    unknownTypes: passingTypes.filter((type) => !(type in PASSED_TO)),
  };
}

/** Every service that a trust policy names, whatever stands around it. */
function servicesOf(value: Value | undefined, underService = false): readonly string[] {
  if (typeof value === 'string') return underService ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((item) => servicesOf(item, underService));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    servicesOf(inner, key === 'Service' || (underService && key === 'Fn::If')),
  );
}

function refersTo(value: Value, names: ReadonlySet<string>): boolean {
  if (Array.isArray(value)) return value.some((item) => refersTo(item, names));
  if (!isObject(value)) return false;
  const { Ref: reference } = value;
  return (
    (typeof reference === 'string' && names.has(reference)) ||
    Object.values(value).some((inner) => refersTo(inner, names))
  );
}

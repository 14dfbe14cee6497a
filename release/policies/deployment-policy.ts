import { type Fault, type Host, partitionOf, type TemplateInterface } from '@bitclouded/documents';
import { ReleaseError, type ReleaseErrorCode } from '../release-error.ts';
import { iamStatements, isUnknownToIam } from './iam-statements.ts';
import { narrowActions } from './narrow-actions.ts';
import { parameterReads, referenceReads } from './parameter-reads.ts';
import { passedRoles } from './passed-roles.ts';
import { type PolicyStatement, statement } from './policy-statement.ts';
import { type MadeResource, resourcesOf } from './resources-of.ts';
import { servicesWithRole } from './service-linked-roles.ts';

/** The actions that each resource type's handlers call. */
export type TypeActions = ReadonlyMap<string, readonly string[]>;

const isCustom = (type: string): boolean =>
  type === 'AWS::CloudFormation::CustomResource' || type.startsWith('Custom::');
const isKeyUse = (type: string, action: string): boolean =>
  !type.startsWith('AWS::KMS::') && /^kms:(?!Describe|Get|List)/.test(action);
/** A function's code comes from the release, and from nowhere else. */
const isCodeRead = (type: string, action: string): boolean =>
  type === 'AWS::Lambda::Function' && /^s3:GetObject/.test(action);
/** Custom resources are made by functions, secrets are rotated by them. */
const INVOKE = 'lambda:InvokeFunction';
const isRoleUse = (action: string): boolean => /^iam:(?:PassRole|CreateServiceLinkedRole)$/.test(action);

/**
 * What a role needs with which CloudFormation creates, updates and deletes stacks of a template. Most resources get
 * names that CloudFormation invents, so they stand under `*` in statements whose ids end with `AnyName`.
 * @param text the template as it is published
 * @throws ReleaseError `permissions-unknown` for types of which it is not known what their handlers call, or for whom
 */
export function deploymentPolicy(
  template: TemplateInterface,
  text: string,
  typeActions: TypeActions,
  host: Host,
): readonly PolicyStatement[] {
  const where = `template ${template.name}`;
  const arn = (service: string, rest: string): string => `arn:${partitionOf(host.homeRegion)}:${service}:${rest}`;
  const resources = resourcesOf(text, where);
  const calls = callsOf(resources, typeActions, where);
  const select = (wanted: (type: string, action: string) => boolean): string[] =>
    [...calls].flatMap(([type, actions]) => actions.filter((action) => wanted(type, action)));

  const passing = new Set([...calls].flatMap(([type, actions]) => (actions.includes('iam:PassRole') ? [type] : [])));
  const passed = passedRoles(template, resources, passing);
  const linked = [...calls].flatMap(([type, actions]) => servicesWithRole(type, actions) ?? []);
  checkKnown(where, [
    ...[...calls.keys()].filter(isUnknownToIam).map((type) => [type, 'iam-statements.ts'] as const),
    ...passed.unknownTypes.map((type) => [type, 'passed-roles.ts'] as const),
    ...[...calls].flatMap(([type, actions]) =>
      servicesWithRole(type, actions) === undefined ? [[type, 'service-linked-roles.ts'] as const] : [],
    ),
  ]);

  return [
    ...iamStatements(calls, resources, (path) => arn('iam', `:*:${path}`)),
    ...statement(
      'PassRoles',
      passed.roles.length > 0 ? ['iam:PassRole'] : [],
      passed.roles.map((role) => arn('iam', `:*:role/${role}`)),
      { StringEquals: { 'iam:PassedToService': [...new Set(passed.services)].sort() } },
    ),
    ...statement(
      'ServiceLinkedRoles',
      linked.length > 0 ? ['iam:CreateServiceLinkedRole'] : [],
      [arn('iam', ':*:role/aws-service-role/*')],
      { StringLike: { 'iam:AWSServiceName': [...new Set(linked)].sort() } },
    ),
    ...statement(
      'PublishedCode',
      template.lambdas.length > 0 ? ['s3:GetObject'] : [],
      // The names of a host's buckets in all regions; nobody else can register one of them.
      template.lambdas.map((name) => arn('s3', `::${host.prefix}-${host.account}-*-an/lambdas/${name}/*`)),
    ),
    ...statement(
      'FunctionsAnyName',
      [...(resources.some(({ type }) => isCustom(type)) ? [INVOKE] : []), ...select((_, action) => action === INVOKE)],
      [arn('lambda', '*:*:function:*')],
    ),
    ...statement('KeysThroughServices', select(isKeyUse), [arn('kms', '*:*:key/*')], {
      Null: { 'kms:ViaService': 'false' },
    }),
    ...byService([
      ...parameterReads(template),
      ...referenceReads(text),
      ...select(
        (type, action) =>
          !type.startsWith('AWS::IAM::') &&
          action !== INVOKE &&
          !isRoleUse(action) &&
          !isKeyUse(type, action) &&
          !isCodeRead(type, action),
      ),
    ]),
  ];
}

/** What the handlers of a template's types call, by type. */
function callsOf(resources: readonly MadeResource[], typeActions: TypeActions, where: string): TypeActions {
  const types = new Set(resources.map(({ type }) => type).filter((type) => !type.startsWith('Custom::')));
  checkKnown(
    where,
    [...types].filter((type) => !typeActions.has(type)).map((type) => [type, 'handler-permissions.json'] as const),
  );
  return new Map(
    [...types].sort().map((type) => {
      const ofType = resources.filter((resource) => resource.type === type);
      return [type, narrowActions(type, typeActions.get(type)!, ofType, types)];
    }),
  );
}

/** A statement a service: `Ec2AnyName`, `ApplicationAutoscalingAnyName`. */
function byService(actions: readonly string[]): readonly PolicyStatement[] {
  const serviceOf = (action: string): string => action.slice(0, action.indexOf(':'));
  return [...new Set(actions.map(serviceOf))].sort().flatMap((service) =>
    statement(
      `${service.replace(/(?:^|-)([a-z0-9])/g, (_, first: string) => first.toUpperCase())}AnyName`,
      actions.filter((action) => serviceOf(action) === service),
      ['*'],
    ),
  );
}

function checkKnown(where: string, missing: readonly (readonly [type: string, file: string])[]): void {
  if (missing.length === 0) return;
  throw new ReleaseError(
    missing.map(
      ([type, file]): Fault<ReleaseErrorCode> => ({
        code: 'permissions-unknown',
        where,
        received: type,
        expected: `a type in release/policies/${file}`,
        remedy: file.endsWith('.json') ? 'npm run permissions' : `add it to release/policies/${file}`,
      }),
    ),
  );
}

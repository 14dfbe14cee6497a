import { type PolicyStatement, statement } from './policy-statement.ts';
import type { MadeResource } from './resources-of.ts';

/** IAM's types, the ids of their statements, and what of IAM they write. */
const KINDS: Readonly<Record<string, readonly [sid: string, ...kinds: string[]]>> = {
  'AWS::IAM::InstanceProfile': ['InstanceProfiles', 'instance-profile'],
  'AWS::IAM::ManagedPolicy': ['Policies', 'policy', 'role'],
  'AWS::IAM::OIDCProvider': ['IdentityProviders', 'oidc-provider'],
  'AWS::IAM::Role': ['Roles', 'role'],
};

/** Whether a type is one of IAM of which it is not known under what names it is made. */
export function isUnknownToIam(type: string): boolean {
  return type.startsWith('AWS::IAM::') && !(type in KINDS);
}

/**
 * What is made of IAM, under the paths that the template gives it. A type without a path, such as an identity
 * provider, stands under any name.
 */
export function iamStatements(
  calls: ReadonlyMap<string, readonly string[]>,
  resources: readonly MadeResource[],
  arn: (path: string) => string,
): readonly PolicyStatement[] {
  return [...calls].flatMap(([type, actions]) => {
    if (!type.startsWith('AWS::IAM::')) return [];
    const [sid, ...kinds] = KINDS[type]!;
    const paths = resources
      .filter((resource) => resource.type === type)
      .map((resource) => resource.properties().Path)
      .map((path) => (typeof path === 'string' ? path : '/'));
    return statement(
      sid,
      actions.filter((action) => action !== 'iam:PassRole'),
      kinds.flatMap((kind) => paths.map((path) => arn(`${kind}${path}*`))),
    );
  });
}

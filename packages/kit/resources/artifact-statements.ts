import { Aws } from 'aws-cdk-lib';
import { when } from '../definition/flag.ts';
import type { Optional } from '../definition/optional.ts';
import type { Statement } from './resources.ts';

/** Patterns of the keys under which a release host keeps what it publishes, as policies take them. */
export const artifactKeys = {
  index: 'index.json',
  /** `v1.4.0/…`: two dots before a slash, which no alias has, because no folder in a release has a dot. */
  versions: 'v*.*.*/*',
  functions: 'lambdas/*',
  attestations: 'attestations/*',
  latest: 'latest/*',
  /** `v1/…` and `v1.4/…`; the pattern fits versions too. */
  aliases: 'v*/*',
} as const;

export interface ArtifactStatementsOptions {
  /** What everybody may read, by key patterns. */
  readonly published: readonly string[];
  /** What is created once and never written again. */
  readonly createOnly: readonly string[];
  /** What is replaced only by who names what it replaces. */
  readonly swapped?: readonly string[];
  /** Who may write at all; where it is not given, IAM decides alone. */
  readonly publishers: Optional<'principalArns'>;
  /** Who may delete; where it is not given, nobody. */
  readonly breakGlass: Optional<'principalArns'>;
  /** Roles that write artifacts and govern no bucket: an ARN pattern. */
  readonly releaseRoles: string;
}

/**
 * The policy of a bucket of released artifacts, beside its refusal of requests without TLS. The refusals bind every
 * principal, administrators too, until somebody changes the policy.
 * Source: S3 User Guide, "Enforce conditional writes on Amazon S3 buckets".
 */
export function artifactStatements(bucketArn: string, options: ArtifactStatementsOptions): Statement[] {
  const objects = (keys: readonly string[]) => keys.map((key) => `${bucketArn}/${key}`);
  const everything = `${bucketArn}/*`;
  // Parts of an upload carry no condition: what completes it does.
  const creation = { Bool: { 's3:ObjectCreationOperation': 'true' } };
  return [
    {
      Sid: 'Published',
      Effect: 'Allow',
      Principal: '*',
      Action: 's3:GetObject',
      Resource: objects(options.published),
    },
    deny('CreateOnly', 's3:PutObject', objects(options.createOnly), {
      Null: { 's3:if-none-match': 'true' },
      ...creation,
    }),
    ...(options.swapped
      ? [
          deny('CompareAndSwap', 's3:PutObject', objects(options.swapped), {
            Null: { 's3:if-none-match': 'true', 's3:if-match': 'true' },
            ...creation,
          }),
        ]
      : []),
    // Nobody anonymous could read it, and nobody could create it again.
    deny('NoKms', 's3:PutObject', everything, {
      Null: { 's3:x-amz-server-side-encryption': 'false' },
      StringNotEquals: { 's3:x-amz-server-side-encryption': 'AES256' },
    }),
    when(
      options.publishers.given,
      deny('PublishersOnly', 's3:PutObject', everything, {
        ArnNotLike: { 'aws:PrincipalArn': options.publishers.orEmpty },
      }),
    ),
    {
      ...deny(
        'NeverDeleted',
        ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:BypassGovernanceRetention'],
        everything,
      ),
      Condition: when(options.breakGlass.given, { ArnNotLike: { 'aws:PrincipalArn': options.breakGlass.orEmpty } }),
    },
    deny(
      'RolesGovernNothing',
      ['s3:DeleteBucket*', 's3:PutBucket*', 's3:PutEncryptionConfiguration', 's3:PutLifecycleConfiguration'],
      bucketArn,
      { ArnLike: { 'aws:PrincipalArn': options.releaseRoles } },
    ),
  ];
}

/** The names of a host's buckets in all regions, as ARNs for the roles of its account. */
export function artifactBucketArns(prefix: string): string {
  return `arn:${Aws.PARTITION}:s3:::${prefix}-${Aws.ACCOUNT_ID}-*-an`;
}

function deny(
  sid: string,
  action: Statement['Action'],
  resource: NonNullable<Statement['Resource']>,
  condition?: NonNullable<Statement['Condition']>,
): Statement {
  return {
    Sid: sid,
    Effect: 'Deny',
    Principal: '*',
    Action: action,
    Resource: resource,
    ...(condition && { Condition: condition }),
  };
}

import { CustomResourceError, readProperties } from '@bitclouded/kit/custom-resource';

/** What the template says of the database. Empty texts are as good as nothing. */
export interface Properties {
  /** One of the two: an instance of its own, or a cluster, as of Aurora. */
  readonly DbInstanceIdentifier?: string;
  readonly DbClusterIdentifier?: string;
  /** The snapshot that the database was restored from; nothing where it was made empty. */
  readonly Snapshot?: string;
  /** A secret of the template's own, JSON with `username` and `password`; nothing where RDS keeps the password. */
  readonly DbAdminSecretArn?: string;
  /** The key for the secret that RDS makes; nothing is the account's default key. */
  readonly SecretKeyArn?: string;
}

/** Source: Amazon RDS API Reference, CreateDBInstance, DBInstanceIdentifier. */
const IDENTIFIER = {
  expected: 'the identifier of a database',
  pattern: /^$|^[A-Za-z](?:-?[A-Za-z0-9]){0,62}$/,
  optional: true,
} as const;

const DECLARED = {
  DbInstanceIdentifier: IDENTIFIER,
  DbClusterIdentifier: IDENTIFIER,
  Snapshot: {
    expected: 'the name or ARN of a snapshot',
    pattern: /^$|^(?:arn:[^:]+:rds:[^:]*:\d{12}:(?:cluster-)?snapshot:)?[A-Za-z][A-Za-z0-9:-]{0,254}$/,
    optional: true,
  },
  DbAdminSecretArn: {
    expected: 'the ARN of a secret',
    pattern: /^$|^arn:[^:]+:secretsmanager:[^:]+:\d{12}:secret:.+$/,
    optional: true,
  },
  SecretKeyArn: {
    expected: 'the ARN of a key',
    pattern: /^$|^arn:[^:]+:kms:[^:]+:\d{12}:(?:key|alias)\/.+$/,
    optional: true,
  },
} as const;

/** @throws CustomResourceError `property-invalid` with every fault */
export function readDatabase(properties: Readonly<Record<string, unknown>>): Properties {
  const read = readProperties(DECLARED, properties);
  const faults = [
    ...(Boolean(read.DbInstanceIdentifier) === Boolean(read.DbClusterIdentifier)
      ? [propertyFault('DbInstanceIdentifier, DbClusterIdentifier', 'exactly one of them')]
      : []),
    ...(read.DbAdminSecretArn && read.SecretKeyArn
      ? [propertyFault('DbAdminSecretArn, SecretKeyArn', 'a secret of the template’s own, or a key for that of RDS')]
      : []),
  ];
  if (faults.length > 0) throw new CustomResourceError(faults);
  return read;
}

function propertyFault(where: string, expected: string) {
  return {
    code: 'property-invalid' as const,
    where,
    received: 'both, or none',
    expected,
    remedy: 'correct the properties of the custom resource',
  };
}

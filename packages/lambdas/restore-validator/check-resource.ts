import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeFileSystemsCommand, type EFSClient } from '@aws-sdk/client-efs';
import { DescribeDBClustersCommand, DescribeDBInstancesCommand, type RDSClient } from '@aws-sdk/client-rds';
import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { RestoreValidatorError } from './restore-validator-error.ts';

export interface Clients {
  readonly rds: RDSClient;
  readonly efs: EFSClient;
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBClient;
}

/** What is to be said of a restored resource. `pending`: it is still at work, and nothing can be said yet. */
export interface Verdict {
  readonly verdict: 'sound' | 'unsound' | 'pending';
  /** A sentence for whoever reads the restore job. */
  readonly message: string;
}

type Check = (clients: Clients, name: string, signal: AbortSignal) => Promise<Verdict>;

/** States that pass into no other by themselves. Source: Amazon RDS User Guide, "Viewing Amazon RDS DB instance status". */
const RDS_LOST = /^(?:delet|failed|inaccessible|incompatible|insufficient|restore-error|stop|storage-full)/;

/** The check of each kind, by how an ARN of it goes on after its account; the name follows. */
const CHECKS: Readonly<Record<string, Check>> = {
  'rds:db:': async ({ rds }, name, abortSignal) => {
    const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: name }), {
      abortSignal,
    });
    return database('database instance', DBInstances[0]?.DBInstanceStatus, DBInstances[0]?.StorageEncrypted);
  },
  // Of Aurora, DocumentDB and Neptune, which share it.
  'rds:cluster:': async ({ rds }, name, abortSignal) => {
    const { DBClusters = [] } = await rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier: name }), {
      abortSignal,
    });
    return database('database cluster', DBClusters[0]?.Status, DBClusters[0]?.StorageEncrypted);
  },
  'elasticfilesystem:file-system/': async ({ efs }, name, abortSignal) => {
    const { FileSystems = [] } = await efs.send(new DescribeFileSystemsCommand({ FileSystemId: name }), {
      abortSignal,
    });
    const { LifeCycleState: state, Encrypted: isEncrypted } = FileSystems[0] ?? {};
    if (state === 'creating' || state === 'updating') return pending('file system', state);
    return state === 'available' ? encrypted('file system', isEncrypted) : unsound(`The file system is ${state}.`);
  },
  'dynamodb:table/': async ({ dynamodb }, name, abortSignal) => {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: name }), { abortSignal });
    const state = Table?.TableStatus;
    if (state === 'CREATING' || state === 'UPDATING') return pending('table', state);
    return state === 'ACTIVE' ? sound('The table is active.') : unsound(`The table is ${state}.`);
  },
  's3:': async ({ s3 }, name, abortSignal) => {
    const { KeyCount = 0 } = await s3.send(new ListObjectsV2Command({ Bucket: name, MaxKeys: 1 }), { abortSignal });
    return KeyCount > 0 ? sound('The bucket holds objects.') : unsound('The bucket is empty.');
  },
};

/** What services call a resource that is not there. */
const NOT_FOUND: ReadonlySet<string> = new Set([
  'DBInstanceNotFoundFault',
  'DBInstanceNotFound',
  'DBClusterNotFoundFault',
  'FileSystemNotFound',
  'NoSuchBucket',
  'ResourceNotFoundException',
]);

/**
 * Looks at a restored resource once.
 * @throws RestoreValidatorError `unknown-kind`
 */
export async function checkResource(arn: string, clients: Clients, signal: AbortSignal): Promise<Verdict> {
  const { check, name } = checkOf(arn);
  try {
    return await check(clients, name, signal);
  } catch (error) {
    if (!(error instanceof Error) || !NOT_FOUND.has(error.name)) throw error;
    return unsound(`${arn} is not there.`);
  }
}

function checkOf(arn: string): { check: Check; name: string } {
  const [, , service = '', , , ...rest] = arn.split(':');
  const told = `${service}:${rest.join(':')}`;
  const [start, check] = Object.entries(CHECKS).find(([start]) => told.startsWith(start)) ?? [];
  if (start !== undefined && check) return { check, name: told.slice(start.length) };
  throw new RestoreValidatorError({
    code: 'unknown-kind',
    where: arn,
    received: 'a resource that no check is written for',
    expected: 'a database, a file system, a table or a bucket',
    remedy: 'leave this kind out of the restore testing plan, or validate it by a function of its own',
  });
}

function database(what: string, state: string | undefined, isEncrypted: boolean | undefined): Verdict {
  if (state === 'available') return encrypted(what, isEncrypted);
  if (state === undefined) return unsound(`The ${what} is not there.`);
  return RDS_LOST.test(state) ? unsound(`The ${what} is ${state}.`) : pending(what, state);
}

function encrypted(what: string, isEncrypted: boolean | undefined): Verdict {
  return isEncrypted
    ? sound(`The ${what} is available and encrypted.`)
    : unsound(`The ${what} is available, and not encrypted.`);
}

function sound(message: string): Verdict {
  return { verdict: 'sound', message };
}

function unsound(message: string): Verdict {
  return { verdict: 'unsound', message };
}

function pending(what: string, state: string): Verdict {
  return { verdict: 'pending', message: `The ${what} is still ${state}.` };
}

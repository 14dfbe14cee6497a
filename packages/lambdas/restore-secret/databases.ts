import {
  AddTagsToResourceCommand,
  DBClusterNotFoundFault,
  DBInstanceNotFoundFault,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  type MasterUserSecret,
  ModifyDBClusterCommand,
  ModifyDBInstanceCommand,
  type RDSClient,
  type Tag,
} from '@aws-sdk/client-rds';
import { CustomResourceError } from '@bitclouded/kit/custom-resource';
import type { Properties } from './properties.ts';

/** A database, as RDS describes it: an instance or a cluster. */
export interface Database {
  readonly arn: string;
  /** Its own over its whole life, and no other's: a restored database has a new one. */
  readonly resourceId: string;
  readonly status: string;
  readonly username: string;
  /** A password is set, and the database has it not yet. */
  readonly isPasswordPending: boolean;
  /** Where RDS keeps the password. */
  readonly secret: MasterUserSecret | undefined;
  readonly tags: readonly Tag[];
}

/** What is asked of RDS for the password. */
export type PasswordChange =
  | { readonly MasterUserPassword: string; readonly ManageMasterUserPassword?: false }
  | { readonly ManageMasterUserPassword: true; readonly MasterUserSecretKmsKeyId?: string }
  | { readonly RotateMasterUserPassword: true };

/** @throws CustomResourceError `resource-failed` where RDS has no such database */
export async function readDatabaseState(
  rds: RDSClient,
  { DbInstanceIdentifier, DbClusterIdentifier }: Properties,
  abortSignal: AbortSignal,
): Promise<Database> {
  try {
    if (DbClusterIdentifier) {
      const command = new DescribeDBClustersCommand({ DBClusterIdentifier: DbClusterIdentifier });
      const cluster = (await rds.send(command, { abortSignal })).DBClusters![0]!;
      return {
        arn: cluster.DBClusterArn!,
        resourceId: cluster.DbClusterResourceId!,
        status: cluster.Status!,
        username: cluster.MasterUsername!,
        isPasswordPending: cluster.PendingModifiedValues?.MasterUserPassword !== undefined,
        secret: cluster.MasterUserSecret,
        tags: cluster.TagList ?? [],
      };
    }
    const command = new DescribeDBInstancesCommand({ DBInstanceIdentifier: DbInstanceIdentifier });
    const instance = (await rds.send(command, { abortSignal })).DBInstances![0]!;
    return {
      arn: instance.DBInstanceArn!,
      resourceId: instance.DbiResourceId!,
      status: instance.DBInstanceStatus!,
      username: instance.MasterUsername!,
      isPasswordPending: instance.PendingModifiedValues?.MasterUserPassword !== undefined,
      secret: instance.MasterUserSecret,
      tags: instance.TagList ?? [],
    };
  } catch (error) {
    if (!(error instanceof DBInstanceNotFoundFault || error instanceof DBClusterNotFoundFault)) throw error;
    throw new CustomResourceError(
      {
        code: 'resource-failed',
        where: (DbClusterIdentifier || DbInstanceIdentifier)!,
        received: error.name,
        expected: 'a database of this identifier in the function’s account and region',
        remedy: 'correct the identifier; let the custom resource refer to the database, so that it comes after it',
      },
      { cause: error },
    );
  }
}

/** @throws InvalidDBInstanceStateFault, InvalidDBClusterStateFault while something else changes the database */
export async function changePassword(
  rds: RDSClient,
  { DbInstanceIdentifier, DbClusterIdentifier }: Properties,
  change: PasswordChange,
  abortSignal: AbortSignal,
): Promise<void> {
  // Not in the next maintenance window. Nothing else waits for one: the database was made a moment ago.
  const input = { ...change, ApplyImmediately: true };
  if (DbClusterIdentifier)
    await rds.send(new ModifyDBClusterCommand({ ...input, DBClusterIdentifier: DbClusterIdentifier }), { abortSignal });
  else
    await rds.send(new ModifyDBInstanceCommand({ ...input, DBInstanceIdentifier: DbInstanceIdentifier }), {
      abortSignal,
    });
}

const HANDLED_TAG = 'bitclouded:password-set';

/** Whether the password was set since this database was restored: a tag that came with the snapshot names another. */
export function isHandled({ tags, resourceId }: Database): boolean {
  return tags.some(({ Key, Value }) => Key === HANDLED_TAG && Value === resourceId);
}

export async function markHandled(
  rds: RDSClient,
  { arn, resourceId }: Database,
  abortSignal: AbortSignal,
): Promise<void> {
  const Tags = [{ Key: HANDLED_TAG, Value: resourceId }];
  await rds.send(new AddTagsToResourceCommand({ ResourceName: arn, Tags }), { abortSignal });
}

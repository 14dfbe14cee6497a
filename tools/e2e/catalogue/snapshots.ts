import { DescribeDBClusterSnapshotsCommand, DescribeDBSnapshotsCommand, type RDSClient } from '@aws-sdk/client-rds';

/** How many snapshots there are of a database, also of one that is gone; 0 of any other type of resource. */
export async function snapshotsOf(rds: RDSClient, type: string, physicalId: string): Promise<number> {
  if (type === 'AWS::RDS::DBCluster') {
    const { DBClusterSnapshots = [] } = await rds.send(
      new DescribeDBClusterSnapshotsCommand({ DBClusterIdentifier: physicalId }),
    );
    return DBClusterSnapshots.length;
  }
  if (type !== 'AWS::RDS::DBInstance') return 0;
  const { DBSnapshots = [] } = await rds.send(new DescribeDBSnapshotsCommand({ DBInstanceIdentifier: physicalId }));
  return DBSnapshots.length;
}

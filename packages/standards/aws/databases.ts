import type { Assumptions } from '../model/conditions.ts';
import type { Resource } from '../model/resource.ts';
import type { Value } from '../model/value.ts';

/** By which property something is made of a snapshot. Source: CloudFormation Template Reference, each type's page. */
const SNAPSHOTS: Readonly<Record<string, readonly string[]>> = {
  'AWS::DocDB::DBCluster': ['SnapshotIdentifier'],
  'AWS::EC2::Volume': ['SnapshotId'],
  'AWS::ElastiCache::ReplicationGroup': ['SnapshotName', 'SnapshotArns'],
  'AWS::ElastiCache::ServerlessCache': ['SnapshotArnsToRestore'],
  'AWS::MemoryDB::Cluster': ['SnapshotName', 'SnapshotArns'],
  'AWS::Neptune::DBCluster': ['SnapshotIdentifier'],
  'AWS::RDS::DBCluster': ['SnapshotIdentifier'],
  'AWS::RDS::DBInstance': ['DBSnapshotIdentifier', 'DBClusterSnapshotIdentifier'],
  'AWS::Redshift::Cluster': ['SnapshotIdentifier'],
};

/** By which property something is a part or copy of another, and takes over that one's encryption, users and backups. */
const ORIGINALS: Readonly<Record<string, readonly string[]>> = {
  'AWS::DocDB::DBCluster': ['SourceDBClusterIdentifier', 'GlobalClusterIdentifier'],
  'AWS::EC2::Volume': ['SourceVolumeId'],
  'AWS::ElastiCache::ReplicationGroup': ['GlobalReplicationGroupId', 'PrimaryClusterId'],
  'AWS::Neptune::DBCluster': ['SourceDBClusterIdentifier', 'GlobalClusterIdentifier'],
  'AWS::RDS::DBCluster': [
    'SourceDBClusterIdentifier',
    'SourceDbClusterResourceId',
    'ReplicationSourceIdentifier',
    'GlobalClusterIdentifier',
  ],
  'AWS::RDS::DBInstance': [
    'DBClusterIdentifier',
    'SourceDBInstanceIdentifier',
    'SourceDbiResourceId',
    'SourceDBInstanceAutomatedBackupsArn',
    'SourceDBClusterIdentifier',
  ],
};

/** Types that can be made of a snapshot. */
export const restorableTypes = Object.keys(SNAPSHOTS);

export function snapshotProperties(type: string): readonly string[] {
  return SNAPSHOTS[type] ?? [];
}

/** Whether it is certainly part or copy of another under the assumptions: of a cluster, of what it replicates. */
export function isPartOrCopy(resource: Resource, when: Assumptions = resource.when): boolean {
  return isAnyGiven(resource, ORIGINALS[resource.type] ?? [], when, when);
}

/** Whether it takes its encryption over under the assumptions: from a snapshot, or from what it is part or copy of. */
export function isInherited(resource: Resource, when: Assumptions): boolean {
  const origins = [...snapshotProperties(resource.type), ...(ORIGINALS[resource.type] ?? [])];
  return isAnyGiven(resource, origins, when, when);
}

/** Whether an instance or cluster is Aurora's. */
export function isAurora(resource: Resource, when: Assumptions = resource.when): boolean {
  return resource.values('Engine', when).some((engine) => /^aurora/i.test(engine.text ?? ''));
}

/** CloudFormation takes an empty text here as if it were not there. */
export function isGiven(value: Value): boolean {
  return !value.isAbsent && !value.is('');
}

/** Whether on every branch one of the properties is given. */
function isAnyGiven(
  resource: Resource,
  [name, ...others]: readonly string[],
  when: Assumptions,
  asked: Assumptions,
): boolean {
  if (name === undefined) return false;
  return resource.values(name, when).every((value) => {
    // A default that some condition was already asked about may be excluded by a condition that nobody understands.
    const isDoubtful = value.parameter !== undefined && asked !== resource.when;
    return isGiven(value) || isDoubtful || isAnyGiven(resource, others, value.when, asked);
  });
}

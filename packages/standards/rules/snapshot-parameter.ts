import { isPartOrCopy, restorableTypes, snapshotProperties } from '../aws/databases.ts';
import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'snapshot-parameter',
  number: 9,
  title: 'What can be restored takes a snapshot from a parameter, empty by default',
  why: 'A restore is needed when there is no time to rewrite templates.',
  remedy: "Add a parameter Snapshot with Default: '' and give it to the property of the snapshot where it is not empty",
  source:
    'RDS User Guide, "Restoring to a DB instance"; CloudFormation Template Reference, each type\'s snapshot property',
  peers: 'none',
  audience: 'house',
  severity: 'warning',
  applies: restorableTypes,
  *check({ resource, template }) {
    if (isPartOrCopy(resource)) return;
    const snapshots = snapshotProperties(resource.type).flatMap((name) => [
      ...resource.values(name),
      ...resource.values(`${name}.*`),
    ]);
    const parameters = snapshots.flatMap(({ reference }) => template.parameters.get(reference?.target ?? '') ?? []);
    if (parameters.length === 0 && snapshots.every(({ kind }) => kind !== 'unknown'))
      yield { at: snapshots[0]!, message: 'It takes no snapshot from a parameter' };
    for (const parameter of parameters)
      if (parameter.default?.text !== '')
        yield {
          at: parameter,
          message: `${parameter.name} is not empty by default, so that ${resource.logicalId} is always restored`,
        };
  },
  examples: {
    good: [
      `
      Parameters:
        Snapshot: { Type: String, Default: '' }
      Conditions:
        Restores: !Not [!Equals [!Ref Snapshot, '']]
      Resources:
        Cluster:
          Type: AWS::RDS::DBCluster
          Properties: { SnapshotIdentifier: !If [Restores, !Ref Snapshot, !Ref AWS::NoValue] }
        Member:
          Type: AWS::RDS::DBInstance
          Properties: { DBClusterIdentifier: !Ref Cluster }
        Cache:
          Type: AWS::ElastiCache::ServerlessCache
          Properties: { SnapshotArnsToRestore: !If [Restores, [!Ref Snapshot], !Ref AWS::NoValue] }
      `,
      `
      Resources:
        Volume: { Type: AWS::EC2::Volume, Properties: { SnapshotId: !ImportValue snapshot } }
        Cache: { Type: AWS::ElastiCache::ReplicationGroup, Properties: { SnapshotName: x, SnapshotArns: !ImportValue arns } }
      `,
    ],
    bad: [
      `
      Parameters:
        Snapshot: # finding
          Type: String
      Resources:
        Volume: # finding
          Type: AWS::EC2::Volume
        Cluster:
          Type: AWS::DocDB::DBCluster
          Properties: { SnapshotIdentifier: !Ref Snapshot }
        Cache:
          Type: AWS::ElastiCache::ReplicationGroup
          Properties:
            ReplicationGroupDescription: Sessions
            SnapshotName: last-week # finding
      `,
    ],
  },
});

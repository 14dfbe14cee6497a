import { isAurora, isPartOrCopy } from '../aws/databases.ts';
import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'snapshot-tags',
  number: 11,
  title: 'Snapshots of databases carry the tags of their database',
  why: 'Without them nobody knows whose a snapshot is, and what is granted or billed by tag leaves it out.',
  remedy: 'Set CopyTagsToSnapshot: true',
  source: 'RDS User Guide, "Copying tags to DB snapshots"',
  peers: 'none in cdk-nag; Security Hub RDS.16 and RDS.17 see it after the deployment',
  audience: 'everyone',
  severity: 'note',
  applies: ['AWS::Neptune::DBCluster', 'AWS::RDS::DBCluster', 'AWS::RDS::DBInstance'],
  *check({ resource }) {
    // Snapshots are made of the cluster, not of its instances.
    if (resource.type === 'AWS::RDS::DBInstance' && (isPartOrCopy(resource) || isAurora(resource))) return;
    for (const copies of resource.values('CopyTagsToSnapshot'))
      if (copies.isNot('true')) yield { at: copies, message: 'Its snapshots have no tags' };
  },
  examples: {
    good: [
      `
      Resources:
        Cluster:
          Type: AWS::RDS::DBCluster
          Properties: { Engine: aurora-mysql, CopyTagsToSnapshot: true }
        Member:
          Type: AWS::RDS::DBInstance
          Properties: { Engine: aurora-mysql, DBClusterIdentifier: !Ref Cluster }
      `,
      `
      Resources:
        Member: { Type: AWS::RDS::DBInstance, Properties: { DBClusterIdentifier: !Ref Cluster } }
        Aurora: { Type: AWS::RDS::DBInstance, Properties: { Engine: aurora-mysql } }
        Cluster: { Type: AWS::RDS::DBCluster, Properties: { CopyTagsToSnapshot: true } }
      `,
    ],
    bad: [
      `
      Resources:
        Cluster: # finding
          Type: AWS::RDS::DBCluster
          Properties: { Engine: aurora-mysql }
        Database:
          Type: AWS::RDS::DBInstance
          Properties:
            CopyTagsToSnapshot: false # finding
      `,
    ],
  },
});

import { isAurora, isInherited } from '../aws/databases.ts';
import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'aurora-encrypted',
  number: 3,
  title: 'An Aurora cluster says that it is encrypted',
  why: 'Aurora encrypts by itself since February 2026, but with a key of AWS, and only StorageEncrypted lets in one of yours.',
  remedy: 'Set StorageEncrypted: true, but leave it out where a snapshot decides it',
  source: 'Aurora User Guide, "Encrypting Amazon Aurora resources"',
  peers: 'cdk-nag RDSStorageEncrypted knows no restore branch',
  audience: 'house',
  severity: 'warning',
  applies: ['AWS::RDS::DBCluster'],
  *check({ resource }) {
    for (const encrypted of resource.values('StorageEncrypted'))
      if (encrypted.isNot('true') && isAurora(resource, encrypted.when) && !isInherited(resource, encrypted.when))
        yield { at: encrypted, message: 'The cluster is not said to be encrypted' };
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
          Properties:
            Engine: aurora-mysql
            SnapshotIdentifier: !If [Restores, !Ref Snapshot, !Ref AWS::NoValue]
            StorageEncrypted: !If [Restores, !Ref AWS::NoValue, true]
      `,
    ],
    bad: [
      `
      Resources:
        Silent: # finding
          Type: AWS::RDS::DBCluster
          Properties: { Engine: aurora-mysql }
        Plain:
          Type: AWS::RDS::DBCluster
          Properties:
            Engine: aurora-postgresql
            StorageEncrypted: false # finding
      `,
    ],
  },
});

import { isAurora, isInherited } from '../aws/databases.ts';
import type { Resource } from '../model/resource.ts';
import type { Value } from '../model/value.ts';
import { resourceStandard } from '../standard.ts';

const SWITCHES: Readonly<Record<string, string>> = {
  'AWS::DocDB::DBCluster': 'StorageEncrypted',
  'AWS::ElastiCache::ReplicationGroup': 'AtRestEncryptionEnabled',
  'AWS::Neptune::DBCluster': 'StorageEncrypted',
  'AWS::RDS::DBCluster': 'StorageEncrypted',
  'AWS::RDS::DBInstance': 'StorageEncrypted',
};

export default resourceStandard({
  name: 'database-encrypted',
  number: 3,
  title: 'Databases are encrypted',
  why: 'A plain database cannot be encrypted afterwards: it must be copied, and its old snapshots stay readable.',
  remedy:
    'Set StorageEncrypted: true, or AtRestEncryptionEnabled: true of a cache; leave it out only where a snapshot decides it',
  source: 'RDS User Guide, "Encrypting Amazon RDS resources"; ElastiCache User Guide, "At-rest encryption"',
  peers:
    'cdk-nag RDSStorageEncrypted and cloudformation-validate W9008 know no restore branch, and ask it of Aurora, which encrypts by itself',
  audience: 'everyone',
  severity: 'error',
  applies: Object.keys(SWITCHES),
  *check({ resource }) {
    for (const encrypted of resource.values(SWITCHES[resource.type]!))
      if (encrypted.isNot('true') && !isEncrypted(resource, encrypted))
        yield { at: encrypted, message: 'The database is not encrypted' };
  },
  examples: {
    good: [
      `
      Parameters:
        Snapshot: { Type: String, Default: '' }
      Conditions:
        Restores: !Not [!Equals [!Ref Snapshot, '']]
      Resources:
        Database:
          Type: AWS::RDS::DBInstance
          Properties:
            Engine: postgres
            DBSnapshotIdentifier: !Ref Snapshot
            StorageEncrypted: !If [Restores, !Ref AWS::NoValue, true]
        Replica:
          Type: AWS::RDS::DBInstance
          Properties: { SourceDBInstanceIdentifier: !Ref Database }
        Cluster:
          Type: AWS::RDS::DBCluster
          Properties: { Engine: aurora-postgresql }
        Member:
          Type: AWS::RDS::DBInstance
          Properties: { Engine: aurora-postgresql, DBClusterIdentifier: !Ref Cluster }
        Cache:
          Type: AWS::ElastiCache::ReplicationGroup
          Properties: { Engine: valkey, ReplicationGroupDescription: Sessions }
      `,
      `
      Parameters:
        Engine: { Type: String }
        Key: { Type: String }
      Conditions:
        Here: !Equals [!Ref AWS::Region, us-east-1]
      Resources:
        ByKey: { Type: AWS::DocDB::DBCluster, Properties: { KmsKeyId: !Ref Key } }
        SometimesByKey: { Type: AWS::Neptune::DBCluster, Properties: { KmsKeyId: !If [Here, !Ref Key, !Ref AWS::NoValue] } }
        Custom: { Type: AWS::RDS::DBInstance, Properties: { Engine: custom-oracle-ee } }
        Chosen: { Type: AWS::RDS::DBInstance, Properties: { Engine: !If [Here, custom-oracle-ee, mysql] } }
        Aurora: { Type: AWS::RDS::DBInstance, Properties: { Engine: aurora-mysql } }
        Cluster: { Type: AWS::RDS::DBCluster, Properties: { Engine: !Ref Engine } }
        Durable: { Type: AWS::ElastiCache::ReplicationGroup, Properties: { Engine: redis, Durability: enabled } }
        Cache: { Type: AWS::ElastiCache::ReplicationGroup, Properties: { Engine: !Ref Engine } }
      `,
      `
      Parameters:
        Snapshot: { Type: String, Default: '' }
      Conditions:
        Opaque: !Equals [!Join ['', [!Ref Snapshot]], '']
      Resources:
        Database:
          Type: AWS::RDS::DBInstance
          Properties:
            Engine: mysql
            DBSnapshotIdentifier: !Ref Snapshot
            StorageEncrypted: !If [Opaque, true, !Ref AWS::NoValue]
      `,
    ],
    bad: [
      `
      Parameters:
        Snapshot: { Type: String, Default: '' }
        Encrypt: { Type: String, Default: false } # finding
      Resources:
        Plain: # finding
          Type: AWS::RDS::DBInstance
          Properties: { Engine: mysql }
        Database: # finding
          Type: AWS::RDS::DBInstance
          Properties: { Engine: postgres, DBSnapshotIdentifier: !Ref Snapshot }
        Cluster:
          Type: AWS::RDS::DBCluster
          Properties: { Engine: mysql, StorageEncrypted: !Ref Encrypt }
        Documents:
          Type: AWS::DocDB::DBCluster
          Properties:
            StorageEncrypted: false # finding
        Cache: # finding
          Type: AWS::ElastiCache::ReplicationGroup
          Properties: { Engine: redis, ReplicationGroupDescription: Sessions }
      `,
      `
      Parameters:
        Engine: { Type: String }
      Conditions:
        Here: !Equals [!Ref AWS::Region, us-east-1]
      Resources:
        Cluster: # finding
          Type: AWS::RDS::DBCluster
          Properties: { Engine: !If [Here, aurora-mysql, postgres] }
        Chosen: # finding
          Type: AWS::RDS::DBInstance
          Properties: { Engine: !Ref Engine }
        Odd: # finding
          Type: AWS::RDS::DBInstance
          Properties: { Engine: not-custom-mysql }
        Documents: # finding
          Type: AWS::DocDB::DBCluster
        Off:
          Type: AWS::DocDB::DBCluster
          Properties:
            KmsKeyId: alias/data
            StorageEncrypted: false # finding
        Cache:
          Type: AWS::ElastiCache::ReplicationGroup
          Properties:
            Engine: valkey
            AtRestEncryptionEnabled: false # finding
      `,
      `
      Resources:
        Database: # finding
          Type: AWS::RDS::DBInstance
          Properties: { Engine: my-aurora }
      `,
    ],
  },
});

/** What encrypts it all the same where the switch is off or not there, or may do so. */
function isEncrypted(resource: Resource, { isAbsent, when }: Value): boolean {
  const given = (name: string): boolean => resource.values(name, when).some((value) => !value.isAbsent);
  if (isInherited(resource, when) || (isAbsent && given('KmsKeyId'))) return true;
  const engines = resource.values('Engine', when);
  // Aurora encrypts every cluster since February 2026, whatever it is asked; a cluster of an unknown engine may be one.
  if (resource.type === 'AWS::RDS::DBCluster') return !engines.some((engine) => engine.is('mysql', 'postgres'));
  // Custom engines are encrypted always.
  if (resource.type === 'AWS::RDS::DBInstance')
    return isAurora(resource, when) || engines.some((engine) => /^custom-/.test(engine.text ?? ''));
  if (resource.type !== 'AWS::ElastiCache::ReplicationGroup') return false;
  // Valkey is encrypted where nothing is said, and every durable cache is.
  return given('Durability') || (isAbsent && !engines.some(({ text }) => text?.toLowerCase() === 'redis'));
}

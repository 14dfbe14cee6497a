import { isAurora, isPartOrCopy } from '../aws/databases.ts';
import type { Value } from '../model/value.ts';
import { resourceStandard } from '../standard.ts';

const SETTINGS: Readonly<Record<string, readonly string[]>> = {
  'AWS::RDS::DBCluster': ['BackupRetentionPeriod', 'DeletionProtection'],
  'AWS::RDS::DBInstance': ['BackupRetentionPeriod', 'DeletionProtection', 'MultiAZ'],
};

export default resourceStandard({
  name: 'database-settings',
  number: 13,
  title: 'How long a database is kept, protected and doubled is up to the user',
  why: 'A test pays for what production needs, or production gets what suits a test; and protection must be off at first.',
  remedy: 'Take BackupRetentionPeriod, DeletionProtection and MultiAZ from parameters',
  source: 'RDS User Guide, "Introduction to backups", "Deleting a DB instance" and "Multi-AZ DB instance deployments"',
  peers:
    'cdk-nag RDSInstanceDeletionProtectionEnabled, RDSMultiAZSupport and RDSInstanceBackupEnabled ask that they are on',
  audience: 'house',
  severity: 'warning',
  applies: Object.keys(SETTINGS),
  *check({ resource }) {
    if (isPartOrCopy(resource) || (resource.type === 'AWS::RDS::DBInstance' && isAurora(resource))) return;
    for (const name of SETTINGS[resource.type]!) {
      const values = resource.values(name);
      if (isFixed(values)) yield { at: values[0]!, message: `${name} is taken from no parameter` };
    }
  },
  examples: {
    good: [
      `
      Parameters:
        RetentionDays: { Type: Number, Default: 7 }
        Protected: { Type: String, Default: 'false' }
        Stage: { Type: String }
      Conditions:
        IsProduction: !Equals [!Ref Stage, production]
      Resources:
        Database:
          Type: AWS::RDS::DBInstance
          Properties:
            BackupRetentionPeriod: !Ref RetentionDays
            DeletionProtection: !Ref Protected
            MultiAZ: !If [IsProduction, true, false]
        Replica:
          Type: AWS::RDS::DBInstance
          Properties: { SourceDBInstanceIdentifier: !Ref Database }
        Cluster:
          Type: AWS::RDS::DBCluster
          Properties: { BackupRetentionPeriod: !Ref RetentionDays, DeletionProtection: !Ref Protected }
      `,
      `
      Parameters:
        Days: { Type: Number }
      Resources:
        Member: { Type: AWS::RDS::DBInstance, Properties: { Engine: aurora-mysql } }
        Chosen:
          Type: AWS::RDS::DBCluster
          Properties: { BackupRetentionPeriod: !Ref Days, DeletionProtection: !ImportValue protection }
      `,
    ],
    bad: [
      `
      Parameters:
        Protected: { Type: String, Default: 'false' }
      Resources:
        Database: # finding
          Type: AWS::RDS::DBInstance
          Properties:
            BackupRetentionPeriod: 7 # finding
            DeletionProtection: !Ref Protected
      `,
      `
      Resources:
        Cluster: # finding: DeletionProtection is taken from no parameter
          Type: AWS::RDS::DBCluster
          Properties:
            Engine: aurora-mysql
            BackupRetentionPeriod: 7 # finding: BackupRetentionPeriod is taken from no parameter
      `,
    ],
  },
});

/** Whether it is the same whatever the user says. */
function isFixed(values: readonly Value[]): boolean {
  return (
    values.every(({ kind, isAbsent }) => kind === 'text' || isAbsent) &&
    new Set(values.map(({ text }) => text)).size === 1
  );
}

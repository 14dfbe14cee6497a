import { askedByConditions } from '../aws/asked-by-conditions.ts';
import { snapshotProperties } from '../aws/databases.ts';
import type { Assumptions } from '../model/conditions.ts';
import type { Resource } from '../model/resource.ts';
import type { Template } from '../model/template.ts';
import type { Value } from '../model/value.ts';
import { scalarsOf } from '../reading/node.ts';
import { resourceStandard } from '../standard.ts';

/** What the snapshot decides. A cluster may get another key and, where the snapshot is plain, encryption. */
const DECIDED: Readonly<Record<string, readonly string[]>> = {
  'AWS::RDS::DBCluster': ['MasterUsername', 'MasterUserPassword'],
  'AWS::RDS::DBInstance': ['DBName', 'KmsKeyId', 'MasterUsername', 'MasterUserPassword', 'StorageEncrypted'],
};

export default resourceStandard({
  name: 'restore-leaves-out',
  number: 10,
  title: 'A database that is restored leaves out what its snapshot decides',
  why: 'User, password, name, encryption and key come with the snapshot; given again, they are refused or drift from the truth.',
  remedy:
    "Write !If [<restores>, !Ref 'AWS::NoValue', <value>], and go on naming the snapshot: dropping it replaces the database",
  source:
    'CloudFormation Template Reference, AWS::RDS::DBInstance, DBSnapshotIdentifier; AWS::RDS::DBCluster, SnapshotIdentifier',
  peers: 'cfn-lint W3688 knows the user name of clusters alone, where the snapshot stands outside an If',
  audience: 'everyone',
  severity: 'warning',
  applies: Object.keys(DECIDED),
  *check({ resource, template }) {
    for (const name of DECIDED[resource.type]!)
      for (const value of resource.values(name))
        if (!value.isAbsent && mayRestore(resource, value.when, template) && !isNeeded(name, resource, value))
          yield { at: value, message: `${name} is given although a snapshot decides it` };
  },
  examples: {
    good: [
      `
      Parameters:
        Snapshot: { Type: String, Default: '' }
        KeyArn: { Type: String, Default: '' }
      Conditions:
        Restores: !Not [!Equals [!Ref Snapshot, '']]
        HasKey: !And [!Not [!Equals [!Ref KeyArn, '']], !Not [!Condition Restores]]
        Opaque: !Equals [!Join ['', [!Ref Snapshot]], '']
      Resources:
        Database:
          Type: AWS::RDS::DBInstance
          Properties:
            Engine: mysql
            DBSnapshotIdentifier: !Ref Snapshot
            MasterUsername: !If [Restores, !Ref AWS::NoValue, admin]
            KmsKeyId: !If [HasKey, !Ref KeyArn, !Ref AWS::NoValue]
            DBName: !If [Opaque, data, !Ref AWS::NoValue]
        Cluster:
          Type: AWS::RDS::DBCluster
          Properties: { SnapshotIdentifier: !Ref Snapshot, StorageEncrypted: true, KmsKeyId: !Ref KeyArn }
        Fresh:
          Type: AWS::RDS::DBInstance
          Properties: { DBSnapshotIdentifier: '', MasterUsername: admin }
        Oracle:
          Type: AWS::RDS::DBInstance
          Properties: { Engine: oracle-ee, DBSnapshotIdentifier: last-week, DBName: ORCL }
      `,
      `
      Parameters:
        Snapshot: { Type: String }
      Resources:
        Database:
          Type: AWS::RDS::DBInstance
          Properties: { DBSnapshotIdentifier: !Ref Snapshot, MasterUsername: admin }
        Sealed:
          Type: AWS::RDS::DBInstance
          Properties: { DBSnapshotIdentifier: !ImportValue snapshot, MasterUsername: admin }
        Made:
          Type: AWS::RDS::DBInstance
          Properties: { DBSnapshotIdentifier: !GetAtt Latest.Snapshot, MasterUsername: admin }
        Latest: { Type: Custom::LatestSnapshot }
        Named:
          Type: AWS::RDS::DBInstance
          Properties: { Engine: !Ref Snapshot, DBSnapshotIdentifier: last-week, DBName: data }
      Rules:
        NoSnapshot: { Assertions: [{ Assert: !Equals [!Ref Snapshot, ''] }] }
      `,
      `
      Parameters:
        Snapshot: { Type: String }
      Conditions:
        Opaque: !Equals [!Sub 'x\${Snapshot}', x]
      Resources:
        Database:
          Type: AWS::RDS::DBInstance
          Properties: { DBSnapshotIdentifier: !Ref Snapshot, MasterUsername: !If [Opaque, admin, !Ref AWS::NoValue] }
        Other:
          Type: AWS::RDS::DBInstance
          Properties: { DBSnapshotIdentifier: !Ref Snapshot, MasterUsername: !If [Opaque, !Ref AWS::NoValue, admin] }
      `,
    ],
    bad: [
      `
      Parameters:
        Snapshot: { Type: String, Default: '' }
        KeyArn: { Type: String, Default: '' }
      Conditions:
        Restores: !Not [!Equals [!Ref Snapshot, '']]
        HasKey: !Not [!Equals [!Ref KeyArn, '']]
      Resources:
        Database:
          Type: AWS::RDS::DBInstance
          Properties:
            DBSnapshotIdentifier: !If [Restores, !Ref Snapshot, !Ref AWS::NoValue]
            MasterUsername: admin # finding
            KmsKeyId: !If
              - HasKey
              - !Ref KeyArn # finding
              - !Ref AWS::NoValue
        Cluster:
          Type: AWS::RDS::DBCluster
          Properties:
            SnapshotIdentifier: !Ref Snapshot
            MasterUserPassword: '{{resolve:secretsmanager:admin}}' # finding
      `,
      `
      Parameters:
        Snapshot: { Type: String, Default: '' }
        Size: { Type: String }
      Conditions:
        Opaque: !Equals [!Sub 'x\${Size}', '']
        not Large: !Equals [!Ref Size, small]
      Rules:
        Sized: { Assertions: [{ Assert: !Not [!Equals [!Ref Size, '']] }] }
      Resources:
        Database:
          Type: AWS::RDS::DBInstance
          Properties:
            Engine: mysql
            DBSnapshotIdentifier: last-week
            DBName: data # finding
        Chosen:
          Type: AWS::RDS::DBInstance
          Properties:
            DBSnapshotIdentifier: !Ref Snapshot
            MasterUsername: !If
              - Opaque
              - admin # finding
              - !Ref AWS::NoValue
      `,
    ],
  },
});

/** Whether under the assumptions there certainly is a snapshot, or nothing keeps the user from giving one. */
function mayRestore(resource: Resource, when: Assumptions, template: Template): boolean {
  return snapshotProperties(resource.type)
    .flatMap((name) => resource.values(name, when))
    .some((snapshot) => {
      if (snapshot.text !== undefined) return snapshot.text !== '';
      const target = snapshot.reference?.target;
      if (target === undefined || !template.parameters.has(target)) return false;
      return snapshot.when.unequal.get(target)?.has('') || isFree(target, snapshot, template);
    });
}

/** Whether no condition that was assumed, and no rule, asks about a parameter: then it may have any value beside them. */
function isFree(parameter: string, { when }: Value, template: Template): boolean {
  const rules = template.section('Rules');
  const asked = [
    ...askedByConditions(
      when.said.map((said) => said.replace(/^not /, '')),
      template,
    ),
    ...(rules ? [...scalarsOf(rules)].map(({ text }) => text) : []),
  ];
  return !asked.some((text) => text === parameter || text.includes(`\${${parameter}}`));
}

/** Oracle is told the name of its database on a restore too. */
function isNeeded(name: string, resource: Resource, { when }: Value): boolean {
  return (
    name === 'DBName' &&
    resource
      .values('Engine', when)
      .every((engine) => engine.text === undefined || /^(?:custom-)?oracle/i.test(engine.text))
  );
}

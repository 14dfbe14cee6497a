import { familyOf, isOpenByDefault } from '../aws/database-tls.ts';
import { isPartOrCopy } from '../aws/databases.ts';
import { resourceStandard } from '../standard.ts';

/** Databases with the property that names their group. */
const GROUPS: Readonly<Record<string, string>> = {
  'AWS::RDS::DBCluster': 'DBClusterParameterGroupName',
  'AWS::RDS::DBInstance': 'DBParameterGroupName',
};

export default resourceStandard({
  name: 'database-tls-default',
  number: 61,
  title: 'A database does not rely on a default that takes connections without TLS',
  why: 'The default parameter groups of older versions let clients in without TLS, and nobody can change them.',
  remedy:
    'Give it a parameter group that requires TLS, or a version that does so by default: PostgreSQL 15, Aurora PostgreSQL 17',
  source:
    'RDS User Guide, "Using SSL with a PostgreSQL DB instance" and "Requiring SSL/TLS for all connections" to MySQL',
  peers: 'none: linters look at groups that are there',
  audience: 'everyone',
  severity: 'warning',
  applies: Object.keys(GROUPS),
  *check({ resource }) {
    if (isPartOrCopy(resource)) return;
    for (const group of resource.values(GROUPS[resource.type]!)) {
      if (!group.isAbsent) continue;
      // Which engine of a mapping goes with which version, no condition tells: each must be open.
      const families = resource
        .values('Engine', group.when)
        .flatMap((engine) =>
          resource
            .values('EngineVersion', engine.when)
            .flatMap(({ text: version }) => (engine.text && version ? familyOf(engine.text, version) : [])),
        );
      if (families.length > 0 && families.every(isOpenByDefault))
        yield { at: group, message: `The default group of ${families[0]} lets clients in without TLS` };
    }
  },
  examples: {
    good: [
      `
      Parameters:
        Group: { Type: String }
        Version: { Type: String }
      Resources:
        Grouped:
          Type: AWS::RDS::DBInstance
          Properties: { Engine: mysql, EngineVersion: 8.0.43, DBParameterGroupName: !Ref Group }
        Newer:
          Type: AWS::RDS::DBInstance
          Properties: { Engine: postgres, EngineVersion: '17.2' }
        Unknown:
          Type: AWS::RDS::DBInstance
          Properties: { Engine: mysql, EngineVersion: !Ref Version }
        Newest:
          Type: AWS::RDS::DBCluster
          Properties: { Engine: aurora-mysql, EngineVersion: 8.4.mysql_aurora.8.4.7 }
      `,
      `
      Parameters:
        Version: { Type: String, Default: '14.9' }
      Conditions:
        Here: !Equals [!Ref AWS::Region, us-east-1]
      Resources:
        Replica:
          Type: AWS::RDS::DBInstance
          Properties: { SourceDBInstanceIdentifier: main, Engine: postgres, EngineVersion: '14.9' }
        Either:
          Type: AWS::RDS::DBInstance
          Properties: { Engine: postgres, EngineVersion: !If [Here, '14.9', '17.2'] }
      `,
    ],
    bad: [
      `
      Parameters:
        Version: { Type: String, Default: '14.9' }
      Resources:
        Older: # finding
          Type: AWS::RDS::DBInstance
          Properties: { Engine: mariadb, EngineVersion: 10.6.8 }
        Chosen: # finding
          Type: AWS::RDS::DBInstance
          Properties: { Engine: postgres, EngineVersion: !Ref Version }
        Cluster: # finding
          Type: AWS::RDS::DBCluster
          Properties: { Engine: aurora-mysql, EngineVersion: 8.0.mysql_aurora.3.08.0 }
      `,
    ],
  },
});

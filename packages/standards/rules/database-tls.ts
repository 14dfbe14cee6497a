import { isOpenByDefault, tlsParameterOf } from '../aws/database-tls.ts';
import type { Resource } from '../model/resource.ts';
import type { Value } from '../model/value.ts';
import { type Found, resourceStandard } from '../standard.ts';

const GROUPS = [
  'AWS::DocDB::DBClusterParameterGroup',
  'AWS::RDS::DBClusterParameterGroup',
  'AWS::RDS::DBParameterGroup',
];
const SWITCHES = ['rds.force_ssl', 'require_secure_transport', 'tls'];
const OFF = ['0', 'OFF', 'Off', 'off', 'false', 'disabled'];

export default resourceStandard({
  name: 'database-tls',
  number: 61,
  title: 'A parameter group makes its databases refuse connections without TLS',
  why: 'Passwords and data go in the clear as soon as one client forgets TLS, and nothing tells.',
  remedy:
    "Set rds.force_ssl: '1' (PostgreSQL, SQL Server), require_secure_transport: 'ON' (MySQL, MariaDB) or tls: enabled (DocumentDB)",
  source: 'RDS User Guide, "Using SSL/TLS to encrypt a connection to a DB instance or cluster"',
  peers:
    'cdk-nag RedshiftRequireTlsSSL looks at Redshift alone; checkov CKV2_AWS_69 and CKV_AWS_90 know no defaults by version',
  audience: 'everyone',
  severity: 'warning',
  applies: [...GROUPS, 'AWS::Redshift::ClusterParameterGroup'],
  *check({ resource }) {
    if (resource.type === 'AWS::Redshift::ClusterParameterGroup') yield* openWarehouse(resource);
    else yield* openGroup(resource);
  },
  examples: {
    good: [
      `
      Resources:
        Postgres:
          Type: AWS::RDS::DBParameterGroup
          Properties: { Family: postgres14, Parameters: { rds.force_ssl: '1' } }
        Newer:
          Type: AWS::RDS::DBParameterGroup
          Properties: { Family: postgres17, Parameters: { work_mem: '4096' } }
        Member:
          Type: AWS::RDS::DBParameterGroup
          Properties: { Family: aurora-mysql8.0, Parameters: { max_connections: '100' } }
        Cluster:
          Type: AWS::RDS::DBClusterParameterGroup
          Properties: { Family: aurora-mysql8.0, Parameters: { require_secure_transport: !Ref Secure } }
        Documents:
          Type: AWS::DocDB::DBClusterParameterGroup
          Properties: { Family: docdb5.0, Parameters: { audit_logs: enabled } }
        Mapped:
          Type: AWS::RDS::DBParameterGroup
          Properties: { Family: !FindInMap [Engines, !Ref Engine, Family], Parameters: { require_secure_transport: '1' } }
      Parameters:
        Secure: { Type: String }
        Engine: { Type: String }
      Mappings:
        Engines: { mysql: { Family: mysql8.0 }, postgres: { Family: postgres14 } }
      `,
      `
      Conditions:
        Here: !Equals [!Ref AWS::Region, us-east-1]
      Resources:
        Either:
          Type: AWS::RDS::DBParameterGroup
          Properties: { Family: !If [Here, mysql8.0, mysql9.0], Parameters: { max_connections: '100' } }
        EitherWay:
          Type: AWS::RDS::DBParameterGroup
          Properties: { Family: !If [Here, mysql9.0, mysql8.0], Parameters: { max_connections: '100' } }
        Oracle:
          Type: AWS::RDS::DBParameterGroup
          Properties: { Family: oracle-ee-19, Parameters: { processes: '100' } }
        Sealed:
          Type: AWS::RDS::DBParameterGroup
          Properties: { Family: !ImportValue family, Parameters: { processes: '100' } }
        Warehouse:
          Type: AWS::Redshift::ClusterParameterGroup
          Properties:
            Parameters:
              - { ParameterName: require_ssl, ParameterValue: true }
              - { ParameterName: auto_analyze, ParameterValue: false }
      `,
    ],
    bad: [
      `
      Resources:
        Postgres:
          Type: AWS::RDS::DBParameterGroup
          Properties:
            Family: postgres17
            Parameters:
              rds.force_ssl: 0 # finding
        MySql:
          Type: AWS::RDS::DBClusterParameterGroup
          Properties:
            Family: aurora-mysql8.0
            Parameters: # finding
              time_zone: UTC
        Mapped:
          Type: AWS::RDS::DBParameterGroup
          Properties:
            Family: !FindInMap [Engines, !Ref Engine, Family]
            Parameters: # finding
              max_connections: 100
        Documents:
          Type: AWS::DocDB::DBClusterParameterGroup
          Properties:
            Family: docdb5.0
            Parameters:
              tls: disabled # finding
        Warehouse:
          Type: AWS::Redshift::ClusterParameterGroup
          Properties:
            ParameterGroupFamily: redshift-1.0
            Parameters:
              - ParameterName: require_ssl
                ParameterValue: 'false' # finding
      Parameters:
        Engine: { Type: String }
      Mappings:
        Engines: { mysql: { Family: mysql8.0 }, postgres: { Family: postgres14 } }
      `,
      `
      Mappings:
        Engines: { eu: { Family: mysql8.0 }, us: { Family: postgres14 } }
      Parameters:
        Engine: { Type: String }
      Conditions:
        Here: !Equals [!Ref AWS::Region, us-east-1]
      Resources:
        Mapped:
          Type: AWS::RDS::DBParameterGroup
          Properties:
            Family: !FindInMap [Engines, !Ref Engine, Family]
            Parameters: # finding: mysql8.0 or postgres14 lets clients in
              max_connections: 100
        Warehouse:
          Type: AWS::Redshift::ClusterParameterGroup
          Properties:
            Parameters:
              - ParameterName: !If [Here, require_ssl, use_fips_ssl]
                ParameterValue: false # finding
      `,
    ],
  },
});

function* openGroup(group: Resource): Generator<Found> {
  for (const parameters of group.values('Parameters')) {
    for (const required of SWITCHES.flatMap((name) => namedValues(parameters, name)))
      if (required.is(...OFF)) yield { at: required, message: 'Clients are let in without TLS' };
    // Which family of a mapping it is, no condition tells: it is certain only where each lets clients in.
    const families = group.values('Family', parameters.when).flatMap(({ text }) => text ?? []);
    const missed = families.map((family) => missedIn(parameters, family, group));
    if (missed[0] && missed.every((at) => at !== undefined))
      yield { at: missed[0], message: `${listed(families)} lets clients in without TLS by default` };
  }
}

/** Where a parameter is missing without which the family lets clients in; undefined where that is not certain. */
function missedIn(parameters: Value, family: string, group: Resource): Value | undefined {
  // Aurora takes the parameter from the cluster's group alone.
  if (group.type === 'AWS::RDS::DBParameterGroup' && family.startsWith('aurora')) return undefined;
  const name = tlsParameterOf(family);
  if (name === undefined || !isOpenByDefault(family)) return undefined;
  return namedValues(parameters, name).find(({ isAbsent }) => isAbsent);
}

function listed(families: readonly string[]): string {
  return [...new Set(families)].join(' or ');
}

/** The values of an entry whose name may have dots. */
function namedValues(parameters: Value, name: string): Value[] {
  return parameters.entries().find(({ key }) => key.text === name)?.values ?? parameters.values(name);
}

function* openWarehouse(group: Resource): Generator<Found> {
  for (const parameter of group.values('Parameters.*'))
    if (parameter.values('ParameterName').some((name) => name.is('require_ssl')))
      for (const required of parameter.values('ParameterValue'))
        if (required.is(...OFF)) yield { at: required, message: 'require_ssl lets clients in without TLS' };
}

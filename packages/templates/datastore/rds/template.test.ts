import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { KitError, type Rendered, render, synthesise } from '@bitclouded/kit';
import template from './template.ts';

const KEY = 'arn:aws:kms:eu-west-1:123456789012:key/1';
const SNAPSHOT = 'arn:aws:rds:eu-west-1:123456789012:snapshot:rds:before-the-accident';
const WIRED = { VpcId: 'vpc-0a', DbSubnetGroup: 'private' };
const TOPICS = {
  CriticalArn: 'arn:aws:sns:eu-west-1:123456789012:critical',
  WarningArn: 'arn:aws:sns:eu-west-1:123456789012:warning',
};
type Values = Record<string, string>;
type Partition = 'aws' | 'aws-cn' | 'aws-us-gov';

const known = new Map<string, Rendered>();
function rendered(parameters: Values = {}, partition: Partition = 'aws'): Rendered {
  const key = JSON.stringify([parameters, partition]);
  const found = known.get(key) ?? render(template, { parameters: { ...WIRED, ...parameters }, partition });
  known.set(key, found);
  return found;
}
const properties = (id: string, parameters?: Values) => rendered(parameters).resources[id]!.Properties;
const idsOf = ({ resources }: Rendered, type: string) =>
  Object.keys(resources).filter((id) => resources[id]!.Type === type);

describe.each([
  ['RDS', { Aurora: 'false' }, 'Database'],
  ['Aurora', { Aurora: 'true' }, 'Cluster'],
])('a database of %s', (_, family, id) => {
  const its = (parameters: Values = {}) => properties(id, { ...family, ...parameters });

  test('leaves a snapshot when it goes or is replaced, and its backups stay', () => {
    expect(rendered(family).resources[id]).toMatchObject({
      DeletionPolicy: 'Snapshot',
      UpdateReplacePolicy: 'Snapshot',
    });
    expect(its()).toMatchObject({ DeleteAutomatedBackups: false, CopyTagsToSnapshot: true });
    expect(its().Tags).toEqual([
      { Key: 'bitclouded:backup', Value: 'daily' },
      { Key: 'Name', Value: 'stack' },
    ]);
  });

  test('is encrypted, under the key that is chosen', () => {
    expect(its().StorageEncrypted).toBe(true);
    expect(its()).not.toHaveProperty('KmsKeyId');
    expect(its({ DatabaseKeyArn: KEY }).KmsKeyId).toBe(KEY);
  });

  test('is made empty with an administrator whose password RDS keeps', () => {
    expect(its()).toMatchObject({ MasterUsername: 'dbadmin', ManageMasterUserPassword: true });
    expect(its()).not.toHaveProperty('MasterUserPassword');
    expect(its()).not.toHaveProperty('SnapshotIdentifier');
    expect(its()).not.toHaveProperty('DBSnapshotIdentifier');
  });

  test('is restored without what its snapshot decides', () => {
    const restored = its({ Snapshot: SNAPSHOT });
    expect(restored.SnapshotIdentifier ?? restored.DBSnapshotIdentifier).toBe(SNAPSHOT);
    expect(restored.ManageMasterUserPassword).toBe(true);
    for (const name of ['MasterUsername', 'MasterUserPassword', 'StorageEncrypted', 'AllocatedStorage'])
      expect(restored).not.toHaveProperty(name);
  });

  test('can be deleted at first, and is protected when it is told to be', () => {
    expect(its().DeletionProtection).toBe(false);
    expect(its({ DeletionProtection: 'true' }).DeletionProtection).toBe(true);
  });

  test('keeps what Database Insights is told to', () => {
    const insights = (mode: string) => {
      const { DatabaseInsightsMode, PerformanceInsightsRetentionPeriod, ...rest } = its({ DatabaseInsights: mode });
      return [
        DatabaseInsightsMode,
        rest.EnablePerformanceInsights ?? rest.PerformanceInsightsEnabled,
        PerformanceInsightsRetentionPeriod,
      ];
    };
    expect(insights('off')).toEqual(['standard', false, undefined]);
    expect(insights('standard')).toEqual(['standard', true, 7]);
    expect(insights('advanced')).toEqual(['advanced', true, 465]);
  });

  test('sends its logs', () => {
    expect(its({ Engine: 'postgres' }).EnableCloudwatchLogsExports).toEqual(['postgresql']);
    expect(its({ Engine: 'mysql' }).EnableCloudwatchLogsExports).toEqual(['error', 'slowquery']);
  });

  test('stands in the private subnets, in its group alone', () => {
    expect(its().DBSubnetGroupName).toBe('private');
    expect(its().VPCSecurityGroups ?? its().VpcSecurityGroupIds).toEqual(['${DbSg.GroupId}']);
  });
});

test.each([
  [{ Engine: 'postgres' }, 'postgres', '17', 'Settings', 'postgres17', { 'rds.force_ssl': '1' }],
  [{ Engine: 'mysql' }, 'mysql', '8.4', 'Settings', 'mysql8.4', { require_secure_transport: '1' }],
  [{ Engine: 'mysql', MysqlVersion: '8.0.46' }, 'mysql', '8.0.46', 'Settings', 'mysql8.0', { log_output: 'FILE' }],
  [
    { Engine: 'postgres', Aurora: 'true', PostgresVersion: '18.3' },
    'aurora-postgresql',
    '18.3',
    'ClusterSettings',
    'aurora-postgresql18',
    { 'rds.force_ssl': '1' },
  ],
  [
    { Engine: 'mysql', Aurora: 'true', MysqlVersion: '8.4.mysql_aurora.8.4.7' },
    'aurora-mysql',
    '8.4.mysql_aurora.8.4.7',
    'ClusterSettings',
    'aurora-mysql8.4',
    { require_secure_transport: 'ON' },
  ],
])('%j is %s %s and takes connections over TLS alone', (parameters, Engine, EngineVersion, group, Family, setting) => {
  const { resources } = rendered(parameters as Values);
  expect((resources.Database ?? resources.Cluster)!.Properties).toMatchObject({ Engine, EngineVersion });
  expect(resources[group]!.Properties).toMatchObject({ Family, Parameters: setting });
  for (const id of ['Writer', 'Reader1']) if (resources[id]) expect(resources[id]!.Properties.Engine).toBe(Engine);
});

describe('the two families', () => {
  test('share no resource that holds data', () => {
    expect(idsOf(rendered(), 'AWS::RDS::DBInstance')).toEqual(['Database']);
    expect(idsOf(rendered(), 'AWS::RDS::DBCluster')).toEqual([]);
    expect(idsOf(rendered({ Aurora: 'true' }), 'AWS::RDS::DBCluster')).toEqual(['Cluster']);
    expect(rendered({ Aurora: 'true' }).resources).not.toHaveProperty('Database');
  });

  test.each([
    ['0', ['Writer']],
    ['1', ['Writer', 'Reader1']],
    ['2', ['Writer', 'Reader1', 'Reader2']],
    ['3', ['Writer', 'Reader1', 'Reader2', 'Reader3']],
  ])('a cluster with %s readers has %j', (Readers, ids) => {
    const cluster = rendered({ Aurora: 'true', Readers });
    expect(idsOf(cluster, 'AWS::RDS::DBInstance')).toEqual(ids);
    for (const id of ids) {
      expect(cluster.resources[id]).toMatchObject({ DeletionPolicy: 'Delete' });
      expect(cluster.resources[id]!.Properties).toMatchObject({
        DBClusterIdentifier: '${Cluster}',
        DBInstanceClass: 'db.serverless',
        PubliclyAccessible: false,
      });
    }
    // RDS alone has none.
    expect(idsOf(rendered({ Readers }), 'AWS::RDS::DBInstance')).toEqual(['Database']);
  });

  test('scale: storage by itself, capacity between two limits', () => {
    expect(properties('Database')).toMatchObject({ StorageType: 'gp3', MultiAZ: true });
    expect([properties('Database').AllocatedStorage, properties('Database').MaxAllocatedStorage].map(Number)).toEqual([
      20, 200,
    ]);
    const { ServerlessV2ScalingConfiguration: range } = properties('Cluster', { Aurora: 'true', MinCapacity: '0' });
    expect(Object.entries(range as object).map(([name, value]) => [name, Number(value)])).toEqual([
      ['MaxCapacity', 8],
      ['MinCapacity', 0],
    ]);
  });

  test('a range of capacity that is none is refused before anything is made', () => {
    expect(() => rendered({ MinCapacity: '8', MaxCapacity: '4' })).toThrow(KitError);
    expect(() => rendered({ MinCapacity: '4', MaxCapacity: '2' })).toThrow(/at least MinCapacity/);
    expect(rendered({ MinCapacity: '8', MaxCapacity: '8' }).conditions).toMatchObject({ IsRds: true });
  });
});

describe('the administrator’s secret', () => {
  test('comes from the function that follows a restore, for whichever database there is', () => {
    expect(properties('AdminSecret', { Snapshot: 'one' })).toMatchObject({
      DbInstanceIdentifier: '${Database}',
      DbClusterIdentifier: '',
      Snapshot: 'one',
    });
    expect(properties('AdminSecret', { Aurora: 'true' })).toMatchObject({
      DbInstanceIdentifier: '',
      DbClusterIdentifier: '${Cluster}',
      Snapshot: '',
    });
    expect(rendered().outputs.DbAdminSecretArn).toBe('${AdminSecret.DbAdminSecretArn}');
    expect(rendered({ Aurora: 'true' }).outputs.DbAdminSecretArn).toBe('${AdminSecret.DbAdminSecretArn}');
  });

  test('waits for the writer, by whom a cluster takes a password', () => {
    expect(JSON.stringify(synthesise(template).template)).toContain(
      '{"Fn::Select":["0",[{"Ref":"Cluster"},{"Ref":"Writer"}]]}',
    );
  });

  test.each([
    ['RDS', {}, '${Database.DBInstanceArn}'],
    ['Aurora', { Aurora: 'true' }, '${Cluster.DBClusterArn}'],
  ])('is set by a function that changes the one database of %s', (_, family, arn) => {
    const { Policies } = properties('RestoreSecretRole', family);
    const [{ PolicyDocument }] = Policies as unknown as [{ PolicyDocument: { Statement: Record<string, unknown>[] } }];
    const bySid = Object.fromEntries(PolicyDocument.Statement.map((one) => [one.Sid, one]));
    expect(Object.keys(bySid)).toEqual(['Logs', 'Read', 'Change', 'Mark', 'Manage', 'SecretKey']);
    for (const sid of ['Read', 'Change', 'Mark']) expect(bySid[sid]!.Resource).toBe(arn);
    expect(bySid.Manage!.Resource).toBe('arn:aws:secretsmanager:eu-west-1:123456789012:secret:rds!*');
    expect(bySid.SecretKey).toMatchObject({
      Action: 'kms:DescribeKey',
      Condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/aws/secretsmanager' } },
    });
  });
});

test.each([
  ['postgres', 5432],
  ['mysql', 3306],
])('%s is reached by members of one group alone, on port %d', (Engine, port) => {
  const { resources, outputs } = rendered({ Engine });
  expect(resources.DbSg!.Properties).not.toHaveProperty('SecurityGroupIngress');
  expect(resources.DbSgFromClients!.Properties).toMatchObject({
    GroupId: '${DbSg.GroupId}',
    SourceSecurityGroupId: '${DbClientSg.GroupId}',
    FromPort: port,
    ToPort: port,
  });
  expect(resources.DbClientSg!.Properties.SecurityGroupEgress).toEqual([
    expect.objectContaining({ DestinationSecurityGroupId: '${DbSg.GroupId}', FromPort: port, ToPort: port }),
  ]);
  expect(outputs).toMatchObject({ DbPort: String(port), DbEngine: Engine, DbClientSg: '${DbClientSg.GroupId}' });
});

test.each([
  ['RDS', {}, '${Database.Endpoint.Address}'],
  ['Aurora', { Aurora: 'true' }, '${Cluster.Endpoint.Address}'],
])('the endpoint of %s is that of what writes', (_, family, endpoint) => {
  expect(rendered(family as Values).outputs.DbEndpoint).toBe(endpoint);
});

describe('watching', () => {
  const alarmsOf = (parameters: Values) => {
    const one = rendered({ ...TOPICS, ...parameters });
    return Object.fromEntries(
      idsOf(one, 'AWS::CloudWatch::Alarm').map((id) => {
        const { MetricName, AlarmActions } = one.resources[id]!.Properties;
        return [
          MetricName as string,
          String((AlarmActions as string[])[0])
            .split(':')
            .at(-1),
        ];
      }),
    );
  };
  const every = { CPUUtilization: 'warning', FreeableMemory: 'warning', DatabaseConnections: 'warning' };

  test('tells before storage, transactions, connections, memory or processor run out', () => {
    expect(alarmsOf({ Engine: 'mysql' })).toEqual({ ...every, FreeStorageSpace: 'critical' });
    expect(alarmsOf({ Engine: 'postgres' })).toEqual({
      ...every,
      FreeStorageSpace: 'critical',
      MaximumUsedTransactionIDs: 'critical',
    });
    const aurora = { ...every, ACUUtilization: 'warning', AuroraReplicaLagMaximum: 'warning', Deadlocks: 'warning' };
    expect(alarmsOf({ Engine: 'mysql', Aurora: 'true' })).toEqual(aurora);
    expect(alarmsOf({ Engine: 'postgres', Aurora: 'true' })).toEqual({
      ...aurora,
      MaximumUsedTransactionIDs: 'critical',
    });
  });

  test('follows the writer of a cluster over failovers', () => {
    expect(properties('AuroraCpuAlarm', { Aurora: 'true' }).Dimensions).toEqual([
      { Name: 'DBClusterIdentifier', Value: '${Cluster}' },
      { Name: 'Role', Value: 'WRITER' },
    ]);
  });

  test('tells events of exactly the databases that there are, where there is a topic', () => {
    const identifiers = (parameters: Values) => {
      const { EventPattern } = properties('DatabaseEvents', { ...TOPICS, ...parameters });
      return (EventPattern as unknown as { detail: { SourceIdentifier: string[] } }).detail.SourceIdentifier;
    };
    expect(identifiers({})).toEqual(['${Database}']);
    expect(identifiers({ Aurora: 'true', Readers: '1' })).toEqual(['${Cluster}', '${Writer}', '${Reader1}']);
    expect(rendered().resources).not.toHaveProperty('DatabaseEvents');
  });

  test('looks at the operating system by a role that only this account’s databases take, or not at all', () => {
    const { resources } = rendered();
    expect(resources.Database!.Properties.MonitoringRoleArn).toBe('${MonitoringRole.Arn}');
    expect(resources.MonitoringRole!.Properties.AssumeRolePolicyDocument).toMatchObject({
      Statement: [
        {
          Principal: { Service: 'monitoring.rds.amazonaws.com' },
          Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:rds:eu-west-1:123456789012:db:*' } },
        },
      ],
    });
    const without = rendered({ MonitoringSeconds: '0' }).resources;
    expect(without).not.toHaveProperty('MonitoringRole');
    expect(without.Database!.Properties).not.toHaveProperty('MonitoringRoleArn');
  });

  test.each<[string, Values, Partition, string[]]>([
    ['RDS', { Engine: 'postgres' }, 'aws', ['instance/${Database}/postgresql']],
    [
      'Aurora',
      { Engine: 'mysql', Aurora: 'true' },
      'aws-cn',
      ['cluster/${Cluster}/error', 'cluster/${Cluster}/slowquery'],
    ],
    ['RDS', { Engine: 'mysql' }, 'aws-us-gov', ['instance/${Database}/error', 'instance/${Database}/slowquery']],
  ])('tells the groups of the logs of %s daily how long they are kept', (_, parameters, partition, names) => {
    const one = rendered({ ...parameters, LogRetentionDays: '30' }, partition);
    const schedules = idsOf(one, 'AWS::Scheduler::Schedule').map((id) => one.resources[id]!.Properties);
    expect(schedules.map(({ Target }) => JSON.parse((Target as { Input: string }).Input))).toEqual(
      names.map((name) => ({ LogGroupName: `/aws/rds/${name}`, RetentionInDays: 30 })),
    );
    for (const { Target } of schedules)
      expect(Target).toMatchObject({ Arn: `arn:${partition}:scheduler:::aws-sdk:cloudwatchlogs:putRetentionPolicy` });
  });
});

describe('changing a parameter', () => {
  const DATABASES = ['Database', 'Cluster', 'Writer'];
  // The resource types name these among what may replace; the reference says that they interrupt, and no more.
  // Source: CloudFormation Template Reference, AWS::RDS::DBInstance.
  const INTERRUPTING = ['BackupRetentionPeriod', 'DBParameterGroupName', 'MultiAZ', 'PreferredMaintenanceWindow'];
  const GOES = [ResourceImpact.WILL_REPLACE, ResourceImpact.WILL_DESTROY, ResourceImpact.WILL_ORPHAN];

  const changes = (from: Values, to: Values) =>
    Object.entries(
      fullDiff({ Resources: rendered(from).resources }, { Resources: rendered({ ...from, ...to }).resources }).resources
        .changes,
    ).filter(([, { changeImpact }]) => changeImpact !== ResourceImpact.NO_CHANGE);
  /** The databases, and what writes, that an update from one to the other makes anew, or may. */
  const replaced = (from: Values, to: Values) =>
    changes(from, to).flatMap(([id, change]) => {
      const doubtful = Object.keys(change.propertyUpdates).filter((name) => !INTERRUPTING.includes(name));
      const mayGo =
        change.changeImpact === ResourceImpact.MAY_REPLACE &&
        doubtful.some((name) => change.propertyUpdates[name]!.changeImpact === ResourceImpact.MAY_REPLACE);
      return DATABASES.includes(id) && (GOES.includes(change.changeImpact) || mayGo) ? [id] : [];
    });

  const chosenOnce: Values[] = [{ Engine: 'mysql' }, { Snapshot: 'one' }, { DatabaseKeyArn: KEY }];
  const free: Values[] = [
    { PostgresVersion: '18' },
    { PostgresVersion: '17.9' },
    { DeletionProtection: 'true' },
    { InstanceClass: 'db.r8g.large' },
    { MultiAz: 'false' },
    { StorageGib: '100' },
    { MaxStorageGib: '1000' },
    { Readers: '3' },
    { Readers: '0' },
    { MinCapacity: '2' },
    { MaxCapacity: '16' },
    { BackupRetentionDays: '35' },
    { BackupWindow: '01:00-02:00' },
    { MaintenanceWindow: 'mon:04:00-mon:05:00' },
    { CaCertificate: 'rds-ca-ecc384-g1' },
    { IamAuthentication: 'true' },
    { DatabaseInsights: 'advanced' },
    { DatabaseInsights: 'off' },
    { MonitoringSeconds: '0' },
    { LogRetentionDays: '30' },
    { ManyConnections: '500' },
    { LogsKeyArn: KEY },
    TOPICS,
  ];

  test.each(free)('%j replaces no database of either family', (to) => {
    for (const Aurora of ['false', 'true']) expect(replaced({ Aurora }, to)).toEqual([]);
    expect([...changes({ Aurora: 'false' }, to), ...changes({ Aurora: 'true' }, to)]).not.toEqual([]);
  });

  test('another version of MySQL replaces no database', () => {
    for (const Aurora of ['false', 'true'])
      expect(replaced({ Aurora, Engine: 'mysql', MysqlVersion: '8.0' }, { MysqlVersion: '8.4' })).toEqual([]);
  });

  test.each(chosenOnce)('%j makes another database, and says so', (to) => {
    expect(replaced({ Aurora: 'true' }, to)).toContain('Cluster');
    expect(replaced({ Aurora: 'false' }, to)).toContain('Database');
    const declared = synthesise(template).interface.parameters;
    for (const name of Object.keys(to))
      expect(declared.find((one) => one.name === name)!.description).toContain('Chosen once:');
  });

  test('Aurora makes another database, and says so', () => {
    expect(replaced({ Aurora: 'false' }, { Aurora: 'true' })).toEqual(['Database']);
    expect(replaced({ Aurora: 'true' }, { Aurora: 'false' })).toEqual(['Cluster', 'Writer']);
  });

  test('nothing but what says so is chosen once', () => {
    const declared = synthesise(template).interface.parameters;
    expect(declared.filter(({ description }) => description.includes('Chosen once:')).map(({ name }) => name)).toEqual([
      'Engine',
      'Aurora',
      'Snapshot',
      'DatabaseKeyArn',
    ]);
  });
});

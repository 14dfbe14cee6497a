import {
  auroraAlarms,
  type Build,
  databaseEvents,
  defineTemplate,
  describeSecretKey,
  enhancedMonitoring,
  type Flag,
  output,
  ownArn,
  param,
  rdsAlarms,
  serverAndClients,
  serviceLogRetention,
  unless,
  when,
  whenMap,
} from '@bitclouded/kit';
import { Aws, CfnDeletionPolicy, Fn, Token, Tokenization } from 'aws-cdk-lib';
import { CfnDBCluster, CfnDBClusterParameterGroup, CfnDBInstance, CfnDBParameterGroup } from 'aws-cdk-lib/aws-rds';
import restoreSecret from '../../../lambdas/restore-secret/lambda.ts';
import kms from '../../foundation/kms/template.ts';
import privateSubnets from '../../networking/private-subnets/template.ts';
import vpc from '../../networking/vpc/template.ts';
import alerts from '../../operations/alerts/template.ts';

/** No word that an engine keeps for itself, as PostgreSQL does admin. */
const ADMINISTRATOR = 'dbadmin';
const DAY = '(?:mon|tue|wed|thu|fri|sat|sun)';

function version(byDefault: string, pattern: string, hint: string) {
  return param.text({
    description:
      'Major version, of which minor ones come by themselves; or an exact one, where a snapshot asks for it. A higher one is away for its upgrade, with no way back',
    default: byDefault,
    pattern,
    hint,
  });
}

const parameters = {
  Engine: param.text({
    description: 'Chosen once: the other one is another, empty database, and of this one a snapshot is left',
    default: 'postgres',
    allowedValues: ['postgres', 'mysql'],
  }),
  Aurora: param.flag({
    description: 'Aurora instead of RDS. Chosen once: the other one is empty, and of this one a snapshot is left',
  }),
  PostgresVersion: version('17', '1[4-8](?:\\.[a-z0-9.-]{1,20})?', 'a version from 14 to 18, such as 17 or 17.9'),
  MysqlVersion: version('8.4', '8\\.[04](?:\\.[a-z0-9._-]{1,30})?', 'version 8.0, 8.4, or one of them such as 8.4.9'),
  Snapshot: param.optionalText({
    description:
      'Name or ARN of a snapshot to restore; empty for an empty database. Chosen once: to change it, or leave it out later, makes another database, and of this one a snapshot is left',
    pattern: '(?:arn:[^:]+:rds:[^:]*:\\d{12}:(?:cluster-)?snapshot:)?[A-Za-z][A-Za-z0-9:-]{0,254}',
    hint: 'the name or ARN of a snapshot',
  }),
  // Not wired to the environment's key: a key that comes later would replace the database by an empty one.
  DatabaseKeyArn: param.optionalKeyArn({
    description:
      'Key of your own; empty for the one that AWS keeps for RDS. Chosen once: changing it makes another, empty database. A snapshot brings its own key to RDS; Aurora takes this one',
    label: 'KMS key',
  }),
  DeletionProtection: param.flag({
    description: 'Refuses to delete or replace it. Turn it on when the stack stands: a failed creation must roll back',
  }),
  InstanceClass: param.optionalText({
    description: 'Empty for db.t4g.medium, or db.serverless with Aurora. Changing it interrupts for some minutes',
    pattern: 'db\\.(?:serverless|[a-z0-9-]+\\.[a-z0-9-]+)',
    hint: 'a class such as db.r8g.large',
  }),
  MultiAz: param.flag({
    description: 'RDS: a standby in another zone takes over within two minutes, at twice the price',
    label: 'Standby in another zone',
    default: 'true',
  }),
  StorageGib: param.count({
    description: 'RDS: GiB at first; storage never shrinks. After a restore it begins with what the snapshot had',
    default: '20',
    minimum: 20,
    maximum: 65536,
  }),
  MaxStorageGib: param.count({
    description: 'RDS: GiB up to which storage grows by itself; at least a tenth more than it has',
    default: '200',
    minimum: 22,
    maximum: 65536,
  }),
  Readers: param.count({
    description: 'Aurora: instances that read and take over within a minute; with 0 a failed writer is made anew',
    default: '1',
    allowedValues: ['0', '1', '2', '3'],
  }),
  MinCapacity: param.count({
    description:
      'Aurora with db.serverless: fewest units of 2 GiB; with 0 it sleeps, and wakes in 15 seconds, after a day in 30 or more',
    default: '0.5',
    allowedValues: ['0', '0.5', '1', '2', '4', '8'],
  }),
  MaxCapacity: param.count({
    description: 'Aurora with db.serverless: most units of 2 GiB. The limit of connections follows at a restart',
    default: '8',
    allowedValues: ['2', '4', '8', '16', '32', '64', '128', '256'],
  }),
  BackupRetentionDays: param.count({
    description: 'Days to any second of which the database can be restored',
    default: '7',
    minimum: 1,
    maximum: 35,
  }),
  BackupWindow: param.text({
    description: 'Daily window of the backup in UTC, outside of the maintenance window',
    default: '02:00-03:00',
    pattern: '[0-2]\\d:[0-5]\\d-[0-2]\\d:[0-5]\\d',
    hint: 'a window such as 02:00-03:00',
  }),
  MaintenanceWindow: param.text({
    description: 'Weekly window in UTC of minor versions and repairs, which interrupt for some minutes',
    // AWS Backup begins at three: RDS refuses it during both windows, and in the hour before them.
    default: 'sun:06:00-sun:07:00',
    pattern: `${DAY}:[0-2]\\d:[0-5]\\d-${DAY}:[0-2]\\d:[0-5]\\d`,
    hint: 'a window such as sun:06:00-sun:07:00',
  }),
  CaCertificate: param.text({
    description: 'Authority that signs the certificate of the server. Changing it may restart the database',
    default: 'rds-ca-rsa2048-g1',
    allowedValues: ['rds-ca-rsa2048-g1', 'rds-ca-rsa4096-g1', 'rds-ca-ecc384-g1'],
  }),
  IamAuthentication: param.flag({ description: 'Lets roles log in by tokens of IAM, as users that are granted it' }),
  DatabaseInsights: param.text({
    description:
      'What is kept of the load: standard for 7 days, advanced for 15 months. Small classes of MySQL take off',
    default: 'standard',
    allowedValues: ['off', 'standard', 'advanced'],
  }),
  MonitoringSeconds: param.count({
    description: 'Seconds between two looks at the operating system; 0 for none',
    default: '60',
    allowedValues: ['0', '1', '5', '10', '15', '30', '60'],
  }),
  LogRetentionDays: param.count({
    description: 'Days that the logs of the database are kept; the log groups are told once a day',
    default: '90',
    allowedValues: ['7', '14', '30', '60', '90', '180', '365', '731'],
  }),
  ManyConnections: param.count({
    description: 'Connections of which on somebody is told',
    default: '200',
    minimum: 1,
    maximum: 16000,
  }),
  VpcId: param.from(vpc, 'VpcId'),
  DbSubnetGroup: param.from(privateSubnets, 'DbSubnetGroup'),
  CriticalArn: param.recommendedFrom(alerts, 'CriticalArn'),
  WarningArn: param.recommendedFrom(alerts, 'WarningArn'),
  LogsKeyArn: param.recommendedFrom(kms, 'LogsKeyArn'),
};
type Kit = Build<typeof parameters>;

export default defineTemplate({
  name: 'datastore/rds',
  summary:
    'PostgreSQL or MySQL, on RDS or Aurora: encrypted, backed up, reached over TLS alone, restored by a parameter',
  parameters,
  outputs: {
    DbEndpoint: output.dnsName('Host name of the database; of Aurora, of its writer'),
    DbPort: output.port('Port of the database'),
    DbEngine: output.text('postgres or mysql'),
    DbAdminSecretArn: output.secretArn(
      'Secret with username and password of the administrator, kept and rotated by RDS',
    ),
    DbClientSg: output.securityGroupId('Security group that lets its members reach the database'),
  },
  build(kit) {
    const { scope, params, condition, rule, lambdaFunction, customResource } = kit;
    const isPostgres = condition('IsPostgres', { equal: [params.Engine, 'postgres'] });
    const isMysql = condition('IsMysql', { not: isPostgres });
    const isRds = condition('IsRds', { not: params.Aurora });
    const isRestored = params.Snapshot.given;
    for (const [least, below] of Object.entries({ 4: ['2'], 8: ['2', '4'] }))
      rule(`AtLeast${least}`, {
        describe: 'MaxCapacity is at least MinCapacity',
        when: Fn.conditionEquals(params.MinCapacity, least),
        assert: Fn.conditionNot(Fn.conditionContains(below, Tokenization.stringifyNumber(params.MaxCapacity))),
      });

    const engine = joined(when(isPostgres, 'postgres', 'mysql'));
    const auroraEngine = joined(when(isPostgres, 'aurora-postgresql', 'aurora-mysql'));
    const part = (of: string, at: number) => Fn.select(at, Fn.split('.', of));
    const mysqlMajor = Fn.join('.', [part(params.MysqlVersion, 0), part(params.MysqlVersion, 1)]);
    const major = when(isPostgres, part(params.PostgresVersion, 0), mysqlMajor);
    const port = when(isPostgres, 5432, 3306);
    const { server, clients } = serverAndClients(scope, { server: 'DbSg', clients: 'DbClientSg' }, params.VpcId, port);

    const insights = databaseInsights(kit);
    /** What an instance is, whether it stands alone or in a cluster. */
    const instance = {
      autoMinorVersionUpgrade: true,
      preferredMaintenanceWindow: params.MaintenanceWindow,
      caCertificateIdentifier: params.CaCertificate,
      publiclyAccessible: false,
      ...monitoring(kit),
    };
    /** What a database is on RDS and on Aurora. */
    const database = {
      engineVersion: when(isPostgres, params.PostgresVersion, params.MysqlVersion),
      dbSubnetGroupName: params.DbSubnetGroup,
      // A snapshot brings its own. The password is never of the template: RDS makes one, and `restore-secret` another
      // after a restore.
      masterUsername: unless(isRestored, ADMINISTRATOR),
      manageMasterUserPassword: true,
      storageEncrypted: unless(isRestored, true),
      backupRetentionPeriod: params.BackupRetentionDays,
      preferredBackupWindow: params.BackupWindow,
      // A replacement would take them with it.
      deleteAutomatedBackups: false,
      copyTagsToSnapshot: true,
      deletionProtection: when<boolean>(params.DeletionProtection, true, false),
      enableIamDatabaseAuthentication: when<boolean>(params.IamAuthentication, true, false),
      enableCloudwatchLogsExports: when(isPostgres, ['postgresql'], ['error', 'slowquery']),
      databaseInsightsMode: insights.mode,
      performanceInsightsRetentionPeriod: insights.retentionDays,
      tags: [
        { key: 'Name', value: Aws.STACK_NAME },
        { key: 'bitclouded:backup', value: 'daily' },
      ],
    };

    const rds = isRds.guards(
      new CfnDBInstance(scope, 'Database', {
        ...instance,
        ...database,
        engine,
        allowMajorVersionUpgrade: true,
        dbInstanceClass: params.InstanceClass.or('db.t4g.medium'),
        multiAz: when<boolean>(params.MultiAz, true, false),
        dbSnapshotIdentifier: params.Snapshot.or(),
        kmsKeyId: unless(isRestored, params.DatabaseKeyArn.or()),
        vpcSecurityGroups: [server.attrGroupId],
        dbParameterGroupName: isRds.guards(
          new CfnDBParameterGroup(scope, 'Settings', {
            description: 'TLS alone, and slow statements in the log',
            family: `${engine}${major}`,
            parameters: settings(isPostgres, '1'),
          }),
        ).ref,
        storageType: 'gp3',
        // The snapshot may have grown: RDS refuses less than it has.
        allocatedStorage: unless(isRestored, Tokenization.stringifyNumber(params.StorageGib)),
        maxAllocatedStorage: params.MaxStorageGib,
        enablePerformanceInsights: insights.isOn,
      }),
    );

    const cluster = params.Aurora.guards(
      new CfnDBCluster(scope, 'Cluster', {
        ...database,
        engine: auroraEngine,
        autoMinorVersionUpgrade: true,
        preferredMaintenanceWindow: params.MaintenanceWindow,
        serverlessV2ScalingConfiguration: { minCapacity: params.MinCapacity, maxCapacity: params.MaxCapacity },
        snapshotIdentifier: params.Snapshot.or(),
        kmsKeyId: params.DatabaseKeyArn.or(),
        vpcSecurityGroupIds: [server.attrGroupId],
        dbClusterParameterGroupName: params.Aurora.guards(
          new CfnDBClusterParameterGroup(scope, 'ClusterSettings', {
            description: 'TLS alone, and slow statements in the log',
            family: `${auroraEngine}${major}`,
            parameters: settings(isPostgres, 'ON'),
          }),
        ).ref,
        performanceInsightsEnabled: insights.isOn,
      }),
    );
    const member = (id: string, exists: Flag, promotionTier: number): CfnDBInstance => {
      const made = new CfnDBInstance(scope, id, {
        ...instance,
        dbClusterIdentifier: cluster.ref,
        engine: auroraEngine,
        dbInstanceClass: params.InstanceClass.or('db.serverless'),
        promotionTier,
        tags: [{ key: 'Name', value: `${Aws.STACK_NAME}/${id}` }],
      });
      // The cluster has the data.
      made.cfnOptions.deletionPolicy = CfnDeletionPolicy.DELETE;
      made.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.DELETE;
      return exists.guards(made);
    };
    const writer = member('Writer', params.Aurora, 0);
    const readers = readersOf(kit).map((exists, index) => ({
      exists,
      // The first is as large as the writer may have to be: Aurora scales tiers 0 and 1 with the writer.
      made: member(`Reader${index + 1}`, exists, index + 1),
    }));

    const it = [when(params.Aurora, cluster.attrDbClusterArn, rds.attrDbInstanceArn)];
    const provider = lambdaFunction('RestoreSecret', restoreSecret, {
      environment: {},
      // The template has no secret of its own.
      grants: { read: it, change: it, mark: it, manage: [ownArn('secretsmanager', 'secret:rds!*')], own: [] },
      statements: [describeSecretKey()],
      logs: { retentionInDays: 30, key: params.LogsKeyArn },
    });
    const secret = customResource('AdminSecret', restoreSecret, provider, {
      DbInstanceIdentifier: when(isRds, rds.ref, ''),
      // A cluster takes a password by an instance: who names the writer waits for it.
      DbClusterIdentifier: when(params.Aurora, Token.asString({ 'Fn::Select': ['0', [cluster.ref, writer.ref]] }), ''),
      Snapshot: params.Snapshot.orEmpty,
    });

    serviceLogRetention(kit, {
      prefix: `/aws/rds/${when(params.Aurora, `cluster/${cluster.ref}`, `instance/${rds.ref}`)}`,
      retentionInDays: params.LogRetentionDays,
      logs: [
        { id: 'Postgresql', name: 'postgresql', only: isPostgres },
        { id: 'Error', name: 'error', only: isMysql },
        { id: 'Slowquery', name: 'slowquery', only: isMysql },
      ],
    });
    const watched = {
      manyConnections: params.ManyConnections,
      larger: 'choose a larger InstanceClass, with db.serverless a larger MaxCapacity',
      critical: params.CriticalArn,
      warning: params.WarningArn,
    };
    rdsAlarms(kit, rds, { ...watched, isPostgres: condition('IsPostgresOnRds', { all: [isRds, isPostgres] }) });
    auroraAlarms(kit, cluster, {
      ...watched,
      isPostgres: condition('IsPostgresOnAurora', { all: [params.Aurora, isPostgres] }),
    });
    databaseEvents(kit, {
      identifiers: when(
        params.Aurora,
        [cluster.ref, writer.ref, ...readers.map(({ exists, made }) => when(exists, made.ref))],
        [rds.ref],
      ),
      tell: params.WarningArn,
    });

    return {
      DbEndpoint: when(params.Aurora, cluster.attrEndpointAddress, rds.attrEndpointAddress),
      DbPort: port,
      DbEngine: params.Engine,
      DbAdminSecretArn: secret.getAtt('DbAdminSecretArn').toString(),
      DbClientSg: clients.attrGroupId,
    };
  },
});

/** A join of one keeps validators that know no conditions from trying each version and class with each engine. */
function joined(engine: string): string {
  return Token.asString({ 'Fn::Join': ['', [engine]] });
}

/** Looks at the operating system, where it is asked to. */
function monitoring({ params, condition, role, except }: Kit) {
  const isOff = condition('IsNotMonitored', { equal: [params.MonitoringSeconds, '0'] });
  const isOn = condition('IsMonitored', { not: isOff });
  const { statements, trustCondition } = enhancedMonitoring();
  const watcher = role('MonitoringRole', {
    service: 'monitoring.rds.amazonaws.com',
    description: 'Writes what the operating system of the database does',
    ...(trustCondition && { trustCondition }),
    policies: { monitoring: statements },
  });
  except(isOn.guards(watcher), 'no-create-log-group', {
    reason: 'RDS writes to one group of the whole account, which it makes by this role with the first database',
    review: '2027-12-01',
  });
  return { monitoringInterval: params.MonitoringSeconds, monitoringRoleArn: when(isOn, watcher.attrArn) };
}

/** Source: CloudFormation Template Reference, AWS::RDS::DBCluster, DatabaseInsightsMode. */
function databaseInsights({ params, condition }: Kit) {
  const isOff = condition('HasNoInsights', { equal: [params.DatabaseInsights, 'off'] });
  const isAdvanced = condition('HasAdvancedInsights', { equal: [params.DatabaseInsights, 'advanced'] });
  return {
    isOn: when<boolean>(isOff, false, true),
    mode: when(isAdvanced, 'advanced', 'standard'),
    retentionDays: unless(isOff, when(isAdvanced, 465, 7)),
  };
}

/** Connections over TLS alone, statements of a second and more in the log. @param on as the engine writes a switch */
function settings(isPostgres: Flag, on: '1' | 'ON'): unknown {
  return whenMap(
    isPostgres,
    { 'rds.force_ssl': '1', log_min_duration_statement: '1000', log_lock_waits: '1' },
    // Of the slow statements RDS sends only what stands in a file.
    { require_secure_transport: on, slow_query_log: '1', long_query_time: '1', log_output: 'FILE' },
  );
}

/** Whether each of the readers exists. */
function readersOf({ params, condition }: Kit): readonly Flag[] {
  const [none, one, two] = [0, 1, 2].map((n) => condition(`Readers${n}`, { equal: [params.Readers, `${n}`] }));
  const first = condition('HasReader1', { all: [params.Aurora, condition('HasReaders', { not: none! })] });
  const second = condition('HasReader2', { all: [first, condition('HasMoreReaders', { not: one! })] });
  return [first, second, condition('HasReader3', { all: [second, condition('HasMostReaders', { not: two! })] })];
}

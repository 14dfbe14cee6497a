import { type Build, defineTemplate, type Flag, output, ownArn, param, when, whenMap } from '@bitclouded/kit';
import { Aws, Fn, Tokenization } from 'aws-cdk-lib';
import {
  CfnBackupPlan,
  CfnBackupSelection,
  CfnBackupVault,
  CfnRestoreTestingPlan,
  CfnRestoreTestingSelection,
} from 'aws-cdk-lib/aws-backup';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import type { CfnRole } from 'aws-cdk-lib/aws-iam';
import { CfnMetricFilter } from 'aws-cdk-lib/aws-logs';
import restoreValidator from '../../../lambdas/restore-validator/lambda.ts';
import kms from '../../foundation/kms/template.ts';
import privateSubnets from '../../networking/private-subnets/template.ts';
import alerts from '../alerts/template.ts';

/** What carries it is backed up as its value says. */
const TAG_KEY = 'bitclouded:backup';
/** Until then a monthly recovery point stays in warm storage. Cold storage is paid for 90 days more at least. */
const COLD_AFTER_DAYS = 30;
/** No plan keeps a recovery point for less, so that the lock refuses none. */
const SHORTEST_DAYS = 7;
/** Until then the restored copy is there to be looked at, and paid for. */
const VALIDATION_HOURS = 2;

const parameters = {
  Plans: param.text({
    description:
      'Whether this stack backs up what is tagged; none makes a vault alone, to which another region copies. Changing it deletes no recovery point',
    default: 'all',
    allowedValues: ['all', 'none'],
    group: 'Plans',
  }),
  StartHour: param.count({
    description: 'Hour of the day, in UTC, at which daily backups begin',
    default: '3',
    minimum: 0,
    maximum: 23,
    group: 'Plans',
  }),
  HourlyDays: retention('hourly recovery points are kept', '7', 365),
  DailyDays: retention('daily recovery points are kept', '35', 3650),
  MonthlyDays: {
    ...retention('the recovery points of each first day of a month are kept', '365', 36_500),
    // Cold storage begins after 30 days and lasts 90 at least.
    minimum: COLD_AFTER_DAYS + 90,
  },
  ContinuousDays: retention('one can go back to any second of what is tagged continuous', '35', 35),
  ColdStorage: param.flag({
    description:
      'Moves monthly recovery points to cold storage after 30 days, where the service can: cheaper to keep, dearer to restore',
    group: 'Plans',
  }),
  CopyRegion: param.optionalRegionName({
    description: 'Region to which every recovery point is copied; needs CopyVaultName',
    group: 'Copies',
  }),
  CopyVaultName: param.optionalText({
    description: 'Vault in CopyRegion: the last part of VaultArn of a stack of this template there, with Plans none',
    pattern: '[A-Za-z0-9_-]{2,50}',
    hint: 'the name of a backup vault',
    group: 'Copies',
  }),
  VaultKeyArn: param.optionalKeyArn({
    description:
      'Key of your own for the vault; empty for the one that AWS keeps for AWS Backup. Chosen once: a vault keeps its key, and CloudFormation refuses another',
    group: 'Vault',
    label: 'KMS key',
  }),
  VaultLock: param.flag({
    description:
      'Lets nobody delete a recovery point before its time, but those who may take the lock off (governance mode)',
    group: 'Vault',
  }),
  RestoreTests: param.text({
    description:
      'How often the newest recovery point of each resource is restored, looked at and deleted again; only where AWS Backup has restore testing',
    default: 'monthly',
    allowedValues: ['monthly', 'weekly', 'none'],
    group: 'Restore tests',
  }),
  DbSubnetGroup: param.optionalFrom(privateSubnets, 'DbSubnetGroup'),
  KeyArn: param.recommendedFrom(kms, 'KeyArn'),
  LogsKeyArn: param.recommendedFrom(kms, 'LogsKeyArn'),
  CriticalArn: param.recommendedFrom(alerts, 'CriticalArn'),
  WarningArn: param.recommendedFrom(alerts, 'WarningArn'),
};
type Kit = Build<typeof parameters>;

export default defineTemplate({
  name: 'operations/backup',
  summary: 'A backup vault, plans that follow a tag, copies to another region, and restore tests',
  scope: 'region',
  parameters,
  outputs: {
    VaultArn: output.arn('Backup vault'),
  },
  build(kit) {
    const { scope, params, condition, rule } = kit;
    const isGiven = (value: string) => Fn.conditionNot(Fn.conditionEquals(value, ''));
    const isEmpty = (value: string) => Fn.conditionEquals(value, '');
    const [region, name] = [params.CopyRegion.orEmpty, params.CopyVaultName.orEmpty];
    rule('CopyIsWhole', {
      describe: 'CopyRegion and CopyVaultName come together or not at all',
      assert: Fn.conditionOr(
        Fn.conditionAnd(isGiven(region), isGiven(name)),
        Fn.conditionAnd(isEmpty(region), isEmpty(name)),
      ),
    });
    rule('CopyGoesElsewhere', {
      describe: "CopyRegion must be another region than the stack's own",
      assert: Fn.conditionNot(Fn.conditionEquals(region, Aws.REGION)),
    });

    const vault = new CfnBackupVault(scope, 'Vault', {
      // A name must be, and a vault stays when its stack goes: part of the stack's id keeps a new stack of the same
      // name from meeting it. At most 50 characters, so that the stack's own name may not fit.
      backupVaultName: `backup-${unique()}`,
      backupVaultTags: { Name: Aws.STACK_NAME },
      encryptionKeyArn: params.VaultKeyArn.or(),
      lockConfiguration: whenMap<CfnBackupVault.LockConfigurationTypeProperty>(params.VaultLock, {
        MinRetentionDays: SHORTEST_DAYS,
      }),
    });
    const hasPlans = condition('HasPlans', { equal: [params.Plans, 'all'] });
    plans(kit, vault, hasPlans);
    tellFailures(kit);
    restoreTests(kit, vault);
    return { VaultArn: vault.attrBackupVaultArn };
  },
});

function retention(what: string, days: string, maximum: number) {
  return param.count({
    description: `Days for which ${what}; it holds for recovery points to come, those that are there keep their own`,
    default: days,
    minimum: SHORTEST_DAYS,
    maximum,
    group: 'Plans',
  });
}

/** Eight characters of the stack's id. */
function unique(): string {
  return Fn.select(0, Fn.split('-', Fn.select(2, Fn.split('/', Aws.STACK_ID))));
}

function plans(kit: Kit, vault: CfnBackupVault, hasPlans: Flag): void {
  const { scope, params } = kit;
  const role = backupRole(kit, 'Backup', 'Backs up what is tagged and copies it to another region', ['Backup']);
  hasPlans.guards(role);
  const copyVault = `arn:${Aws.PARTITION}:backup:${params.CopyRegion.orEmpty}:${Aws.ACCOUNT_ID}:backup-vault:${params.CopyVaultName.orEmpty}`;
  const hour = Tokenization.stringifyNumber(params.StartHour);

  type Rule = CfnBackupPlan.BackupRuleResourceTypeProperty;
  const rule = (ruleName: string, cron: string, deleteAfterDays: number, more: Partial<Rule> = {}): Rule => ({
    ruleName,
    targetBackupVault: vault.attrBackupVaultName,
    scheduleExpression: `cron(${cron})`,
    startWindowMinutes: 60,
    lifecycle: { deleteAfterDays },
    copyActions: [
      whenMap<CfnBackupPlan.CopyActionResourceTypeProperty>(params.CopyRegion.given, {
        DestinationBackupVaultArn: copyVault,
        Lifecycle: { DeleteAfterDays: deleteAfterDays },
      }),
    ],
    ...more,
  });
  const daily = rule('daily', `0 ${hour} ? * * *`, params.DailyDays);
  const monthly = rule('monthly', `0 ${hour} 1 * ? *`, params.MonthlyDays, {
    lifecycle: {
      deleteAfterDays: params.MonthlyDays,
      moveToColdStorageAfterDays: when(params.ColdStorage, COLD_AFTER_DAYS),
    },
  });

  const rulesByTag: Readonly<Record<string, Rule[]>> = {
    hourly: [rule('hourly', '0 * ? * * *', params.HourlyDays), daily, monthly],
    daily: [daily, monthly],
    // Not for databases: AWS Backup would take their own backup settings over, which their templates keep.
    continuous: [
      rule('continuous', `0 ${hour} ? * * *`, params.ContinuousDays, { enableContinuousBackup: true }),
      monthly,
    ],
  };
  for (const [value, backupPlanRule] of Object.entries(rulesByTag)) {
    const id = `${value[0]!.toUpperCase()}${value.slice(1)}`;
    const plan = new CfnBackupPlan(scope, `${id}Plan`, {
      backupPlan: { backupPlanName: `${value}-${unique()}`, backupPlanRule },
    });
    const selection = new CfnBackupSelection(scope, `${id}Selection`, {
      backupPlanId: plan.ref,
      backupSelection: {
        selectionName: `tagged-${value}`,
        iamRoleArn: role.attrArn,
        listOfTags: [{ conditionType: 'STRINGEQUALS', conditionKey: TAG_KEY, conditionValue: value }],
      },
    });
    for (const resource of [plan, selection]) hasPlans.guards(resource);
  }
}

/**
 * By AWS's own policies: what AWS Backup needs for a dozen services it alone knows, and it grows with them.
 * The trust takes no condition: whether AWS Backup says for whom it acts is not documented.
 * Source: AWS Backup Developer Guide, "Managed policies for AWS Backup".
 */
function backupRole(
  { role }: Kit,
  id: string,
  description: string,
  tasks: readonly ('Backup' | 'Restores')[],
): CfnRole {
  const made = role(`${id}Role`, { service: 'backup.amazonaws.com', description, policies: {} });
  const policies = `arn:${Aws.PARTITION}:iam::aws:policy`;
  made.policies = undefined;
  made.managedPolicyArns = tasks.flatMap((task) => [
    `${policies}/service-role/AWSBackupServiceRolePolicyFor${task}`,
    `${policies}/AWSBackupServiceRolePolicyForS3${task === 'Backup' ? 'Backup' : 'Restore'}`,
  ]);
  return made;
}

/** Of all jobs of the region, in whatever vault. */
function tellFailures({ scope, params, allow }: Kit): void {
  const told = new CfnRule(scope, 'FailedJobs', {
    description: 'Backups, copies and restores that failed or did not begin in time',
    eventPattern: {
      source: ['aws.backup'],
      'detail-type': ['Backup Job State Change', 'Copy Job State Change', 'Restore Job State Change'],
      // Restore jobs have a status, the others a state.
      // Source: AWS Backup Developer Guide, "Monitoring AWS Backup events using Amazon EventBridge".
      detail: { $or: [{ state: ['FAILED', 'EXPIRED', 'PARTIAL'] }, { status: ['FAILED'] }] },
    },
    targets: [
      {
        id: 'Topic',
        arn: params.WarningArn.orEmpty,
        inputTransformer: {
          inputPathsMap: {
            type: '$.detail-type',
            region: '$.region',
            state: '$.detail.state',
            status: '$.detail.status',
            resource: '$.detail.resourceArn',
            source: '$.detail.sourceResourceArn',
            message: '$.detail.statusMessage',
            time: '$.time',
          },
          // What an event does not have is left empty.
          inputTemplate:
            '"AWS Backup in <region>, <type>: <state><status> <resource><source> at <time>. <message> See the jobs of AWS Backup for the reason; a job that is started anew by hand fills the gap."',
        },
      },
    ],
  });
  params.WarningArn.given.guards(told);
  allow({
    who: 'events.amazonaws.com',
    actions: ['sns:Publish'],
    resource: 'WarningArn',
    why: 'Jobs that failed become alerts',
  });
}

/** What a plan restores and the validator knows; databases want to know in which subnets. */
const RESTORED = { Efs: 'EFS', DynamoDb: 'DynamoDB', S3: 'S3' };
const RESTORED_INTO_SUBNETS = { Rds: 'RDS', Aurora: 'Aurora', DocumentDb: 'DocumentDB' };
/**
 * Regions without restore testing. By region and not by partition: of a condition on the region alone it is known that
 * CloudFormation looks at it before it refuses a type that the region lacks.
 * Source: CloudFormation registry, AWS::Backup::RestoreTestingPlan, by region.
 */
const WITHOUT_TESTS = {
  Beijing: 'cn-north-1',
  Ningxia: 'cn-northwest-1',
  GovCloudEast: 'us-gov-east-1',
  GovCloudWest: 'us-gov-west-1',
  Malaysia: 'ap-southeast-5',
  Thailand: 'ap-southeast-7',
};

function restoreTests(kit: Kit, vault: CfnBackupVault): void {
  const { scope, params, condition } = kit;
  const isOff = condition('TestsNothing', { equal: [params.RestoreTests, 'none'] });
  const lacking = Object.entries(WITHOUT_TESTS).map(([name, region]) =>
    condition(`In${name}`, { equal: [Aws.REGION, region] }),
  ) as [Flag, Flag, ...Flag[]];
  const isElsewhere = condition('HasRestoreTesting', { not: condition('LacksRestoreTesting', { any: lacking }) });
  const tests = condition('TestsRestores', { all: [isElsewhere, condition('WantsTests', { not: isOff })] });
  const testsDatabases = condition('TestsDatabases', { all: [tests, params.DbSubnetGroup.given] });

  const role = tests.guards(backupRole(kit, 'Restore', 'Restores what a test looks at', ['Restores']));
  const isWeekly = condition('TestsWeekly', { equal: [params.RestoreTests, 'weekly'] });
  const plan = tests.guards(
    new CfnRestoreTestingPlan(scope, 'RestoreTestingPlan', {
      restoreTestingPlanName: `restore_${unique()}`,
      scheduleExpression: when(isWeekly, 'cron(0 9 ? * TUE *)', 'cron(0 9 2 * ? *)'),
      startWindowHours: 8,
      recoveryPointSelection: {
        algorithm: 'LATEST_WITHIN_WINDOW',
        includeVaults: [vault.attrBackupVaultArn],
        recoveryPointTypes: ['SNAPSHOT', 'CONTINUOUS'],
        selectionWindowDays: 31,
      },
    }),
  );
  const selection = (id: string, type: string, flag: Flag, overrides?: Record<string, string>) =>
    flag.guards(
      new CfnRestoreTestingSelection(scope, `${id}RestoreTest`, {
        restoreTestingPlanName: plan.ref,
        restoreTestingSelectionName: id,
        iamRoleArn: role.attrArn,
        protectedResourceType: type,
        // Of the vault's recovery points, which the plan names.
        protectedResourceArns: ['*'],
        ...(overrides && { restoreMetadataOverrides: overrides }),
        validationWindowHours: VALIDATION_HOURS,
      }),
    );
  for (const [id, type] of Object.entries(RESTORED)) selection(id, type, tests);
  for (const [id, type] of Object.entries(RESTORED_INTO_SUBNETS))
    selection(id, type, testsDatabases, { dbSubnetGroupName: params.DbSubnetGroup.orEmpty });
  validator(kit, plan, tests);
}

function validator(kit: Kit, plan: CfnRestoreTestingPlan, tests: Flag): void {
  const { scope, params, lambdaFunction, invokedBy, alarm } = kit;
  const made = lambdaFunction('Validator', restoreValidator, {
    environment: {},
    grants: {
      job: ['*'],
      databases: [ownArn('rds', 'db:*'), ownArn('rds', 'cluster:*')],
      fileSystems: [ownArn('elasticfilesystem', 'file-system/*')],
      tables: [ownArn('dynamodb', 'table/awsbackup-restore-test-*')],
      buckets: [`arn:${Aws.PARTITION}:s3:::awsbackup-restore-test-*`],
    },
    logs: { retentionInDays: 90, key: params.LogsKeyArn },
  });
  for (const part of Object.values(made)) tests.guards(part);
  invokedBy(made, {
    rules: {
      Restored: {
        description: 'A restore test has restored something',
        pattern: {
          source: ['aws.backup'],
          'detail-type': ['Restore Job State Change'],
          detail: { status: ['COMPLETED'], restoreTestingPlanArn: [plan.attrRestoreTestingPlanArn] },
        },
      },
    },
    key: params.KeyArn,
    failure: 'A restored resource could not be looked at, so that its restore test has no result: see the log',
    tell: params.WarningArn,
  });

  const namespace = `BitClouded/${Aws.STACK_NAME}`;
  const unsound = tests.guards(
    new CfnMetricFilter(scope, 'UnsoundRestores', {
      logGroupName: made.logGroup.ref,
      filterPattern: '"unsound"',
      metricTransformations: [{ metricNamespace: namespace, metricName: 'UnsoundRestores', metricValue: '1' }],
    }),
  );
  alarm('UnsoundRestoresAlarm', {
    description:
      'What a restore test restored is not sound: a backup that is there cannot be relied on. The log of the validator names the job and says what is wrong',
    on: unsound,
    namespace,
    metric: 'UnsoundRestores',
    dimensions: {},
    statistic: 'Sum',
    threshold: 0,
    periodSeconds: 300,
    periods: 1,
    tell: params.CriticalArn,
  });
}

import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { type Rendered, type RenderOptions, render, synthesise, type Template } from '@bitclouded/kit';
import rds from '../../datastore/rds/template.ts';
import template from './template.ts';

const KEY = 'arn:aws:kms:eu-west-1:123456789012:key/1';
const CRITICAL = 'arn:aws:sns:eu-west-1:123456789012:critical';
const WARNING = 'arn:aws:sns:eu-west-1:123456789012:warning';
const HOME: RenderOptions = { region: 'eu-west-1' };

const rendered = (parameters: Record<string, string> = {}, options: RenderOptions = HOME): Rendered =>
  render(template, { ...options, parameters });
const properties = (id: string, ...given: Parameters<typeof rendered>) =>
  rendered(...given).resources[id]!.Properties as Readonly<Record<string, unknown>>;
const idsOf = (type: string, { resources }: Rendered) =>
  Object.entries(resources).flatMap(([id, { Type }]) => (Type === `AWS::Backup::${type}` ? [id] : []));

interface BackupRule {
  readonly RuleName: string;
  readonly ScheduleExpression: string;
  readonly Lifecycle: Readonly<Record<string, unknown>>;
  readonly CopyActions: readonly unknown[];
  readonly EnableContinuousBackup?: boolean;
}

function rulesOf(plan: string, parameters?: Record<string, string>): Record<string, BackupRule> {
  const { BackupPlan } = properties(plan, parameters) as unknown as {
    readonly BackupPlan: { readonly BackupPlanRule: readonly BackupRule[] };
  };
  return Object.fromEntries(BackupPlan.BackupPlanRule.map((rule) => [rule.RuleName, rule]));
}

describe('the vault', () => {
  test('stays when its stack goes, under a name that no new stack meets', () => {
    const { Vault } = rendered().resources;
    expect(Vault).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
    expect(Vault!.Properties.BackupVaultName).toMatch(/^backup-[0-9a-f]{8}$/);
  });

  test('is encrypted under the key that is chosen', () => {
    expect(properties('Vault', { VaultKeyArn: KEY }).EncryptionKeyArn).toBe(KEY);
    expect(properties('Vault')).not.toHaveProperty('EncryptionKeyArn');
  });

  test('is locked by choice, in governance mode, and refuses none of the plans’ recovery points', () => {
    expect(properties('Vault', { VaultLock: 'true' }).LockConfiguration).toEqual({ MinRetentionDays: 7 });
    expect(properties('Vault')).not.toHaveProperty('LockConfiguration');
    for (const name of ['HourlyDays', 'DailyDays', 'ContinuousDays', 'MonthlyDays'])
      expect(() => rendered({ [name]: '6' })).toThrow(name);
  });
});

describe('the plans', () => {
  // Source: AWS Backup Developer Guide, "Troubleshooting AWS Backup".
  test('begin when a database of RDS lets them: not in one of its windows, nor in the hour before', () => {
    const minutes = (of: typeof template | typeof rds, name: string) => {
      const declared = synthesise(of as Template).interface.parameters.find((one) => one.name === name)!;
      return [...declared.default!.matchAll(/(\d\d):(\d\d)/g)].map(([, hour, minute]) => +hour! * 60 + +minute!);
    };
    const { ScheduleExpression } = rulesOf('DailyPlan').daily!;
    const begins = 60 * Number(/^cron\(0 (\d+) /.exec(ScheduleExpression)![1]);
    for (const name of ['BackupWindow', 'MaintenanceWindow']) {
      const [from, to] = minutes(rds, name) as [number, number];
      // It begins in the hour from then.
      expect(begins >= to || begins + 60 <= from - 60).toBe(true);
    }
  });

  test.each(['Hourly', 'Daily', 'Continuous'])('%s takes what carries its tag', (id) => {
    expect(properties(`${id}Selection`)).toEqual({
      BackupPlanId: `\${${id}Plan}`,
      BackupSelection: {
        SelectionName: `tagged-${id.toLowerCase()}`,
        IamRoleArn: '${BackupRole.Arn}',
        ListOfTags: [
          {
            ConditionType: 'STRINGEQUALS',
            ConditionKey: 'bitclouded:backup',
            ConditionValue: id.toLowerCase(),
          },
        ],
      },
    });
  });

  test('back up daily at the hour that is said, and on each first of a month for longer', () => {
    const rules = rulesOf('DailyPlan', { StartHour: '5', DailyDays: '14', MonthlyDays: '400' });
    expect(Object.keys(rules)).toEqual(['daily', 'monthly']);
    expect(rules.daily).toMatchObject({
      ScheduleExpression: 'cron(0 5 ? * * *)',
      Lifecycle: { DeleteAfterDays: '14' },
    });
    expect(rules.monthly).toMatchObject({
      ScheduleExpression: 'cron(0 5 1 * ? *)',
      Lifecycle: { DeleteAfterDays: '400' },
    });
  });

  test('back up hourly what asks for it, beside daily and monthly', () => {
    const rules = rulesOf('HourlyPlan');
    expect(Object.keys(rules)).toEqual(['hourly', 'daily', 'monthly']);
    expect(rules.hourly!.ScheduleExpression).toBe('cron(0 * ? * * *)');
  });

  test('go back to any second only of what asks for it, and for no longer than AWS Backup can', () => {
    const continuous = (plan: string) =>
      Object.values(rulesOf(plan)).flatMap(({ EnableContinuousBackup, RuleName }) =>
        EnableContinuousBackup ? [RuleName] : [],
      );
    expect(continuous('ContinuousPlan')).toEqual(['continuous']);
    expect([...continuous('DailyPlan'), ...continuous('HourlyPlan')]).toEqual([]);
    expect(() => rendered({ ContinuousDays: '36' })).toThrow('ContinuousDays');
  });

  test('move monthly recovery points alone to cold storage, by choice, for 90 days at least', () => {
    const { daily, monthly } = rulesOf('DailyPlan', { ColdStorage: 'true', MonthlyDays: '120' });
    expect(Number(monthly!.Lifecycle.DeleteAfterDays) - Number(monthly!.Lifecycle.MoveToColdStorageAfterDays)).toBe(90);
    expect(daily!.Lifecycle).not.toHaveProperty('MoveToColdStorageAfterDays');
    expect(rulesOf('DailyPlan').monthly!.Lifecycle).not.toHaveProperty('MoveToColdStorageAfterDays');
    expect(() => rendered({ MonthlyDays: '119' })).toThrow('MonthlyDays');
  });

  test('are left out of a stack that only takes copies', () => {
    const stack = rendered({ Plans: 'none' });
    expect([...idsOf('BackupPlan', stack), ...idsOf('BackupSelection', stack)]).toEqual([]);
    expect(stack.resources).not.toHaveProperty('BackupRole');
    expect(stack.outputs.VaultArn).toBe('${Vault.BackupVaultArn}');
  });
});

describe('copies', () => {
  const elsewhere = { CopyRegion: 'eu-central-1', CopyVaultName: 'backup-1a2b3c4d' };

  test('go to the vault in the other region, for as long as the original', () => {
    for (const plan of ['HourlyPlan', 'DailyPlan', 'ContinuousPlan'])
      for (const { CopyActions, Lifecycle } of Object.values(rulesOf(plan, elsewhere)))
        expect(CopyActions).toEqual([
          {
            DestinationBackupVaultArn: 'arn:aws:backup:eu-central-1:123456789012:backup-vault:backup-1a2b3c4d',
            Lifecycle: { DeleteAfterDays: Lifecycle.DeleteAfterDays },
          },
        ]);
    expect(rulesOf('DailyPlan').daily!.CopyActions).toEqual([]);
  });

  test('are refused into the own region, and without a region or a vault', () => {
    expect(() => rendered({ ...elsewhere, CopyRegion: 'eu-west-1' })).toThrow('another region');
    expect(() => rendered({ CopyRegion: 'eu-central-1' })).toThrow('come together');
    expect(() => rendered({ CopyVaultName: 'backup-1a2b3c4d' })).toThrow('come together');
  });
});

describe('restore tests', () => {
  test('restore the newest recovery point of the vault each month, or each week', () => {
    expect(properties('RestoreTestingPlan')).toMatchObject({
      ScheduleExpression: 'cron(0 9 2 * ? *)',
      RecoveryPointSelection: { Algorithm: 'LATEST_WITHIN_WINDOW', IncludeVaults: ['${Vault.BackupVaultArn}'] },
    });
    expect(properties('RestoreTestingPlan', { RestoreTests: 'weekly' }).ScheduleExpression).toBe('cron(0 9 ? * TUE *)');
  });

  test('restore databases only where it is said into which subnets', () => {
    const tested = (parameters?: Record<string, string>) =>
      idsOf('RestoreTestingSelection', rendered(parameters)).map((id) => id.replace(/RestoreTest$/, ''));
    expect(tested()).toEqual(['Efs', 'DynamoDb', 'S3']);
    expect(tested({ DbSubnetGroup: 'databases' })).toEqual(['Efs', 'DynamoDb', 'S3', 'Rds', 'Aurora', 'DocumentDb']);
    expect(properties('RdsRestoreTest', { DbSubnetGroup: 'databases' }).RestoreMetadataOverrides).toEqual({
      dbSubnetGroupName: 'databases',
    });
  });

  test('are looked at by the function, which hears of the plan’s own restores alone', () => {
    expect(properties('Restored').EventPattern).toEqual({
      source: ['aws.backup'],
      'detail-type': ['Restore Job State Change'],
      detail: { status: ['COMPLETED'], restoreTestingPlanArn: ['${RestoreTestingPlan.RestoreTestingPlanArn}'] },
    });
  });

  test('call somebody when what they restored is not sound', () => {
    expect(properties('UnsoundRestores')).toMatchObject({
      LogGroupName: '${ValidatorLogs}',
      FilterPattern: '"unsound"',
    });
    const { MetricName, Namespace, AlarmActions } = properties('UnsoundRestoresAlarm', { CriticalArn: CRITICAL });
    expect({ MetricName, Namespace, AlarmActions }).toEqual({
      MetricName: 'UnsoundRestores',
      Namespace: (properties('UnsoundRestores').MetricTransformations as [{ MetricNamespace: string }])[0]
        .MetricNamespace,
      AlarmActions: [CRITICAL],
    });
  });

  test.each([
    ['by choice', { RestoreTests: 'none' }, HOME],
    ['in China', {}, { partition: 'aws-cn', region: 'cn-north-1' }],
    ['in GovCloud', {}, { partition: 'aws-us-gov', region: 'us-gov-east-1' }],
    ['where the region has none', {}, { region: 'ap-southeast-5' }],
  ] as const)('are left out %s, with all that belongs to them', (_, parameters, options) => {
    const ids = Object.keys(rendered({ ...parameters, DbSubnetGroup: 'databases' }, options).resources);
    expect(ids.filter((id) => /Restor|Validator/.test(id))).toEqual([]);
    expect(ids).toContain('DailyPlan');
  });
});

test('tells of jobs that failed or never began, of whatever kind', () => {
  expect(properties('FailedJobs', { WarningArn: WARNING })).toMatchObject({
    EventPattern: {
      'detail-type': ['Backup Job State Change', 'Copy Job State Change', 'Restore Job State Change'],
      detail: { $or: [{ state: ['FAILED', 'EXPIRED', 'PARTIAL'] }, { status: ['FAILED'] }] },
    },
    Targets: [{ Arn: WARNING }],
  });
  expect(rendered().resources).not.toHaveProperty('FailedJobs');
});

test.each(['aws', 'aws-cn', 'aws-us-gov'] as const)('works by policies of the partition %s', (partition) => {
  const { ManagedPolicyArns } = properties('BackupRole', {}, { partition });
  expect(ManagedPolicyArns).toEqual([
    `arn:${partition}:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup`,
    `arn:${partition}:iam::aws:policy/AWSBackupServiceRolePolicyForS3Backup`,
  ]);
});

test.each([
  [{ VaultLock: 'true' }],
  [{ CopyRegion: 'eu-central-1', CopyVaultName: 'other' }],
  [{ Plans: 'none' }],
  [{ DailyDays: '90' }],
  [{ RestoreTests: 'none' }],
])('a change of %j replaces nothing', (parameters) => {
  const { changes } = fullDiff(
    { Resources: rendered().resources },
    { Resources: rendered(parameters as Record<string, string>).resources },
  ).resources;
  const impacts = Object.values(changes).map(({ changeImpact }) => changeImpact);
  expect(impacts.length).toBeGreaterThan(0);
  expect(impacts.filter((impact) => /REPLACE|ORPHAN/.test(impact))).toEqual([]);
  for (const impact of impacts)
    expect([
      ResourceImpact.NO_CHANGE,
      ResourceImpact.WILL_UPDATE,
      ResourceImpact.WILL_CREATE,
      ResourceImpact.WILL_DESTROY,
    ]).toContain(impact);
});

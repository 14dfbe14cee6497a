import { type RenderOptions, render, synthesise } from '@bitclouded/kit';
import template from './template.ts';

const KEY = 'arn:aws:kms:eu-west-1:123456789012:key/data';
const LOGS_KEY = 'arn:aws:kms:eu-west-1:123456789012:key/logs';
const CRITICAL = 'arn:aws:sns:eu-west-1:123456789012:critical';
const WARNING = 'arn:aws:sns:eu-west-1:123456789012:warning';
const TRAIL = 'arn:aws:cloudtrail:eu-west-1:123456789012:trail';
const topics = { CriticalArn: CRITICAL, WarningArn: WARNING };
const everything = { KeyArn: KEY, LogsKeyArn: LOGS_KEY, ...topics, StreamLogs: 'true' };
const WRITE = ['logs:CreateLogStream', 'logs:PutLogEvents'];
const account = { 'aws:SourceAccount': '123456789012' };
const owned = { 's3:x-amz-acl': 'bucket-owner-full-control' };

interface Statement {
  Sid?: string;
  Effect: string;
  Principal?: { Service: string };
  Action: string | string[];
  Resource: string | string[];
  Condition?: object;
}
type Stack = ReturnType<typeof rendered>;

function rendered(parameters: Record<string, string> = {}, options: RenderOptions = {}) {
  const { resources, outputs } = render(template, { ...options, parameters });
  const ofType = (type: string) => Object.entries(resources).filter(([, { Type }]) => Type === type);
  const properties = (id: string) => resources[id]!.Properties as Record<string, unknown>;
  return { resources, outputs, ofType, properties };
}

/** The statements of a policy, or of a role's only inline policy. */
function statements(stack: Stack, id: string): Statement[] {
  const of = stack.properties(id) as { Policies?: { PolicyDocument: unknown }[]; PolicyDocument?: unknown };
  const document = of.PolicyDocument ?? of.Policies![0]!.PolicyDocument;
  return (typeof document === 'string' ? JSON.parse(document) : document).Statement;
}

/** Who is let in by a resource's policy: service, action, resource, condition. */
function letIn(stack: Stack, id: string): unknown[][] {
  return statements(stack, id)
    .filter(({ Effect }) => Effect === 'Allow')
    .map(({ Principal, Action, Resource, Condition }) => [Principal!.Service, Action, Resource, Condition]);
}

/** Who may assume a role: service and condition. */
function trusts(stack: Stack, id: string): unknown[][] {
  const { Statement } = stack.properties(id).AssumeRolePolicyDocument as { Statement: Statement[] };
  return Statement.map(({ Principal, Condition }) => [Principal!.Service, Condition]);
}

const missing = (from: Stack, inThis: Stack) => Object.keys(inThis.resources).filter((id) => !(id in from.resources));

describe('every bucket', () => {
  const stack = rendered(everything);
  const buckets = stack.ofType('AWS::S3::Bucket').map(([id]) => id);

  it('is one of four', () => expect(buckets).toEqual(['S3Logs', 'ElbLogs', 'CdnLogs', 'TrailArchive']));

  it.each(buckets)('%s is private, under SSE-S3, kept, and made cheaper before it is emptied', (id) => {
    const { Rules } = stack.properties(id).LifecycleConfiguration as { Rules: object[] };
    expect(stack.resources[id]).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
    expect(stack.properties(id).BucketEncryption).toEqual({
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
    });
    expect(Object.values(stack.properties(id).PublicAccessBlockConfiguration!)).toEqual([true, true, true, true]);
    expect(Rules).toContainEqual({
      Id: 'Expire',
      Status: 'Enabled',
      Transitions: [{ StorageClass: 'STANDARD_IA', TransitionInDays: 30 }],
      ExpirationInDays: '365',
      NoncurrentVersionExpiration: { NoncurrentDays: 7 },
    });
    const withoutTls = { Bool: { 'aws:SecureTransport': 'false' } };
    expect(statements(stack, `${id}Policy`)[0]).toMatchObject({
      Effect: 'Deny',
      Action: 's3:*',
      Condition: withoutTls,
    });
  });

  it('logs its accesses to the last sink, once that lets them in', () => {
    expect(stack.properties('S3Logs')).not.toHaveProperty('LoggingConfiguration');
    for (const id of ['ElbLogs', 'CdnLogs', 'TrailArchive'])
      expect(stack.resources[id]).toMatchObject({
        DependsOn: ['S3LogsPolicy'],
        Properties: { LoggingConfiguration: { DestinationBucketName: '${S3Logs}', LogFilePrefix: `stack-${id}/` } },
      });
  });

  it('does without ACLs, but for the one that takes the legacy logs of CloudFront', () => {
    const owners = buckets.map((id) => JSON.stringify(stack.properties(id).OwnershipControls));
    expect(owners.map((owner) => owner.includes('BucketOwnerEnforced'))).toEqual([true, true, false, true]);
    expect(owners[2]).toContain('BucketOwnerPreferred');
  });
});

describe('who may write to a bucket', () => {
  const stack = rendered();
  const delivery = (objects: string | string[], bucket: string, source: string) => {
    const of = { ArnLike: { 'aws:SourceArn': source } };
    return [
      ['delivery.logs.amazonaws.com', 's3:PutObject', objects, { StringEquals: { ...account, ...owned }, ...of }],
      ['delivery.logs.amazonaws.com', 's3:GetBucketAcl', bucket, { StringEquals: account, ...of }],
    ];
  };

  it('S3, for buckets of the account', () => {
    expect(letIn(stack, 'S3LogsPolicy')).toEqual([
      ['logging.s3.amazonaws.com', 's3:PutObject', '${S3Logs.Arn}/*', { StringEquals: account }],
    ]);
  });

  it('load balancers, under the account alone, with and without a prefix', () => {
    const objects = ['${ElbLogs.Arn}/AWSLogs/123456789012/*', '${ElbLogs.Arn}/*/AWSLogs/123456789012/*'];
    const ifItSays = { StringEqualsIfExists: account };
    expect(letIn(stack, 'ElbLogsPolicy')).toEqual([
      ['logdelivery.elasticloadbalancing.amazonaws.com', 's3:PutObject', objects, ifItSays],
      ...delivery(objects, '${ElbLogs.Arn}', 'arn:aws:logs:eu-west-1:123456789012:*'),
    ]);
  });

  it('CloudFront, from wherever its partition runs it', () => {
    expect(letIn(stack, 'CdnLogsPolicy')).toEqual(
      delivery('${CdnLogs.Arn}/*', '${CdnLogs.Arn}', 'arn:aws:logs:*:123456789012:delivery-source:*'),
    );
  });

  it('the trail of this stack, and no other', () => {
    const byTheTrail = { 'aws:SourceArn': `${TRAIL}/stack` };
    const objects = '${TrailArchive.Arn}/AWSLogs/123456789012/*';
    expect(stack.properties('Trail').TrailName).toBe('stack');
    expect(letIn(stack, 'TrailArchivePolicy')).toEqual([
      ['cloudtrail.amazonaws.com', 's3:GetBucketAcl', '${TrailArchive.Arn}', { StringEquals: byTheTrail }],
      ['cloudtrail.amazonaws.com', 's3:PutObject', objects, { StringEquals: { ...byTheTrail, ...owned } }],
    ]);
  });
});

describe('the trail', () => {
  const stack = rendered(everything);

  it('records all regions, can be verified, is under the key of logs, and waits for the policy of its bucket', () => {
    expect(stack.resources.Trail!.DependsOn).toEqual(['TrailArchivePolicy']);
    expect(stack.properties('Trail')).toMatchObject({
      IsLogging: true,
      IsMultiRegionTrail: true,
      IncludeGlobalServiceEvents: true,
      EnableLogFileValidation: true,
      KMSKeyId: LOGS_KEY,
      CloudWatchLogsLogGroupArn: '${TrailLogs.Arn}',
      CloudWatchLogsRoleArn: '${TrailRole.Arn}',
    });
    const group = 'arn:aws:logs:eu-west-1:123456789012:log-group:${TrailLogs}';
    const streams = `${group}:log-stream:123456789012_CloudTrail_eu-west-1*`;
    expect(statements(stack, 'TrailRole')).toMatchObject([{ Action: WRITE, Resource: streams }]);
  });

  it('is left out with all that serves it where the account has one, and no output changes', () => {
    const without = rendered({ ...everything, ExistingTrailArn: `${TRAIL}/organisation` });
    const parts = ['TrailArchive', 'TrailArchivePolicy', 'TrailLogs', 'TrailRole', 'Trail'];
    const alarms = ['RootUsed', 'TrailChanged', 'KeyDisabled'].flatMap((id) => [`${id}Filter`, `${id}Alarm`]);
    expect(missing(without, stack)).toEqual([...parts, ...alarms, 'TrailSilentAlarm']);
    expect(without.outputs).toEqual(stack.outputs);
  });

  it('calls when it falls silent, and not before its first event', () => {
    const silence = { TreatMissingData: 'missing', InsufficientDataActions: [CRITICAL] };
    expect(stack.properties('TrailSilentAlarm')).toMatchObject(silence);
  });

  it.each(['RootUsed', 'TrailChanged', 'KeyDisabled'])('calls for a single event of %s', (id) => {
    expect(stack.properties(`${id}Filter`)).toMatchObject({
      LogGroupName: '${TrailLogs}',
      MetricTransformations: [{ MetricName: id, MetricNamespace: 'BitClouded/stack', MetricValue: '1' }],
    });
    const metric = { Namespace: 'BitClouded/stack', MetricName: id };
    const breach = { ComparisonOperator: 'GreaterThanThreshold', Threshold: 0 };
    expect(stack.properties(`${id}Alarm`)).toMatchObject({ ...metric, ...breach });
  });
});

describe('log groups', () => {
  const governed = ['TrailLogs', 'WafLogs', 'FlowLogs', 'InstanceLogs'];
  const stack = rendered({ ...everything, RetentionDays: '30', TagValue: 'prod' });

  it.each(governed)('%s carries the tag, keeps its events for as long as is asked, and is encrypted and kept', (id) => {
    const Tags = [{ Key: 'bitclouded:logs', Value: 'prod' }];
    expect(stack.resources[id]).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      Properties: { RetentionInDays: '30', KmsKeyId: LOGS_KEY, Tags },
    });
  });

  it('are not subscribed where the governor itself writes: it lacks the tag', () => {
    const others = stack.ofType('AWS::Logs::LogGroup').filter(([id]) => !governed.includes(id));
    expect(others.map(([id, { Properties }]) => [id, Properties.RetentionInDays, Properties.Tags])).toEqual([
      ['GovernorLogs', '30', undefined],
    ]);
  });

  it('of WAF have the prefix that WAF asks for, and a name that no predecessor of the stack left', () => {
    const source = { StringEquals: account, ArnLike: { 'aws:SourceArn': 'arn:aws:logs:eu-west-1:123456789012:*' } };
    expect(stack.properties('WafLogs').LogGroupName).toBe('aws-waf-logs-stack-0a1b2c3d');
    expect(letIn(stack, 'WafLogDelivery')).toEqual([['delivery.logs.amazonaws.com', WRITE, '${WafLogs.Arn}', source]]);
  });

  it('of flow logs are written on behalf of flow logs of this account and region', () => {
    const source = { 'aws:SourceArn': 'arn:aws:ec2:eu-west-1:123456789012:vpc-flow-log/*' };
    const forFlowLogs = { StringEquals: account, ArnLike: source };
    expect(trusts(stack, 'FlowLogRole')).toEqual([['vpc-flow-logs.amazonaws.com', forFlowLogs]]);
    expect(statements(stack, 'FlowLogRole').map(({ Action, Resource }) => [Action, Resource])).toEqual([
      [[...WRITE, 'logs:DescribeLogStreams'], '${FlowLogs.Arn}'],
      ['logs:DescribeLogGroups', '*'],
    ]);
  });
});

describe('the stream', () => {
  const on = rendered(everything);
  const put = { Effect: 'Allow', Action: 'kinesis:PutRecord', Resource: '${LogStream.Arn}' };

  it('is off: neither stream nor role nor alarm, and both outputs empty', () => {
    const off = rendered();
    expect(missing(off, on)).toEqual(['LogStream', 'SubscriptionRole', 'LogStreamThrottledAlarm']);
    expect([off.outputs.LogStreamArn, off.outputs.SubscriptionRoleArn]).toEqual(['', '']);
    const Variables = { STREAM_ARN: '', STREAM_ROLE_ARN: '' };
    expect(off.properties('Governor').Environment).toMatchObject({ Variables });
    expect(statements(off, 'GovernorRole').map(({ Sid }) => Sid)).toEqual(['Logs', 'List', 'Inspect', 'Govern']);
  });

  it('is on demand, encrypted by a key at any rate, and no loss when it goes', () => {
    const keyOf = (stack: Stack) => stack.properties('LogStream').StreamEncryption;
    expect(on.resources.LogStream!.DeletionPolicy).toBe('Delete');
    expect(on.properties('LogStream').StreamModeDetails).toEqual({ StreamMode: 'ON_DEMAND' });
    expect(keyOf(on)).toEqual({ EncryptionType: 'KMS', KeyId: KEY });
    expect(keyOf(rendered({ StreamLogs: 'true' }))).toEqual({ EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' });
    expect(on.outputs.LogStreamArn).toBe('${LogStream.Arn}');
    expect(on.outputs.SubscriptionRoleArn).toBe('${SubscriptionRole.Arn}');
  });

  it('is written by CloudWatch Logs for groups of this account, with the key only where there is one', () => {
    const source = { StringLike: { 'aws:SourceArn': 'arn:aws:logs:eu-west-1:123456789012:*' } };
    expect(trusts(on, 'SubscriptionRole')).toEqual([['logs.amazonaws.com', source]]);
    expect(statements(rendered({ StreamLogs: 'true' }), 'SubscriptionRole')).toEqual([put]);
    const encrypt = { Effect: 'Allow', Action: 'kms:GenerateDataKey', Resource: KEY };
    expect(statements(on, 'SubscriptionRole')).toEqual([put, encrypt]);
  });
});

describe('the governor', () => {
  const stack = rendered({ ...everything, RetentionDays: '14', TagValue: 'prod' });

  it('is told which groups it governs, and how', () => {
    expect(stack.properties('Governor').Environment).toEqual({
      Variables: {
        TAG_KEY: 'bitclouded:logs',
        TAG_VALUE: 'prod',
        RETENTION_DAYS: '14',
        STREAM_ARN: '${LogStream.Arn}',
        STREAM_ROLE_ARN: '${SubscriptionRole.Arn}',
        FILTER_NAME: 'stack',
      },
    });
  });

  it('may change groups with the tag alone, and pass the role of the stream to CloudWatch Logs alone', () => {
    const groups = 'arn:aws:logs:eu-west-1:123456789012:log-group:*';
    const [, list, inspect, govern, pass] = statements(stack, 'GovernorRole');
    expect([list!.Action, list!.Resource]).toEqual([['logs:DescribeLogGroups'], '*']);
    expect(inspect!.Resource).toBe(groups);
    expect(govern!.Resource).toBe(groups);
    expect(govern!.Condition).toEqual({ StringEquals: { 'aws:ResourceTag/bitclouded:logs': 'prod' } });
    expect(pass!.Resource).toBe('${SubscriptionRole.Arn}');
    expect(pass!.Condition).toEqual({ StringEquals: { 'iam:PassedToService': 'logs.amazonaws.com' } });
  });

  it('is invoked for each group that is made or tagged, and every day', () => {
    const eventName = ['CreateLogGroup', 'TagResource', 'TagLogGroup'];
    expect(stack.properties('GroupTagged').EventPattern).toEqual({
      source: ['aws.logs'],
      'detail-type': ['AWS API Call via CloudTrail'],
      detail: { eventSource: ['logs.amazonaws.com'], eventName, errorCode: [{ exists: false }] },
    });
    expect(stack.properties('DailySweep').ScheduleExpression).toBe('rate(1 day)');
    for (const rule of ['GroupTagged', 'DailySweep'])
      expect(stack.properties(rule).Targets).toMatchObject([{ Arn: '${Governor.Arn}' }]);
  });
});

describe('instances', () => {
  const stack = rendered();

  it('that carry both tags get the configuration of the agent', () => {
    const { Parameters, Targets } = stack.properties('AgentAssociation');
    const store = { Key: 'tag:bitclouded:logs', Values: ['governed'] };
    expect(Parameters).toMatchObject({ optionalConfigurationLocation: ['${AgentConfiguration}'] });
    expect(Targets).toEqual([store, { Key: 'tag:bitclouded:agent', Values: ['linux'] }]);
  });

  it('send their files to the group of instances, each to a stream of its own', () => {
    const value = stack.properties('AgentConfiguration').Value as string;
    const { logs, metrics } = JSON.parse(value);
    const files = logs.logs_collected.files.collect_list as { log_group_name: string; log_stream_name: string }[];
    expect(new Set(files.map((file) => file.log_group_name))).toEqual(new Set(['${InstanceLogs}']));
    expect(new Set(files.map((file) => file.log_stream_name)).size).toBe(files.length);
    expect(files[0]!.log_stream_name).toBe('{instance_id}/syslog');
    expect(metrics.append_dimensions.InstanceId).toBe('${aws:InstanceId}');
    // A standard parameter takes 4,096 characters; a stack's name may take 128 of each group's.
    expect(value.length + files.length * 128).toBeLessThan(4096);
  });

  it('may read that one parameter, write to that one group, and measure in the namespace of the agent', () => {
    const [, , configuration, logs, metrics] = statements(stack, 'InstancePolicy');
    expect(configuration!.Resource).toBe('arn:aws:ssm:eu-west-1:123456789012:parameter/${AgentConfiguration}');
    expect(logs!.Resource).toBe('${InstanceLogs.Arn}');
    expect(metrics!.Condition).toEqual({ StringEquals: { 'cloudwatch:namespace': 'CWAgent' } });
  });
});

describe('the whole', () => {
  const stack = rendered(everything);

  // No retention of CloudWatch Logs; less than Standard-IA bills; no tag for a list of tags.
  it.each(['RetentionDays=2', 'ArchiveDays=59', 'TagValue=a, b'])('refuses %s', (given) => {
    const [name, value] = given.split('=') as [string, string];
    expect(() => rendered({ [name]: value })).toThrow(name);
  });

  it('creates no log group by any role, and gives all resources only to what takes none', () => {
    const identities = [...stack.ofType('AWS::IAM::Role'), ...stack.ofType('AWS::IAM::ManagedPolicy')];
    const all = identities.flatMap(([id]) => statements(stack, id));
    const open = all.filter(({ Resource }) => Resource === '*').flatMap(({ Action }) => Action);
    const agents = /^(?:ssmmessages:|ec2messages:|ssm:(?:List|GetManifest|GetDeployable|PutInventory|PutConfigure))/;
    expect(all.flatMap(({ Action }) => Action)).not.toContain('logs:CreateLogGroup');
    expect(new Set(open.filter((action) => !agents.test(action)))).toEqual(
      new Set(['cloudwatch:PutMetricData', 'ec2:DescribeTags', 'logs:DescribeLogGroups']),
    );
  });

  it('tells somebody of every alarm, and has the alarms without anybody too', () => {
    const told = stack.ofType('AWS::CloudWatch::Alarm');
    const untold = rendered({ StreamLogs: 'true' }).ofType('AWS::CloudWatch::Alarm');
    expect(told.map(([id, { Properties }]) => [id, Properties.AlarmActions])).toEqual([
      ['RootUsedAlarm', [CRITICAL]],
      ['TrailChangedAlarm', [CRITICAL]],
      ['KeyDisabledAlarm', [CRITICAL]],
      ['TrailSilentAlarm', [CRITICAL]],
      ['LogStreamThrottledAlarm', [WARNING]],
      ['GovernorDeadLettersAlarm', [WARNING]],
      ['GovernorErrorsAlarm', [WARNING]],
    ]);
    expect(untold.map(([id, { Properties }]) => [id, Properties.AlarmActions])).toEqual(
      told.map(([id]) => [id, undefined]),
    );
  });

  it.each([
    ['aws-cn', 'cn-north-1'],
    ['aws-us-gov', 'us-gov-west-1'],
  ] as const)('names nothing of another partition in %s', (partition, region) => {
    const { resources, outputs } = rendered({ StreamLogs: 'true' }, { partition, region });
    const text = JSON.stringify([resources, outputs]);
    const arns = [...text.matchAll(/arn:(aws[a-z-]*):[a-z0-9-]*:([a-z0-9-]*)/g)];
    expect(new Set(arns.map(([, of]) => of))).toEqual(new Set([partition]));
    expect(new Set(arns.map(([, , where]) => where))).toEqual(new Set([region, '']));
    expect(text).not.toMatch(/us-east-1|eu-west-1/);
  });

  it('holds no name that a parameter changes, so that no update replaces what holds logs', () => {
    const names = (parameters: Record<string, string>) =>
      Object.entries(rendered(parameters).resources).map(([id, { Properties }]) => [
        id,
        ['BucketName', 'LogGroupName', 'TrailName', 'PolicyName', 'Name'].map((name) => Properties[name]),
      ]);
    const changed = { ...everything, RetentionDays: '1', ArchiveDays: '60', TagValue: 'other', StreamLogs: 'false' };
    expect(names(changed)).toEqual(names({}));
  });

  it('gives the outputs that the catalogue promises, groups by the ARN that every service takes', () => {
    const group = 'arn:aws:logs:eu-west-1:123456789012:log-group';
    expect(synthesise(template).interface.outputs.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'S3LogBucket bucketName',
      'ElbLogBucket bucketName',
      'CdnLogBucket bucketName',
      'WafLogGroupArn logGroupArn',
      'FlowLogGroupArn logGroupArn',
      'FlowLogRoleArn roleArn',
      'LogStreamArn streamArn',
      'SubscriptionRoleArn roleArn',
      'InstancePolicyArn policyArn',
    ]);
    expect(stack.outputs.WafLogGroupArn).toBe(`${group}:\${WafLogs}`);
    expect(stack.outputs.FlowLogGroupArn).toBe(`${group}:\${FlowLogs}`);
  });
});

import {
  type Build,
  defineTemplate,
  forThisAccount,
  logDeliveryMay,
  managedInstanceMay,
  output,
  ownArn,
  param,
  policyDocument,
  type Statement,
  serviceMay,
  when,
} from '@bitclouded/kit';
import { Aws, Fn, Tokenization } from 'aws-cdk-lib';
import { CfnTrail } from 'aws-cdk-lib/aws-cloudtrail';
import { CfnManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { CfnStream } from 'aws-cdk-lib/aws-kinesis';
import { type CfnLogGroup, CfnMetricFilter, CfnResourcePolicy } from 'aws-cdk-lib/aws-logs';
import { CfnAssociation, CfnParameter } from 'aws-cdk-lib/aws-ssm';
import logGovernor from '../../../lambdas/log-governor/lambda.ts';
import kms from '../../foundation/kms/template.ts';
import alerts from '../../operations/alerts/template.ts';

const parameters = {
  RetentionDays: param.count({
    description: 'Days for which governed log groups keep their events; shortening it deletes the older ones',
    default: '90',
    // Source: Amazon CloudWatch Logs API Reference, PutRetentionPolicy, retentionInDays.
    allowedValues: '1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 2557 2922 3288 3653'.split(' '),
  }),
  ArchiveDays: param.count({
    description: 'Days for which the buckets keep trail and access logs; shortening it deletes the older ones',
    default: '365',
    minimum: 60,
    maximum: 3653,
  }),
  TagValue: param.text({
    description: 'Log groups and instances tagged bitclouded:logs with this value belong to this store',
    default: 'governed',
    pattern: '[A-Za-z0-9_.:/=+@-]{1,256}',
    hint: 'a tag value without spaces',
  }),
  StreamLogs: param.flag({ description: 'Makes a stream of the events of governed groups, for a log pipeline' }),
  ExistingTrailArn: param.optionalArn({ description: 'A trail of all regions that there is already; empty makes one' }),
  KeyArn: param.recommendedFrom(kms, 'KeyArn'),
  LogsKeyArn: param.recommendedFrom(kms, 'LogsKeyArn'),
  CriticalArn: param.recommendedFrom(alerts, 'CriticalArn'),
  WarningArn: param.recommendedFrom(alerts, 'WarningArn'),
};
type Kit = Build<typeof parameters>;
type Bucket = ReturnType<Kit['bucket']>;

/** What carries it with the store's TagValue belongs to the store. Fixed: the key of a condition takes no function. */
const TAG_KEY = 'bitclouded:logs';
const WRITE = ['logs:CreateLogStream', 'logs:PutLogEvents'];
const REVIEW = '2027-11-01';
/** Without the `:*` of CloudFormation's own attribute, which some services refuse. */
const arnOf = (group: CfnLogGroup): string => ownArn('logs', `log-group:${group.ref}`);
const logTarget = ({ ArchiveDays }: Kit['params']) =>
  ({ purpose: 'log target', infrequentAfterDays: 30, expireAfterDays: ArchiveDays }) as const;

export default defineTemplate({
  name: 'analytics/logs-store',
  summary: "Where an environment's logs go: trail, log groups, access-log buckets, instance agents, one retention",
  parameters,
  outputs: {
    S3LogBucket: output.bucketName('Bucket that takes the access logs of other buckets'),
    ElbLogBucket: output.bucketName('Bucket that takes the access logs of load balancers'),
    CdnLogBucket: output.bucketName('Bucket that takes the access logs of CloudFront distributions'),
    WafLogGroupArn: output.logGroupArn('Log group that takes the logs of web ACLs'),
    FlowLogGroupArn: output.logGroupArn('Log group that takes the flow logs of VPCs'),
    FlowLogRoleArn: output.roleArn('Role by which flow logs are written to their group'),
    LogStreamArn: output.streamArn.orEmpty('Stream of the events of governed log groups; or empty'),
    SubscriptionRoleArn: output.roleArn.orEmpty('Role by which CloudWatch Logs writes to the stream; or empty'),
    InstancePolicyArn: output.policyArn('Managed policy of instances: Session Manager, agent, logs'),
  },
  build(kit) {
    const { s3, elb, cdn } = accessLogBuckets(kit);
    trailAlarms(kit, trail(kit, s3));
    const stream = logStream(kit);
    governor(kit, stream);
    return {
      S3LogBucket: s3.bucket.ref,
      ElbLogBucket: elb.bucket.ref,
      CdnLogBucket: cdn.bucket.ref,
      WafLogGroupArn: arnOf(wafLogGroup(kit)),
      ...flowLogs(kit),
      LogStreamArn: stream.LogStreamArn,
      SubscriptionRoleArn: stream.SubscriptionRoleArn,
      InstancePolicyArn: instancePolicy(kit).ref,
    };
  },
});

function accessLogBuckets({ bucket, params, except }: Kit): { s3: Bucket; elb: Bucket; cdn: Bucket } {
  const s3 = bucket('S3Logs', {
    ...logTarget(params),
    statements: ({ attrArn }) => [
      serviceMay('logging.s3.amazonaws.com', 's3:PutObject', `${attrArn}/*`, { StringEquals: forThisAccount }),
    ],
  });

  const elb = bucket('ElbLogs', {
    ...logTarget(params),
    accessLogs: s3,
    statements: ({ attrArn }) => {
      const ifItSays = { StringEqualsIfExists: forThisAccount };
      const objects = [`${attrArn}/AWSLogs/${Aws.ACCOUNT_ID}/*`, `${attrArn}/*/AWSLogs/${Aws.ACCOUNT_ID}/*`];
      return [
        // Application load balancers. The account in the path keeps other accounts out. Whether the service says
        // for whom it writes is not documented, and a condition that it cannot meet would refuse the load balancer.
        serviceMay('logdelivery.elasticloadbalancing.amazonaws.com', 's3:PutObject', objects, ifItSays),
        // Network load balancers.
        ...logDeliveryMay(attrArn, objects, ownArn('logs', '*')),
      ];
    },
  });

  // Both kinds of CloudFront's standard logging: the newer by policy, the legacy by an ACL, because outside
  // us-east-1 a template can give a distribution only the legacy one.
  const distributions = `arn:${Aws.PARTITION}:logs:*:${Aws.ACCOUNT_ID}:delivery-source:*`;
  const cdn = bucket('CdnLogs', {
    ...logTarget(params),
    accessLogs: s3,
    statements: ({ attrArn }) => logDeliveryMay(attrArn, `${attrArn}/*`, distributions),
  });
  cdn.bucket.ownershipControls = { rules: [{ objectOwnership: 'BucketOwnerPreferred' }] };
  except(cdn.bucket, 'no-acls', { reason: 'Legacy CloudFront logs are let in by an ACL alone', review: REVIEW });
  return { s3, elb, cdn };
}

/** The account's trail, unless there is one already: to a bucket for the record, to a log group for the alarms. */
function trail(kit: Kit, s3: Bucket): CfnLogGroup {
  const { scope, params, bucket, role, condition, except, allow } = kit;
  const service = 'cloudtrail.amazonaws.com';
  const byTheTrail = { 'aws:SourceArn': ownArn('cloudtrail', `trail/${Aws.STACK_NAME}`) };
  const owned = { ...byTheTrail, 's3:x-amz-acl': 'bucket-owner-full-control' };
  const archive = bucket('TrailArchive', {
    ...logTarget(params),
    accessLogs: s3,
    statements: ({ attrArn }) => [
      serviceMay(service, 's3:GetBucketAcl', attrArn, { StringEquals: byTheTrail }),
      serviceMay(service, 's3:PutObject', `${attrArn}/AWSLogs/${Aws.ACCOUNT_ID}/*`, { StringEquals: owned }),
    ],
  });
  const logs = governedGroup(kit, 'TrailLogs');
  const streams = `${arnOf(logs)}:log-stream:${Aws.ACCOUNT_ID}_CloudTrail_${Aws.REGION}*`;
  const writer = role('TrailRole', {
    service,
    description: 'Writes the events of the trail to its log group',
    policies: { logs: [{ Effect: 'Allow', Action: WRITE, Resource: streams }] },
  });
  // The trust takes no condition: CloudTrail sends neither account nor ARN.
  // Source: CloudTrail User Guide, "Role policy document for CloudTrail to use CloudWatch Logs for monitoring".
  const made = new CfnTrail(scope, 'Trail', {
    trailName: Aws.STACK_NAME,
    isLogging: true,
    isMultiRegionTrail: true,
    includeGlobalServiceEvents: true,
    enableLogFileValidation: true,
    s3BucketName: archive.bucket.ref,
    kmsKeyId: params.LogsKeyArn.or(),
    cloudWatchLogsLogGroupArn: logs.attrArn,
    cloudWatchLogsRoleArn: writer.attrArn,
  });
  const encrypt = ['kms:GenerateDataKey*', 'kms:DescribeKey'];
  allow({ who: service, actions: encrypt, resource: 'LogsKeyArn', why: 'It encrypts the files of the trail' });
  made.addResourceDependency(archive.policy);
  except(made, 'no-physical-names', { reason: "Its bucket's policy names it before it is made", review: REVIEW });
  const isMade = condition('MakesTrail', { not: params.ExistingTrailArn.given });
  for (const resource of [archive.bucket, archive.policy, logs, writer, made]) isMade.guards(resource);
  return logs;
}

/** What deserves a call. Denied calls and changes of roles, groups and routes are any account's everyday. */
const CALLING = {
  RootUsed: {
    pattern:
      '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }',
    meaning: 'Somebody works as root, whom no policy restricts. If it is none of yours, change its password and keys',
  },
  TrailChanged: {
    pattern:
      '{ ($.eventName = "StopLogging") || ($.eventName = "DeleteTrail") || ($.eventName = "UpdateTrail") || ($.eventName = "PutEventSelectors") }',
    meaning: 'A trail was stopped, deleted or changed. If no deployment of yours did it, look for an intruder',
  },
  KeyDisabled: {
    pattern: '{ ($.eventName = "DisableKey") || ($.eventName = "ScheduleKeyDeletion") }',
    meaning: 'A key was disabled or is to be deleted, and with it all that it encrypts. It can still be cancelled',
  },
};

function trailAlarms({ scope, params, alarm }: Kit, logs: CfnLogGroup): void {
  const common = { statistic: 'Sum', tell: params.CriticalArn } as const;
  const namespace = `BitClouded/${Aws.STACK_NAME}`;
  for (const [id, { pattern, meaning }] of Object.entries(CALLING)) {
    const filter = new CfnMetricFilter(scope, `${id}Filter`, {
      logGroupName: logs.ref,
      filterPattern: pattern,
      metricTransformations: [{ metricNamespace: namespace, metricName: id, metricValue: '1', unit: 'Count' }],
    });
    filter.cfnOptions.condition = logs.cfnOptions.condition!;
    const metric = { on: filter, namespace, metric: id, dimensions: {}, ...common };
    alarm(`${id}Alarm`, { description: meaning, ...metric, threshold: 0, periodSeconds: 300, periods: 1 });
  }
  const silent = alarm('TrailSilentAlarm', {
    description: 'No event came from the trail for six hours: it is stopped, or lost its role, key or log group',
    on: logs,
    namespace: 'AWS/Logs',
    metric: 'IncomingLogEvents',
    dimensions: { LogGroupName: logs.ref },
    ...common,
    threshold: 1,
    comparison: 'LessThanThreshold',
    periodSeconds: 3600,
    periods: 6,
    missingData: 'missing',
  });
  // Silence is missing data. Called a breach, it would ring at each creation, before the first event came.
  silent.insufficientDataActions = params.CriticalArn.list();
}

function wafLogGroup(kit: Kit): CfnLogGroup {
  const group = governedGroup(kit, 'WafLogs');
  // Part of the stack's id, so that a new stack of the same name does not meet the group that the old one left.
  const unique = Fn.select(0, Fn.split('-', Fn.select(2, Fn.split('/', Aws.STACK_ID))));
  group.logGroupName = Fn.sub(`aws-waf-logs-\${AWS::StackName}-\${Unique}`, { Unique: unique });
  const source = { StringEquals: forThisAccount, ArnLike: { 'aws:SourceArn': ownArn('logs', '*') } };
  const write = serviceMay('delivery.logs.amazonaws.com', WRITE, group.attrArn, source);
  // CloudFormation makes no name for it.
  new CfnResourcePolicy(kit.scope, 'WafLogDelivery', {
    policyName: `${Aws.STACK_NAME}-waf-logs`,
    policyDocument: JSON.stringify(policyDocument([write]), null, 2),
  });
  return group;
}

function flowLogs(kit: Kit): { FlowLogGroupArn: string; FlowLogRoleArn: string } {
  const group = governedGroup(kit, 'FlowLogs');
  const role = kit.role('FlowLogRole', {
    service: 'vpc-flow-logs.amazonaws.com',
    description: 'Writes the flow logs of VPCs to their log group',
    trustCondition: { StringEquals: forThisAccount, ArnLike: { 'aws:SourceArn': ownArn('ec2', 'vpc-flow-log/*') } },
    policies: {
      logs: [
        { Effect: 'Allow', Action: [...WRITE, 'logs:DescribeLogStreams'], Resource: group.attrArn },
        { Effect: 'Allow', Action: 'logs:DescribeLogGroups', Resource: '*' },
      ],
    },
  });
  return { FlowLogGroupArn: arnOf(group), FlowLogRoleArn: role.attrArn };
}

function governedGroup({ logGroup, params }: Kit, id: string): CfnLogGroup {
  const tags = { [TAG_KEY]: params.TagValue };
  return logGroup(id, { retentionInDays: params.RetentionDays, key: params.LogsKeyArn, governed: false, tags });
}

function logStream({ scope, params, role, alarm, disposable }: Kit) {
  const stream = new CfnStream(scope, 'LogStream', {
    streamModeDetails: { streamMode: 'ON_DEMAND' },
    streamEncryption: { encryptionType: 'KMS', keyId: params.KeyArn.or('alias/aws/kinesis') },
  });
  disposable(stream, { reason: 'Its events are in their log groups; kept, it would cost', review: REVIEW });
  const key: Statement = { Effect: 'Allow', Action: 'kms:GenerateDataKey', Resource: params.KeyArn.orEmpty };
  const writer = role('SubscriptionRole', {
    service: 'logs.amazonaws.com',
    description: 'Writes the events of subscribed log groups to the stream',
    trustCondition: { StringLike: { 'aws:SourceArn': ownArn('logs', '*') } },
    policies: {
      stream: [
        { Effect: 'Allow', Action: 'kinesis:PutRecord', Resource: stream.attrArn },
        when(params.KeyArn.given, key),
      ],
    },
  });
  for (const resource of [stream, writer]) params.StreamLogs.guards(resource);
  alarm('LogStreamThrottledAlarm', {
    description: 'The stream refuses events faster than it grows: CloudWatch Logs tries for a day, then they are lost',
    on: stream,
    namespace: 'AWS/Kinesis',
    metric: 'WriteProvisionedThroughputExceeded',
    dimensions: { StreamName: stream.ref },
    statistic: 'Sum',
    threshold: 0,
    periodSeconds: 300,
    periods: 3,
    tell: params.WarningArn,
  });
  return {
    writer,
    LogStreamArn: when(params.StreamLogs, stream.attrArn, ''),
    SubscriptionRoleArn: when(params.StreamLogs, writer.attrArn, ''),
  };
}

/** Keeps retention and subscription of whatever group carries the tag: at once by event, and again every day. */
function governor({ params, lambdaFunction, invokedBy }: Kit, stream: ReturnType<typeof logStream>): void {
  const groups = [ownArn('logs', 'log-group:*')];
  const governed = { StringEquals: { [`aws:ResourceTag/${TAG_KEY}`]: params.TagValue } };
  const toLogs = { StringEquals: { 'iam:PassedToService': 'logs.amazonaws.com' } };
  const made = lambdaFunction('Governor', logGovernor, {
    environment: {
      TAG_KEY,
      TAG_VALUE: params.TagValue,
      RETENTION_DAYS: Tokenization.stringifyNumber(params.RetentionDays),
      STREAM_ARN: stream.LogStreamArn,
      STREAM_ROLE_ARN: stream.SubscriptionRoleArn,
      FILTER_NAME: Aws.STACK_NAME,
    },
    grants: {
      list: ['*'],
      inspect: groups,
      govern: { resources: groups, condition: governed },
      pass: { resources: [stream.writer.attrArn], condition: toLogs, only: params.StreamLogs },
    },
    // Without the tag, so that nobody subscribes the group in which it tells whom it subscribed.
    logs: { retentionInDays: params.RetentionDays, key: params.LogsKeyArn, governed: false },
  });
  const detail = {
    eventSource: ['logs.amazonaws.com'],
    eventName: ['CreateLogGroup', 'TagResource', 'TagLogGroup'],
    errorCode: [{ exists: false }],
  };
  invokedBy(made, {
    rules: {
      GroupTagged: {
        description: 'A log group was made or tagged',
        pattern: { source: ['aws.logs'], 'detail-type': ['AWS API Call via CloudTrail'], detail },
      },
      DailySweep: { description: 'Mends what events missed', schedule: 'rate(1 day)' },
    },
    key: params.KeyArn,
    failure: 'Log groups may keep the wrong retention or no subscription: the log of the function names them',
    tell: params.WarningArn,
  });
}

/** What instances may do, and the agent's configuration of those that carry the tags. */
function instancePolicy(kit: Kit): CfnManagedPolicy {
  const { scope, params } = kit;
  const group = governedGroup(kit, 'InstanceLogs');
  const agent = new CfnParameter(scope, 'AgentConfiguration', { type: 'String', value: agentConfiguration(group) });
  new CfnAssociation(scope, 'AgentAssociation', {
    name: 'AmazonCloudWatch-ManageAgent',
    parameters: {
      action: ['configure'],
      mode: ['ec2'],
      optionalConfigurationSource: ['ssm'],
      optionalConfigurationLocation: [agent.ref],
      optionalRestart: ['yes'],
    },
    targets: [
      { key: `tag:${TAG_KEY}`, values: [params.TagValue] },
      { key: 'tag:bitclouded:agent', values: ['linux'] },
    ],
    scheduleExpression: 'rate(1 day)', // and not only once, so that a changed configuration arrives
  });
  const parameter = ownArn('ssm', `parameter/${agent.ref}`);
  const toAgent = { StringEquals: { 'cloudwatch:namespace': 'CWAgent' } };
  const statements: Statement[] = [
    ...managedInstanceMay(),
    { Sid: 'Configuration', Effect: 'Allow', Action: 'ssm:GetParameter', Resource: parameter },
    { Sid: 'Logs', Effect: 'Allow', Action: [...WRITE, 'logs:DescribeLogStreams'], Resource: group.attrArn },
    { Sid: 'Metrics', Effect: 'Allow', Action: 'cloudwatch:PutMetricData', Resource: '*', Condition: toAgent },
    { Sid: 'GroupOfInstance', Effect: 'Allow', Action: 'ec2:DescribeTags', Resource: '*' },
  ];
  return new CfnManagedPolicy(scope, 'InstancePolicy', {
    path: '/analytics/logs-store/',
    description: 'What every instance needs: Session Manager, the CloudWatch agent, its logs',
    policyDocument: policyDocument(statements),
  });
}

/** What EC2 itself cannot measure, and the files of the Linux distributions: one that an instance lacks is passed over. */
function agentConfiguration(group: CfnLogGroup): string {
  const metrics = {
    append_dimensions: { AutoScalingGroupName: '${aws:AutoScalingGroupName}', InstanceId: '${aws:InstanceId}' },
    aggregation_dimensions: [['AutoScalingGroupName']],
    metrics_collected: {
      mem: { measurement: ['mem_used_percent'] },
      disk: { measurement: ['disk_used_percent'], resources: ['/'], drop_device: true },
    },
  };
  const files = 'syslog messages auth.log secure audit/audit.log cloud-init-output.log ecs/ecs-agent.log'.split(' ');
  const collect_list = files.map((file) => ({
    file_path: `/var/log/${file}`,
    log_group_name: group.ref,
    log_stream_name: `{instance_id}/${file}`,
  }));
  return JSON.stringify({ metrics, logs: { logs_collected: { files: { collect_list } } } }, null, 2);
}

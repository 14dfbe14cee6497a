import { defineTemplate, output, param, policyDocument, type Statement } from '@bitclouded/kit';
import { Aws, Fn } from 'aws-cdk-lib';
import { CfnAlias, CfnKey } from 'aws-cdk-lib/aws-kms';

/** What SNS, SQS and CloudTrail ask of a key when a service writes through them. */
const SEND = ['kms:Decrypt', 'kms:GenerateDataKey*'];
/** What a service asks that writes and reads under the key itself. */
const USE = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'];

export default defineTemplate({
  name: 'foundation/kms',
  summary: 'The keys of an environment: one for data, one for logs, both rotated and kept',
  parameters: {
    PendingWindowInDays: param.count({
      description:
        'Days from the order to delete a key to its deletion; the stack gives that order only if it fails to be created',
      default: '30',
      minimum: 7,
      maximum: 30,
    }),
  },
  outputs: {
    KeyArn: output.keyArn('Key that encrypts data'),
    LogsKeyArn: output.keyArn('Key that encrypts logs and the trail'),
  },
  build({ scope, params }) {
    const dataKey = new CfnKey(scope, 'Key', {
      description: Fn.sub('Data of the environment of ${AWS::StackName}'),
      enableKeyRotation: true,
      pendingWindowInDays: params.PendingWindowInDays,
      keyPolicy: keyPolicy([logGroups(), alarms(), topics(), subscriptions(), queues(), ...instanceVolumes()]),
    });
    const logsKey = new CfnKey(scope, 'LogsKey', {
      description: Fn.sub('Logs of the environment of ${AWS::StackName}'),
      enableKeyRotation: true,
      pendingWindowInDays: params.PendingWindowInDays,
      keyPolicy: keyPolicy([logGroups(), ...trails(), logDelivery()]),
    });

    // An alias is a name, made of the stack's, which is unique in account and region. It goes with the stack although
    // its key stays: a new stack of the same name finds it free.
    new CfnAlias(scope, 'Alias', {
      aliasName: Fn.sub('alias/${AWS::StackName}-data'),
      targetKeyId: dataKey.attrKeyId,
    });
    new CfnAlias(scope, 'LogsAlias', {
      aliasName: Fn.sub('alias/${AWS::StackName}-logs'),
      targetKeyId: logsKey.attrKeyId,
    });

    return { KeyArn: dataKey.attrArn, LogsKeyArn: logsKey.attrArn };
  },
});

/**
 * The account decides by IAM policies who administers and uses the key, and so is never locked out. Services and
 * service-linked roles have no policies of ours: they stand in the key's own.
 */
function keyPolicy(statements: readonly Statement[]): ReturnType<typeof policyDocument> {
  const root = { AWS: `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:root` };
  return policyDocument([allow('Account', root, 'kms:*'), ...statements]);
}

/** Source: CloudWatch Logs User Guide, "Encrypt log data in CloudWatch Logs using AWS KMS". */
function logGroups(): Statement {
  // The one service here whose principal is named by region and partition.
  const logs = { Service: `logs.${Aws.REGION}.${Aws.URL_SUFFIX}` };
  return allow('LogGroups', logs, USE, {
    ArnLike: { 'kms:EncryptionContext:aws:logs:arn': inAccount('logs', 'log-group:*') },
  });
}

/** Alarms publish to encrypted topics. Source: SNS Developer Guide, "Managing Amazon SNS encryption keys and costs". */
function alarms(): Statement {
  return allow('Alarms', { Service: 'cloudwatch.amazonaws.com' }, SEND, {
    StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
    ArnLike: { 'kms:EncryptionContext:aws:sns:topicArn': inAccount('sns', '*') },
  });
}

/**
 * Rules, buckets and backup vaults publish to encrypted topics. What EventBridge sends carries no source account to
 * KMS (same page), and of the others nothing is said: a condition on it would lose messages in silence. What each
 * request carries is the topic; who may publish there is a matter of the topic's policy.
 */
function topics(): Statement {
  const publishers = { Service: ['events.amazonaws.com', 's3.amazonaws.com', 'backup.amazonaws.com'] };
  return allow('Topics', publishers, SEND, {
    ArnLike: { 'kms:EncryptionContext:aws:sns:topicArn': inAccount('sns', '*') },
  });
}

/** Topics deliver to encrypted queues. Source: SNS Developer Guide, "Amazon SNS dead-letter queues". */
function subscriptions(): Statement {
  return allow('Subscriptions', { Service: 'sns.amazonaws.com' }, SEND, {
    ArnLike: { 'aws:SourceArn': inAccount('sns', '*') },
  });
}

/** Rules and buckets send to encrypted queues, dead-letter queues among them; bound to the queue as above to the topic. */
function queues(): Statement {
  const senders = { Service: ['events.amazonaws.com', 's3.amazonaws.com'] };
  return allow('Queues', senders, SEND, {
    ArnLike: { 'kms:EncryptionContext:aws:sqs:arn': inAccount('sqs', '*') },
  });
}

/**
 * Auto Scaling starts instances, Spot ones too, with encrypted volumes. Its service-linked role cannot be a principal
 * before it exists, and the account as principal would leave the matter to the role's policy, which AWS alone
 * writes. So the principal is open and the conditions close it, as in AWS's own key for EBS.
 * Source: EC2 Auto Scaling User Guide, "Required AWS KMS key policy for use with encrypted volumes".
 */
function instanceVolumes(): Statement[] {
  const roles = ['autoscaling', 'spot'].map(
    (service) => `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/aws-service-role/${service}.amazonaws.com/*`,
  );
  const condition = {
    StringEquals: { 'kms:CallerAccount': Aws.ACCOUNT_ID },
    ArnLike: { 'aws:PrincipalArn': roles },
    // China's names end in .cn.
    StringLike: { 'kms:ViaService': `ec2.${Aws.REGION}.amazonaws.com*` },
  };
  return [
    allow('InstanceVolumes', { AWS: '*' }, USE, condition),
    allow('InstanceVolumeGrants', { AWS: '*' }, 'kms:CreateGrant', {
      ...condition,
      Bool: { 'kms:GrantIsForAWSResource': 'true' },
    }),
  ];
}

/** Source: CloudTrail User Guide, "Configure AWS KMS key policies for CloudTrail". */
function trails(): Statement[] {
  const cloudTrail = { Service: 'cloudtrail.amazonaws.com' };
  // A trail of all regions stands in its home region, which need not be the key's.
  const trail = `arn:${Aws.PARTITION}:cloudtrail:*:${Aws.ACCOUNT_ID}:trail/*`;
  return [
    allow('Trails', cloudTrail, SEND, {
      ArnLike: { 'aws:SourceArn': trail, 'kms:EncryptionContext:aws:cloudtrail:arn': trail },
    }),
    // Describing a key encrypts nothing, and so has no encryption context.
    allow('TrailsDescribe', cloudTrail, 'kms:DescribeKey', { ArnLike: { 'aws:SourceArn': trail } }),
  ];
}

/** Source: CloudWatch Logs User Guide, "Logs sent to Amazon S3", on buckets under SSE-KMS. */
function logDelivery(): Statement {
  return allow('LogDelivery', { Service: 'delivery.logs.amazonaws.com' }, USE, {
    StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
    ArnLike: { 'aws:SourceArn': inAccount('logs', '*') },
  });
}

/** In a key's policy the resource is the key itself. */
function allow(
  sid: string,
  principal: Statement['Principal'],
  action: Statement['Action'],
  condition?: Statement['Condition'],
): Statement {
  return {
    Sid: sid,
    Effect: 'Allow',
    Principal: principal,
    Action: action,
    Resource: '*',
    ...(condition && { Condition: condition }),
  };
}

function inAccount(service: string, resource: string): string {
  return `arn:${Aws.PARTITION}:${service}:${Aws.REGION}:${Aws.ACCOUNT_ID}:${resource}`;
}

import { defineTemplate, output, param, policyDocument, type Statement } from '@bitclouded/kit';
import { Aws, Fn } from 'aws-cdk-lib';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { CfnEventInvokeConfig, CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { CfnSubscription, CfnTopic, CfnTopicPolicy } from 'aws-cdk-lib/aws-sns';
import { CfnQueue, CfnQueuePolicy } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import alertRouter from '../../../lambdas/alert-router/lambda.ts';
import kms from '../../foundation/kms/template.ts';

const DAY_SECONDS = 24 * 60 * 60;

export default defineTemplate({
  name: 'operations/alerts',
  summary: 'Topics for critical alerts and warnings, by e-mail and to a chat',
  parameters: {
    Email: param.optionalEmailAddress({
      description: 'Address that gets every alert; AWS asks it to confirm each topic. Changing it subscribes anew',
      group: 'Recipients',
      label: 'E-mail address',
    }),
    WebhookSecretArn: param.optionalSecretArn({
      description:
        'Secret whose plain text is the URL of a chat webhook, under KeyArn or the default key; needs an e-mail address',
      group: 'Recipients',
    }),
    WebhookFormat: param.text({
      description: 'What the webhook takes',
      group: 'Recipients',
      default: 'slack',
      allowedValues: ['slack', 'teams', 'generic'],
    }),
    KeyArn: param.from(kms, 'KeyArn'),
  },
  outputs: {
    CriticalArn: output.topicArn('Topic of alerts that call somebody'),
    WarningArn: output.topicArn('Topic of alerts that can wait for the morning'),
  },
  build({ scope, params, lambdaFunction, alarm, disposable, except, allow, rule }) {
    const critical = topic(scope, 'Critical', 'Critical alerts', params.KeyArn);
    const warning = topic(scope, 'Warning', 'Warnings', params.KeyArn);
    const topics = { Critical: critical, Warning: warning };
    for (const [id, { ref }] of Object.entries(topics)) {
      const policy = topicPolicy(scope, id, ref, [...publishedByAlarms(ref), ...publishedByServices(ref)]);
      except(policy, 'no-confused-deputy', {
        reason:
          'EventBridge sends nothing that a condition on sns:Publish could read. As a service it publishes for rules of the same account alone; a rule of another account needs a role, which this policy does not let in',
        review: '2027-12-01',
      });
      params.Email.given.guards(emailSubscription(scope, `${id}Email`, ref, params.Email.orEmpty));
    }
    for (const who of ['cloudwatch.amazonaws.com', 'events.amazonaws.com', 'backup.amazonaws.com'])
      allow({
        who,
        actions: ['sns:Publish', 'kms:Decrypt', 'kms:GenerateDataKey*'],
        resource: 'Critical and Warning, under KeyArn',
        why: 'Alarms, events and backup jobs become alerts',
      });

    // From here on all is there only with a webhook.
    const chat = params.WebhookSecretArn.given;
    rule('WebhookNeedsEmail', {
      describe: 'A webhook needs an e-mail address: it is told when the chat does not get its alerts',
      when: Fn.conditionNot(Fn.conditionEquals(params.WebhookSecretArn.orEmpty, '')),
      assert: Fn.conditionNot(Fn.conditionEquals(params.Email.orEmpty, '')),
    });

    const delivered = disposable(
      new CfnTable(scope, 'Delivered', {
        attributeDefinitions: [{ attributeName: 'id', attributeType: 'S' }],
        keySchema: [{ attributeName: 'id', keyType: 'HASH' }],
        billingMode: 'PAY_PER_REQUEST',
        tags: [{ key: 'bitclouded:backup', value: 'none' }],
        timeToLiveSpecification: { attributeName: 'expiration', enabled: true },
        sseSpecification: { sseEnabled: true, sseType: 'KMS', kmsMasterKeyId: params.KeyArn },
      }),
      {
        reason: 'It remembers for a week which messages the chat has; without it one may come twice',
        review: '2027-12-01',
      },
    );
    except(delivered, 'alarmed', {
      reason: 'What fails on this table fails the router, which has an alarm',
      review: '2027-12-01',
    });
    const undelivered = disposable(
      new CfnQueue(scope, 'Undelivered', {
        kmsMasterKeyId: params.KeyArn,
        messageRetentionPeriod: 14 * DAY_SECONDS,
      }),
      { reason: 'What the chat did not get, the address got', review: '2027-12-01' },
    );
    const undeliveredPolicy = new CfnQueuePolicy(scope, 'UndeliveredPolicy', {
      queues: [undelivered.ref],
      policyDocument: policyDocument([
        tlsOnly('sqs:*', undelivered.attrArn),
        {
          Sid: 'Topics',
          Effect: 'Allow',
          Principal: { Service: 'sns.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: undelivered.attrArn,
          Condition: { ArnEquals: { 'aws:SourceArn': [critical.ref, warning.ref] } },
        },
      ]),
    });

    const router = lambdaFunction('Router', alertRouter, {
      environment: {
        WEBHOOK_SECRET_ARN: params.WebhookSecretArn.orEmpty,
        FORMAT: params.WebhookFormat,
        TABLE_NAME: delivered.ref,
      },
      grants: {
        secret: [params.WebhookSecretArn.orEmpty],
        table: [delivered.attrArn],
        key: { resources: [params.KeyArn], condition: through('secretsmanager', 'dynamodb') },
      },
      statements: [
        { Sid: 'Undelivered', Effect: 'Allow', Action: 'sqs:SendMessage', Resource: undelivered.attrArn },
        {
          Sid: 'UndeliveredKey',
          Effect: 'Allow',
          Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
          Resource: params.KeyArn,
          Condition: through('sqs'),
        },
      ],
      logs: { retentionInDays: 30, key: params.KeyArn },
    });
    // SNS hands over and is done: that the function then failed, Lambda alone knows.
    const onFailure = new CfnEventInvokeConfig(scope, 'RouterOnFailure', {
      functionName: router.function.ref,
      qualifier: '$LATEST',
      maximumRetryAttempts: 2,
      destinationConfig: { onFailure: { destination: undelivered.attrArn } },
    });
    for (const made of [delivered, undelivered, undeliveredPolicy, ...Object.values(router), onFailure])
      chat.guards(made);

    for (const [id, { ref }] of Object.entries(topics)) {
      const permission = new CfnPermission(scope, `${id}InvokesRouter`, {
        functionName: router.function.ref,
        action: 'lambda:InvokeFunction',
        principal: 'sns.amazonaws.com',
        sourceArn: ref,
      });
      const subscription = new CfnSubscription(scope, `${id}Chat`, {
        topicArn: ref,
        protocol: 'lambda',
        endpoint: router.function.attrArn,
        redrivePolicy: { deadLetterTargetArn: undelivered.attrArn },
      });
      // No message may come before it can be taken, or kept.
      for (const needed of [permission, undeliveredPolicy, onFailure]) subscription.addResourceDependency(needed);
      chat.guards(permission);
      chat.guards(subscription);
    }

    // A topic of its own, which the router does not read: what tells that the chat is away must not go to the chat.
    const failures = chat.guards(topic(scope, 'RouterFailures', 'Alerts that do not reach the chat', params.KeyArn));
    chat.guards(topicPolicy(scope, 'RouterFailures', failures.ref, publishedByAlarms(failures.ref)));
    chat.guards(emailSubscription(scope, 'RouterFailuresEmail', failures.ref, params.Email.orEmpty));
    alarm('UndeliveredAlarm', {
      description: 'Alerts did not reach the chat and lie in the queue. See the log of the router for the reason.',
      on: undelivered,
      namespace: 'AWS/SQS',
      metric: 'ApproximateNumberOfMessagesVisible',
      dimensions: { QueueName: undelivered.attrQueueName },
      statistic: 'Maximum',
      threshold: 0,
      periodSeconds: 300,
      periods: 1,
      tell: failures.ref,
    });
    alarm('RouterErrorsAlarm', {
      description:
        'The router failed three times in 15 minutes: the chat, its URL or the secret is at fault. See its log.',
      on: router.function,
      namespace: 'AWS/Lambda',
      metric: 'Errors',
      dimensions: { FunctionName: router.function.ref },
      statistic: 'Sum',
      threshold: 3,
      comparison: 'GreaterThanOrEqualToThreshold',
      periodSeconds: 900,
      periods: 1,
      tell: failures.ref,
    });

    return { CriticalArn: critical.ref, WarningArn: warning.ref };
  },
});

/** A topic under a key of ours: CloudWatch cannot publish under the default one. */
function topic(scope: Construct, id: string, displayName: string, key: string): CfnTopic {
  return new CfnTopic(scope, id, { displayName, kmsMasterKeyId: key, signatureVersion: '2' });
}

function topicPolicy(scope: Construct, id: string, arn: string, statements: readonly Statement[]): CfnTopicPolicy {
  return new CfnTopicPolicy(scope, `${id}Policy`, {
    topics: [arn],
    policyDocument: policyDocument([tlsOnly('sns:Publish', arn), ...statements]),
  });
}

/** Source: SNS Developer Guide, "Example cases for Amazon SNS access control". */
function publishedByAlarms(arn: string): Statement[] {
  return [publish('Alarms', 'cloudwatch.amazonaws.com', arn, ofAccount('cloudwatch', 'alarm:*'))];
}

/**
 * Sources: AWS Backup Developer Guide, "Cross-service confused deputy prevention"; EventBridge User Guide, "Using
 * resource-based policies for Amazon EventBridge", where conditions are ruled out for topics.
 */
function publishedByServices(arn: string): Statement[] {
  return [
    publish('Backups', 'backup.amazonaws.com', arn, ofAccount('backup', 'backup-vault:*')),
    publish('Events', 'events.amazonaws.com', arn),
  ];
}

function publish(sid: string, service: string, arn: string, condition?: Statement['Condition']): Statement {
  return {
    Sid: sid,
    Effect: 'Allow',
    Principal: { Service: service },
    Action: 'sns:Publish',
    Resource: arn,
    ...(condition && { Condition: condition }),
  };
}

/** Against the confused deputy: what a service does for this account, and in this region. */
function ofAccount(service: string, resource: string): Statement['Condition'] {
  return {
    StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
    ArnLike: { 'aws:SourceArn': `arn:${Aws.PARTITION}:${service}:${Aws.REGION}:${Aws.ACCOUNT_ID}:${resource}` },
  };
}

function emailSubscription(scope: Construct, id: string, arn: string, address: string): CfnSubscription {
  return new CfnSubscription(scope, id, { topicArn: arn, protocol: 'email', endpoint: address });
}

function tlsOnly(action: string, arn: string): Statement {
  return {
    Sid: 'TlsOnly',
    Effect: 'Deny',
    Principal: '*',
    Action: action,
    Resource: arn,
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
}

/** The key is used only by these services in the role's name. China's names end in .cn. */
function through(...services: readonly string[]): Statement['Condition'] {
  return { StringLike: { 'kms:ViaService': services.map((name) => `${name}.${Aws.REGION}.amazonaws.com*`) } };
}

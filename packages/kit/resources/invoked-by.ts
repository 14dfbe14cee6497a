import type { Stack } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { CfnQueue, CfnQueuePolicy } from 'aws-cdk-lib/aws-sqs';
import { unless } from '../definition/flag.ts';
import type { FunctionParts, InvokingRule, Resources } from './resources.ts';
import { policyDocument } from './statements.ts';

/** What could not be delivered waits this long for somebody to look at it: SQS's longest. */
const DEAD_LETTER_SECONDS = 14 * 24 * 60 * 60;
/** An event that no function took in an hour is not news any more. */
const MAXIMUM_EVENT_AGE_SECONDS = 60 * 60;
const MAXIMUM_RETRIES = 10;

/** Rules of EventBridge that invoke a function; what they cannot deliver goes to a queue that calls somebody. */
export function invokedBy(
  stack: Stack,
  kit: Pick<Resources, 'alarm' | 'disposable'>,
  { function: target }: FunctionParts,
  { rules, key, failure, tell }: Parameters<Resources['invokedBy']>[1],
): readonly CfnRule[] {
  const id = target.node.id;
  const queue = new CfnQueue(stack, `${id}DeadLetters`, {
    kmsMasterKeyId: key?.or(),
    sqsManagedSseEnabled: key ? unless(key.given, true) : true,
    messageRetentionPeriod: DEAD_LETTER_SECONDS,
  });
  kit.disposable(queue, {
    reason: 'What the rules could not deliver is worth a look, and no more',
    review: '2027-12-01',
  });

  const made = Object.entries(rules).map(([name, rule]) => makeRule(stack, name, rule, target.attrArn, queue.attrArn));
  const permissions = made.map(
    (rule) =>
      new CfnPermission(stack, `${rule.node.id}Invokes`, {
        functionName: target.ref,
        action: 'lambda:InvokeFunction',
        principal: 'events.amazonaws.com',
        sourceArn: rule.attrArn,
      }),
  );
  const policy = new CfnQueuePolicy(stack, `${queue.node.id}Policy`, {
    queues: [queue.ref],
    policyDocument: policyOf(queue.attrArn, made),
  });
  const condition = target.cfnOptions.condition;
  if (condition)
    for (const { cfnOptions } of [queue, policy, ...made, ...permissions]) cfnOptions.condition = condition;

  kit.alarm(`${queue.node.id}Alarm`, {
    description: `Events did not reach the function ${id} and lie in its queue, each with the reason as an attribute`,
    on: queue,
    namespace: 'AWS/SQS',
    metric: 'ApproximateNumberOfMessagesVisible',
    dimensions: { QueueName: queue.attrQueueName },
    statistic: 'Maximum',
    threshold: 0,
    periodSeconds: 300,
    periods: 1,
    tell,
  });
  kit.alarm(`${id}ErrorsAlarm`, {
    description: failure,
    on: target,
    namespace: 'AWS/Lambda',
    metric: 'Errors',
    dimensions: { FunctionName: target.ref },
    statistic: 'Sum',
    threshold: 0,
    periodSeconds: 3600,
    periods: 1,
    tell,
  });
  return made;
}

function makeRule(
  stack: Stack,
  name: string,
  { description, ...what }: InvokingRule,
  functionArn: string,
  queueArn: string,
): CfnRule {
  return new CfnRule(stack, name, {
    description,
    ...('pattern' in what ? { eventPattern: what.pattern } : { scheduleExpression: what.schedule }),
    targets: [
      {
        id: 'Function',
        arn: functionArn,
        deadLetterConfig: { arn: queueArn },
        retryPolicy: { maximumEventAgeInSeconds: MAXIMUM_EVENT_AGE_SECONDS, maximumRetryAttempts: MAXIMUM_RETRIES },
      },
    ],
  });
}

function policyOf(queueArn: string, rules: readonly CfnRule[]): object {
  const tlsOnly = { Bool: { 'aws:SecureTransport': 'false' } };
  const ofTheRules = { ArnEquals: { 'aws:SourceArn': rules.map((rule) => rule.attrArn) } };
  const events = { Service: 'events.amazonaws.com' };
  return policyDocument([
    { Sid: 'TlsOnly', Effect: 'Deny', Principal: '*', Action: 'sqs:*', Resource: queueArn, Condition: tlsOnly },
    {
      Sid: 'Rules',
      Effect: 'Allow',
      Principal: events,
      Action: 'sqs:SendMessage',
      Resource: queueArn,
      Condition: ofTheRules,
    },
  ]);
}

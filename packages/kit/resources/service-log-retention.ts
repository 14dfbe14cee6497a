import { Aws, Tokenization } from 'aws-cdk-lib';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { Flag } from '../definition/flag.ts';
import type { Resources } from './resources.ts';
import { forThisAccount, ownArn } from './statements.ts';

/**
 * How long logs are kept whose groups a service makes by itself, under names that are known when it has made them,
 * and keeps for ever: each day the groups are told. `LogRetentionRole`, and `<id>Retention` for each log.
 * Source: EventBridge Scheduler User Guide, "Using universal targets".
 */
export function serviceLogRetention(
  { scope, role }: Pick<Resources, 'scope' | 'role'>,
  {
    prefix,
    logs,
    retentionInDays,
  }: {
    /** What the groups' names begin with, such as `/aws/rds/cluster/<identifier>`. */
    readonly prefix: string;
    readonly logs: readonly { readonly id: string; readonly name: string; readonly only: Flag }[];
    readonly retentionInDays: number;
  },
): void {
  const { attrArn: roleArn } = role('LogRetentionRole', {
    service: 'scheduler.amazonaws.com',
    description: 'Says how long logs are kept',
    trustCondition: { StringEquals: forThisAccount },
    policies: {
      retention: [
        {
          Sid: 'Retention',
          Effect: 'Allow',
          Action: 'logs:PutRetentionPolicy',
          Resource: ownArn('logs', `log-group:${prefix}/*`),
        },
      ],
    },
  });
  const days = Tokenization.stringifyNumber(retentionInDays);
  for (const { id, name, only } of logs)
    only.guards(
      new CfnSchedule(scope, `${id}Retention`, {
        description: `Says how long the log ${name} is kept`,
        scheduleExpression: 'rate(1 day)',
        flexibleTimeWindow: { mode: 'OFF' },
        target: {
          arn: `arn:${Aws.PARTITION}:scheduler:::aws-sdk:cloudwatchlogs:putRetentionPolicy`,
          roleArn,
          input: `{"LogGroupName":"${prefix}/${name}","RetentionInDays":${days}}`,
          // A group that the service has not made yet is there tomorrow.
          retryPolicy: { maximumRetryAttempts: 2, maximumEventAgeInSeconds: 3600 },
        },
      }),
    );
}

import { defineLambda } from '@bitclouded/kit';

export default defineLambda({
  name: 'log-governor',
  summary: 'Keeps the retention and the stream subscription of every log group that carries a tag',
  trigger:
    'EventBridge: CreateLogGroup and TagResource calls seen by CloudTrail, and a schedule that sweeps all groups',
  memoryMb: 256,
  // A sweep reads the tags of every group of the region, one call a group: the longest time that Lambda allows.
  timeoutSeconds: 900,
  environment: {
    TAG_KEY: 'Key of the tag that puts a log group under this function',
    TAG_VALUE: 'Value of that tag; a group with another value is a stranger',
    RETENTION_DAYS: 'Retention of governed groups in days, one of the numbers that CloudWatch Logs allows',
    STREAM_ARN: 'ARN of the Kinesis stream that governed groups are subscribed to; empty removes the subscription',
    STREAM_ROLE_ARN: 'ARN of the role by which CloudWatch Logs writes to the stream; empty where STREAM_ARN is empty',
    FILTER_NAME: 'Name of the subscription filter that this function owns in each group',
  },
  grants: {
    list: {
      actions: ['logs:DescribeLogGroups'],
      why: 'Finds the groups of the region',
    },
    inspect: {
      actions: ['logs:ListTagsForResource', 'logs:DescribeSubscriptionFilters'],
      why: 'Reads the tags of any group, to tell a governed one from a stranger, and what a governed one has',
    },
    govern: {
      actions: ['logs:PutRetentionPolicy', 'logs:PutSubscriptionFilter', 'logs:DeleteSubscriptionFilter'],
      why: 'Changes governed groups, of which the tag tells, not the name',
    },
    pass: {
      actions: ['iam:PassRole'],
      why: 'Hands the stream role to CloudWatch Logs with a subscription filter',
    },
  },
});

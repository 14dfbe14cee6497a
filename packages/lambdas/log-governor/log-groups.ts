import {
  type CloudWatchLogsClient,
  DeleteSubscriptionFilterCommand,
  DescribeLogGroupsCommand,
  DescribeSubscriptionFiltersCommand,
  ListTagsForResourceCommand,
  type LogGroup,
  OperationAbortedException,
  PutRetentionPolicyCommand,
  PutSubscriptionFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Change, Filter, Group } from './plan.ts';

/** How often a change is tried while somebody else changes the same group. */
const CHANGE_ATTEMPTS = 4;

/** Every log group of the region, page by page. */
export async function* listGroups(logs: CloudWatchLogsClient): AsyncGenerator<Group, void, void> {
  let nextToken: string | undefined;
  do {
    const page = await logs.send(new DescribeLogGroupsCommand({ nextToken, limit: 50 }));
    yield* (page.logGroups ?? []).map(toGroup);
    nextToken = page.nextToken;
  } while (nextToken);
}

/** The group of exactly this name, or nothing if CloudWatch Logs does not list it. */
export async function findGroup(logs: CloudWatchLogsClient, name: string): Promise<Group | undefined> {
  // One page is enough: names come in ASCII order, so this one stands before every longer one that it begins.
  const page = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
  return page.logGroups?.map(toGroup).find((group) => group.name === name);
}

export async function readTags(logs: CloudWatchLogsClient, group: Group): Promise<Record<string, string>> {
  const { tags } = await logs.send(new ListTagsForResourceCommand({ resourceArn: group.arn }));
  return tags ?? {};
}

export async function readFilters(logs: CloudWatchLogsClient, group: Group): Promise<Filter[]> {
  const filters: Filter[] = [];
  let nextToken: string | undefined;
  do {
    const page = await logs.send(new DescribeSubscriptionFiltersCommand({ logGroupName: group.name, nextToken }));
    for (const filter of page.subscriptionFilters ?? []) {
      filters.push({
        name: filter.filterName ?? '',
        pattern: filter.filterPattern ?? '',
        destinationArn: filter.destinationArn ?? '',
        roleArn: filter.roleArn ?? '',
        distribution: filter.distribution ?? 'ByLogStream',
      });
    }
    nextToken = page.nextToken;
  } while (nextToken);
  return filters;
}

/**
 * Makes one change. CloudWatch Logs refuses two at once on the same group, which happens right after creation,
 * when whoever made the group is still at it; the SDK does not retry that by itself.
 */
export async function applyChange(
  logs: CloudWatchLogsClient,
  group: Group,
  change: Change,
  wait: (ms: number) => Promise<unknown>,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await sendChange(logs, group.name, change);
    } catch (error) {
      if (!(error instanceof OperationAbortedException) || attempt === CHANGE_ATTEMPTS) throw error;
      await wait(250 * 2 ** attempt);
    }
  }
}

async function sendChange(logs: CloudWatchLogsClient, logGroupName: string, change: Change): Promise<void> {
  switch (change.kind) {
    case 'set-retention':
      await logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: change.days }));
      return;
    case 'delete-filter':
      await logs.send(new DeleteSubscriptionFilterCommand({ logGroupName, filterName: change.name }));
      return;
    case 'put-filter':
      await logs.send(
        new PutSubscriptionFilterCommand({
          logGroupName,
          filterName: change.filter.name,
          filterPattern: change.filter.pattern,
          destinationArn: change.filter.destinationArn,
          roleArn: change.filter.roleArn,
          distribution: 'ByLogStream',
        }),
      );
  }
}

/**
 * DescribeLogGroups gives the ARN in two forms. The tagging actions refuse the one that ends in `:*`
 * (API reference, LogGroup, arn and logGroupArn).
 */
function toGroup(group: LogGroup): Group {
  return {
    name: group.logGroupName ?? '',
    arn: group.logGroupArn ?? (group.arn ?? '').replace(/:\*$/, ''),
    retentionDays: group.retentionInDays,
    accountPolicy: group.retentionPolicyName,
    logClass: group.logGroupClass ?? 'STANDARD',
  };
}

import {
  CloudWatchLogsClient,
  CloudWatchLogsServiceException,
  DeleteSubscriptionFilterCommand,
  DescribeLogGroupsCommand,
  DescribeSubscriptionFiltersCommand,
  LimitExceededException,
  ListTagsForResourceCommand,
  OperationAbortedException,
  PutRetentionPolicyCommand,
  PutSubscriptionFilterCommand,
  ResourceNotFoundException,
  type SubscriptionFilter,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import * as fc from 'fast-check';
import type { GovernorEvent } from './event.ts';
import { createHandler } from './handler.ts';

const STREAM_ARN = 'arn:aws:kinesis:eu-west-1:123456789012:stream/logs';
const STREAM_ROLE_ARN = 'arn:aws:iam::123456789012:role/subscription';
const ENVIRONMENT = {
  TAG_KEY: 'bitclouded:logs',
  TAG_VALUE: 'prod',
  RETENTION_DAYS: '90',
  STREAM_ARN,
  STREAM_ROLE_ARN,
  FILTER_NAME: 'prod',
};
const TAGGED = { 'bitclouded:logs': 'prod' };
const PREFIX = 'arn:aws:logs:eu-west-1:123456789012:log-group:';
const $metadata = {};

interface FakeGroup {
  tags: Record<string, string>;
  retentionInDays?: number;
  logGroupClass?: 'STANDARD' | 'INFREQUENT_ACCESS';
  filters: SubscriptionFilter[];
}

/** CloudWatch Logs as its API reference describes it: pages of two, two filters a group, ARNs in two forms. */
class FakeLogs {
  readonly groups = new Map<string, FakeGroup>();
  /** The changes that were made, as "operation group". */
  readonly writes: string[] = [];
  /** Called before each request; throws to make it fail. */
  before: (operation: string, group: string) => void = () => {};
  readonly mock = mockClient(CloudWatchLogsClient);

  constructor() {
    this.mock.on(DescribeLogGroupsCommand).callsFake(({ nextToken, logGroupNamePrefix = '' }) => {
      this.before('DescribeLogGroups', nextToken ?? '');
      const names = [...this.groups.keys()].sort().filter((name) => name.startsWith(logGroupNamePrefix));
      const rest = names.filter((name) => name > (nextToken ?? ''));
      const page = rest.slice(0, 2);
      return { logGroups: page.map((name) => this.describe(name)), nextToken: rest.length > 2 ? page[1] : undefined };
    });
    this.mock.on(ListTagsForResourceCommand).callsFake(({ resourceArn }) => {
      if (resourceArn.endsWith(':*')) throw failure('ValidationException', 'Invalid resourceArn');
      return { tags: this.get('ListTagsForResource', resourceArn.slice(PREFIX.length)).tags };
    });
    this.mock.on(DescribeSubscriptionFiltersCommand).callsFake(({ logGroupName, nextToken }) => {
      const { filters } = this.get('DescribeSubscriptionFilters', logGroupName);
      const at = Number(nextToken ?? 0);
      return {
        subscriptionFilters: filters.slice(at, at + 1),
        nextToken: filters[at + 1] ? String(at + 1) : undefined,
      };
    });
    this.mock.on(PutRetentionPolicyCommand).callsFake(({ logGroupName, retentionInDays }) => {
      this.get('PutRetentionPolicy', logGroupName).retentionInDays = retentionInDays;
      this.writes.push(`PutRetentionPolicy ${logGroupName}`);
    });
    this.mock.on(DeleteSubscriptionFilterCommand).callsFake(({ logGroupName, filterName }) => {
      const group = this.get('DeleteSubscriptionFilter', logGroupName);
      group.filters = group.filters.filter((filter) => filter.filterName !== filterName);
      this.writes.push(`DeleteSubscriptionFilter ${logGroupName}`);
    });
    this.mock.on(PutSubscriptionFilterCommand).callsFake(({ logGroupName, ...filter }) => {
      const group = this.get('PutSubscriptionFilter', logGroupName);
      const others = group.filters.filter((one) => one.filterName !== filter.filterName);
      if (others.length > 1) throw new LimitExceededException({ message: 'Resource limit exceeded.', $metadata });
      group.filters = [...others, filter];
      this.writes.push(`PutSubscriptionFilter ${logGroupName}`);
    });
  }

  add(name: string, group: Partial<FakeGroup> = {}): this {
    this.groups.set(name, { tags: TAGGED, filters: [], ...group });
    return this;
  }

  private get(operation: string, name: string): FakeGroup {
    this.before(operation, name);
    const group = this.groups.get(name);
    if (!group) throw new ResourceNotFoundException({ message: 'The specified log group does not exist.', $metadata });
    return group;
  }

  private describe(name: string) {
    const { retentionInDays, logGroupClass } = this.groups.get(name)!;
    const arn = `${PREFIX}${name}`;
    return { logGroupName: name, arn: `${arn}:*`, logGroupArn: arn, retentionInDays, logGroupClass };
  }
}

function failure(name: string, message: string): CloudWatchLogsServiceException {
  return new CloudWatchLogsServiceException({ name, message, $fault: 'client', $metadata });
}

const foreign = (filterName: string) => ({
  filterName,
  filterPattern: '',
  destinationArn: 'arn:other',
  roleArn: 'arn:r',
});
const subscribed: SubscriptionFilter = {
  filterName: 'prod',
  filterPattern: '',
  destinationArn: STREAM_ARN,
  roleArn: STREAM_ROLE_ARN,
  distribution: 'ByLogStream',
};

const SWEEP: GovernorEvent = { 'detail-type': 'Scheduled Event', detail: {} };
const created = (logGroupName: string): GovernorEvent => ({
  'detail-type': 'AWS API Call via CloudTrail',
  detail: { eventSource: 'logs.amazonaws.com', eventName: 'CreateLogGroup', requestParameters: { logGroupName } },
});
const tagged = (name: string): GovernorEvent => ({
  'detail-type': 'AWS API Call via CloudTrail',
  detail: {
    eventSource: 'logs.amazonaws.com',
    eventName: 'TagResource',
    requestParameters: { resourceArn: `${PREFIX}${name}` },
  },
});

function start(environment: NodeJS.ProcessEnv = ENVIRONMENT, remainingMs = () => 900_000) {
  const waits: number[] = [];
  const handle = createHandler({
    logs: new CloudWatchLogsClient({ region: 'eu-west-1' }),
    environment,
    logger: { info: () => {} },
    wait: async (ms) => void waits.push(ms),
  });
  const context = { logGroupName: '/aws/lambda/governor', getRemainingTimeInMillis: remainingMs } as Context;
  return { waits, handle: (event: GovernorEvent) => handle(event, context) };
}

let aws: FakeLogs;
beforeEach(() => {
  aws = new FakeLogs();
});
afterEach(() => aws.mock.restore());

test('a new group with the tag gets its retention and its subscription', async () => {
  aws.add('/app');
  const report = await start().handle(created('/app'));
  expect(aws.groups.get('/app')).toMatchObject({ retentionInDays: 90, filters: [subscribed] });
  expect(report).toEqual({ seen: 1, governed: 1, changed: 1, gone: 0 });
});

test('a group that gets the tag later is governed then, and only that one', async () => {
  aws.add('/app').add('/app-2');
  await start().handle(tagged('/app'));
  expect(aws.writes.sort()).toEqual(['PutRetentionPolicy /app', 'PutSubscriptionFilter /app']);
});

test('a sweep reads all pages and mends what events missed', async () => {
  for (let at = 0; at < 9; at++) aws.add(`/app-${at}`);
  expect(await start().handle(SWEEP)).toEqual({ seen: 9, governed: 9, changed: 9, gone: 0 });
  expect([...aws.groups.values()].every((group) => group.retentionInDays === 90)).toBe(true);
});

test.each<Record<string, string>>([{}, { 'bitclouded:logs': 'staging' }, { prod: 'bitclouded:logs' }])(
  'a stranger with the tags %p sees only reads, of its tags alone',
  async (tags) => {
    aws.add('/stranger', { tags, retentionInDays: 3, filters: [{ ...subscribed, destinationArn: 'arn:old' }] });
    const { handle } = start();
    await handle(created('/stranger'));
    await handle(tagged('/stranger'));
    await handle(SWEEP);
    expect(aws.writes).toEqual([]);
    expect(aws.mock.commandCalls(DescribeSubscriptionFiltersCommand)).toEqual([]);
  },
);

test('its own filter follows the stream, and goes when the stream goes', async () => {
  aws.add('/app', { retentionInDays: 90, filters: [foreign('theirs'), { ...subscribed, destinationArn: 'arn:old' }] });
  await start().handle(SWEEP);
  expect(aws.groups.get('/app')!.filters).toEqual([foreign('theirs'), subscribed]);
  await start({ ...ENVIRONMENT, STREAM_ARN: '', STREAM_ROLE_ARN: '' }).handle(SWEEP);
  expect(aws.groups.get('/app')!.filters).toEqual([foreign('theirs')]);
});

test('never subscribes the group that it logs to itself, nor a pipeline’s', async () => {
  aws.add('/aws/lambda/governor').add('/pipeline', { tags: { ...TAGGED, 'bitclouded:subscription': 'none' } });
  await start().handle(SWEEP);
  expect(aws.writes.sort()).toEqual(['PutRetentionPolicy /aws/lambda/governor', 'PutRetentionPolicy /pipeline']);
});

test('two filters of others leave no room: reported, and the retention is set all the same', async () => {
  aws.add('/full', { filters: [foreign('a'), foreign('b')] });
  await expect(start().handle(created('/full'))).rejects.toThrow(/\/full: group-failed: LimitExceededException/);
  expect(aws.writes).toEqual(['PutRetentionPolicy /full']);
});

test('a group deleted before or during the work is fine', async () => {
  expect(await start().handle(created('/gone'))).toMatchObject({ gone: 1, seen: 0 });
  aws.add('/going').add('/staying');
  aws.before = (operation, name) => {
    if (operation === 'PutRetentionPolicy' && name === '/going') aws.groups.delete('/going');
  };
  expect(await start().handle(SWEEP)).toEqual({ seen: 2, governed: 2, changed: 1, gone: 1 });
});

test('"not found" about something else than the group is a failure', async () => {
  aws.add('/app');
  aws.before = (operation) => {
    if (operation !== 'PutSubscriptionFilter') return;
    throw new ResourceNotFoundException({ message: 'The specified destination does not exist.', $metadata });
  };
  await expect(start().handle(created('/app'))).rejects.toThrow(/\/app: group-failed.*destination does not exist/);
});

test('failures of some groups leave the others governed, and one error names all of them', async () => {
  aws
    .add('/a')
    .add('/b')
    .add('/c')
    .add('/d', { tags: { ...TAGGED, 'bitclouded:retention-days': 'x' } });
  aws.before = (operation, name) => {
    if (operation === 'ListTagsForResource' && name === '/a') throw failure('AccessDeniedException', 'no');
    if (operation === 'PutRetentionPolicy' && name === '/b') throw failure('ServiceUnavailableException', 'later');
  };
  const error = await start()
    .handle(SWEEP)
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'LogGovernorError' });
  expect(
    (error as { faults: { where: string; code: string }[] }).faults.map((one) => `${one.where} ${one.code}`).sort(),
  ).toEqual(['/a group-failed', '/b group-failed', '/d bad-tag']);
  expect(aws.groups.get('/b')!.filters).toEqual([subscribed]);
  expect(aws.groups.get('/c')).toMatchObject({ retentionInDays: 90, filters: [subscribed] });
});

test('a list that breaks off is reported, after the groups before the break were governed', async () => {
  aws.add('/a').add('/b').add('/c');
  aws.before = (operation, token) => {
    if (operation === 'DescribeLogGroups' && token) throw failure('ThrottlingException', 'Rate exceeded');
  };
  await expect(start().handle(SWEEP)).rejects.toThrow(/log groups: list-failed: ThrottlingException/);
  expect(aws.groups.get('/a')).toMatchObject({ retentionInDays: 90 });
});

test('a sweep that runs out of time says so', async () => {
  for (let at = 0; at < 9; at++) aws.add(`/app-${at}`);
  let looks = 0;
  const remaining = () => (looks++ < 6 ? 900_000 : 10_000);
  await expect(start(ENVIRONMENT, remaining).handle(SWEEP)).rejects.toThrow(/sweep-incomplete: time for 6 groups/);
});

test('waits while somebody else changes the same group, and gives up in the end', async () => {
  aws.add('/app', { filters: [subscribed] });
  let conflicts = 2;
  aws.before = (operation) => {
    if (operation === 'PutRetentionPolicy' && conflicts-- > 0) {
      throw new OperationAbortedException({ message: 'conflict', $metadata });
    }
  };
  const first = start();
  await first.handle(created('/app'));
  expect(first.waits).toEqual([500, 1000]);
  expect(aws.groups.get('/app')).toMatchObject({ retentionInDays: 90 });

  aws.add('/busy', { filters: [subscribed] });
  conflicts = Number.POSITIVE_INFINITY;
  await expect(start().handle(created('/busy'))).rejects.toThrow(/\/busy: group-failed: OperationAbortedException/);
});

test('a call that failed, or that tagged something else, sends no request', async () => {
  const { handle } = start();
  const report = await handle({ ...created('/app'), detail: { ...created('/app').detail, errorCode: 'AccessDenied' } });
  expect(report).toEqual({ seen: 0, governed: 0, changed: 0, gone: 0 });
  expect(aws.mock.calls()).toEqual([]);
});

test('a bad environment stops every invocation before any request', async () => {
  const { handle } = start({ ...ENVIRONMENT, RETENTION_DAYS: '91' });
  await expect(handle(SWEEP)).rejects.toThrow(/RETENTION_DAYS: bad-environment/);
  expect(aws.mock.calls()).toEqual([]);
});

test('any events in any order: run again they write nothing, and strangers keep what they have', async () => {
  const names = ['/a', '/a/b', '/aws/lambda/governor', '/b', '/c'];
  const filters = fc.constantFrom<SubscriptionFilter[]>(
    [],
    [foreign('theirs')],
    [subscribed],
    [{ ...subscribed, roleArn: 'arn:old' }, foreign('theirs')],
  );
  const tags = fc.record({ isGoverned: fc.boolean(), days: fc.constantFrom('', '7', '365'), none: fc.boolean() });
  const group = fc.record({
    tags: tags.map(({ isGoverned, days, none }) => ({
      ...(isGoverned && TAGGED),
      ...(days && { 'bitclouded:retention-days': days }),
      ...(none && { 'bitclouded:subscription': 'none' }),
    })),
    retentionInDays: fc.constantFrom(undefined, 7, 90),
    logGroupClass: fc.constantFrom('STANDARD' as const, 'INFREQUENT_ACCESS' as const),
    filters,
  });
  const event = fc.oneof(
    fc.constant(SWEEP),
    fc.constantFrom(...names).map(created),
    fc.constantFrom(...names).map(tagged),
  );
  const world = fc.record({
    groups: fc.dictionary(fc.constantFrom(...names), group),
    events: fc.array(event, { minLength: 1, maxLength: 4 }),
    hasStream: fc.boolean(),
  });

  await fc.assert(
    fc.asyncProperty(world, async ({ groups, events, hasStream }) => {
      aws.groups.clear();
      aws.writes.length = 0;
      for (const [name, one] of Object.entries(groups)) aws.add(name, structuredClone(one));
      const { handle } = start(hasStream ? ENVIRONMENT : { ...ENVIRONMENT, STREAM_ARN: '', STREAM_ROLE_ARN: '' });

      for (const one of events) await handle(one);
      for (const [name, one] of Object.entries(groups)) {
        if (!('bitclouded:logs' in one.tags)) expect(aws.groups.get(name)).toEqual(one);
      }
      aws.writes.length = 0;
      for (const one of events) await handle(one);
      expect(aws.writes).toEqual([]);
    }),
  );
});

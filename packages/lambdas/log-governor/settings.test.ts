import { LogGovernorError } from './faults.ts';
import { readSettings } from './settings.ts';

const good = {
  TAG_KEY: 'bitclouded:logs',
  TAG_VALUE: 'prod-logs',
  RETENTION_DAYS: '90',
  STREAM_ARN: 'arn:aws:kinesis:eu-west-1:123456789012:stream/logs',
  STREAM_ROLE_ARN: 'arn:aws:iam::123456789012:role/analytics/logs-store/Subscription',
  FILTER_NAME: 'prod-logs',
};

function faultsOf(environment: NodeJS.ProcessEnv): string[] {
  try {
    readSettings(environment);
  } catch (error) {
    if (error instanceof LogGovernorError) return error.faults.map((fault) => `${fault.code} ${fault.where}`);
    throw error;
  }
  return [];
}

test('reads a whole environment', () => {
  expect(readSettings(good)).toEqual({
    tagKey: 'bitclouded:logs',
    tagValue: 'prod-logs',
    retentionDays: 90,
    stream: { arn: good.STREAM_ARN, roleArn: good.STREAM_ROLE_ARN },
    filterName: 'prod-logs',
  });
});

test('has no stream when both its variables are empty', () => {
  expect(readSettings({ ...good, STREAM_ARN: '', STREAM_ROLE_ARN: '' }).stream).toBeUndefined();
});

test('takes ARNs of other partitions', () => {
  const STREAM_ARN = 'arn:aws-us-gov:kinesis:us-gov-west-1:123456789012:stream/logs';
  const STREAM_ROLE_ARN = 'arn:aws-us-gov:iam::123456789012:role/r';
  expect(faultsOf({ ...good, STREAM_ARN, STREAM_ROLE_ARN })).toEqual([]);
});

test('names every variable that is missing, at once', () => {
  expect(faultsOf({})).toEqual(Object.keys(good).map((name) => `bad-environment ${name}`));
});

test.each([
  ['TAG_KEY', ''],
  ['TAG_VALUE', 'v'.repeat(257)],
  ['RETENTION_DAYS', '0'],
  ['RETENTION_DAYS', '91'],
  ['RETENTION_DAYS', ' 90'],
  ['RETENTION_DAYS', '9e1'],
  ['RETENTION_DAYS', ''],
  ['STREAM_ARN', 'arn:aws:firehose:eu-west-1:123456789012:deliverystream/logs'],
  ['STREAM_ROLE_ARN', ''],
  ['STREAM_ROLE_ARN', 'Subscription'],
  ['FILTER_NAME', ''],
  ['FILTER_NAME', 'a:b'],
  ['FILTER_NAME', 'a*'],
])('refuses %s = "%s"', (name, value) => {
  expect(faultsOf({ ...good, [name]: value })).toEqual([`bad-environment ${name}`]);
});

test('refuses a stream role without a stream', () => {
  expect(faultsOf({ ...good, STREAM_ARN: '' })).toEqual(['bad-environment STREAM_ROLE_ARN']);
});

test('says what came and what to do', () => {
  expect(() => readSettings({ ...good, RETENTION_DAYS: '91' })).toThrow(
    /RETENTION_DAYS: bad-environment: "91"; expected one of 1, 3, 5.*Set RETENTION_DAYS/,
  );
});

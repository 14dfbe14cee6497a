import type { SNSMessage } from 'aws-lambda';
import * as fc from 'fast-check';
import { toAlert } from './alert.ts';

const alarm = {
  AlarmName: 'blog/cpu high',
  AlarmDescription: 'See the runbook.',
  AWSAccountId: '123456789012',
  NewStateValue: 'ALARM',
  NewStateReason: 'Threshold Crossed: 1 datapoint [97.0] was greater than the threshold (90.0).',
  StateChangeTime: '2026-03-01T10:00:00.000+0000',
  Region: 'EU (Ireland)',
  AlarmArn: 'arn:aws:cloudwatch:eu-west-1:123456789012:alarm:blog/cpu high',
  OldStateValue: 'OK',
  Trigger: { MetricName: 'CPUUtilization', Namespace: 'AWS/ECS' },
};

function sns(message: string | object, more: Partial<SNSMessage> = {}): SNSMessage {
  return {
    MessageId: 'id-1',
    TopicArn: 'arn:aws:sns:eu-west-1:123456789012:prod-Critical',
    Timestamp: '2026-03-01T10:00:01.000Z',
    Message: typeof message === 'string' ? message : JSON.stringify(message),
    ...more,
  } as SNSMessage;
}

test('an alarm shows state, reason, description, region, account, topic, time and where to look', () => {
  expect(toAlert(sns(alarm))).toEqual({
    messageId: 'id-1',
    title: 'ALARM: blog/cpu high',
    text: `${alarm.NewStateReason}\n\nSee the runbook.`,
    state: 'ALARM',
    link: 'https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#alarmsV2:alarm/blog%2Fcpu%20high',
    facts: [
      { name: 'Before', value: 'OK' },
      { name: 'Region', value: 'eu-west-1' },
      { name: 'Account', value: '123456789012' },
      { name: 'Topic', value: 'prod-Critical' },
      { name: 'Time', value: '2026-03-01T10:00:00.000+0000' },
    ],
  });
});

test.each([
  ['aws', 'us-east-1', 'us-east-1.console.aws.amazon.com'],
  ['aws-cn', 'cn-north-1', 'cn-north-1.console.amazonaws.cn'],
  ['aws-us-gov', 'us-gov-west-1', 'us-gov-west-1.console.amazonaws-us-gov.com'],
  ['aws-eusc', 'eusc-de-east-1', 'eusc-de-east-1.console.amazonaws-eusc.eu'],
])('links to the console of the partition %s', (partition, region, host) => {
  const AlarmArn = `arn:${partition}:cloudwatch:${region}:123456789012:alarm:a`;
  expect(new URL(toAlert(sns({ ...alarm, AlarmArn })).link ?? '').host).toBe(host);
});

test.each([
  'arn:aws-iso:cloudwatch:us-iso-east-1:1:alarm:a',
  'arn:aws:cloudwatch:evil.example/:1:alarm:a',
  'x',
  7,
  undefined,
])('gives no link for the ARN %p', (AlarmArn) => {
  expect(toAlert(sns({ ...alarm, AlarmArn })).link).toBeUndefined();
});

test('a name with half a character still gets a link', () => {
  expect(toAlert(sns({ ...alarm, AlarmName: 'cpu \uD800' })).link).toMatch(/alarm\/cpu%20%EF%BF%BD$/);
});

test('an alarm without an ARN tells region and account by its other fields', () => {
  const { AlarmArn, ...older } = alarm;
  expect(toAlert(sns(older)).facts).toEqual(
    expect.arrayContaining([
      { name: 'Region', value: 'EU (Ireland)' },
      { name: 'Account', value: '123456789012' },
    ]),
  );
});

test('a composite alarm, which has a rule and no metric, is an alarm too', () => {
  const { Trigger, ...composite } = alarm;
  expect(toAlert(sns({ ...composite, AlarmRule: 'ALARM(a)', AlarmDescription: null }))).toMatchObject({
    state: 'ALARM',
    text: alarm.NewStateReason,
  });
});

test('any other message stands as it came', () => {
  expect(toAlert(sns('Backup failed', { Subject: 'AWS Backup' }))).toEqual({
    messageId: 'id-1',
    title: 'AWS Backup',
    text: 'Backup failed',
    facts: [
      { name: 'Topic', value: 'prod-Critical' },
      { name: 'Time', value: '2026-03-01T10:00:01.000Z' },
    ],
  });
});

test.each(['{"AlarmName":"a"}', '{"AlarmName":1,"NewStateValue":"OK"}', '{half', '[]', 'null'])(
  'what only looks like an alarm, %s, stands as it came',
  (message) => {
    expect(toAlert(sns(message))).toMatchObject({ title: 'Notification', text: message });
  },
);

test('no message is too odd to be shown', () => {
  const odd = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc
      .record({ AlarmName: fc.string({ unit: 'binary' }), NewStateValue: fc.string(), AlarmArn: fc.anything() })
      .map((value) => JSON.stringify({ ...value, AlarmArn: String(JSON.stringify(value.AlarmArn)) })),
  );
  fc.assert(
    fc.property(odd, (message) => {
      const alert = toAlert(sns(message));
      expect(alert.messageId).toBe('id-1');
      if (alert.state === undefined) expect(alert.text).toBe(message);
    }),
  );
});

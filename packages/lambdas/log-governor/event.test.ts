import { type GovernorEvent, readEvent } from './event.ts';

/** The parts of a CloudTrail event that EventBridge delivers and that are read here. */
function call(eventName: string, requestParameters: object | null, more: object = {}): GovernorEvent {
  return {
    'detail-type': 'AWS API Call via CloudTrail',
    detail: { eventSource: 'logs.amazonaws.com', eventName, requestParameters, ...more },
  };
}

test('a scheduled event asks for a sweep', () => {
  expect(readEvent({ 'detail-type': 'Scheduled Event', detail: {} })).toEqual({ kind: 'sweep' });
});

test('a creation names its group', () => {
  expect(readEvent(call('CreateLogGroup', { logGroupName: '/aws/lambda/a' }))).toEqual({
    kind: 'group',
    name: '/aws/lambda/a',
  });
});

test.each([
  'arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/blog',
  'arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/blog:*',
  'arn:aws-cn:logs:cn-north-1:123456789012:log-group:/ecs/blog',
])('a tagging names the group of %s', (resourceArn) => {
  expect(readEvent(call('TagResource', { resourceArn, tags: { a: 'b' } }))).toEqual({
    kind: 'group',
    name: '/ecs/blog',
  });
});

test('the older tagging call names its group too', () => {
  expect(readEvent(call('TagLogGroup', { logGroupName: 'old' }))).toEqual({ kind: 'group', name: 'old' });
});

test('a tagged destination is not a group', () => {
  const resourceArn = 'arn:aws:logs:eu-west-1:123456789012:destination:d';
  expect(readEvent(call('TagResource', { resourceArn }))).toMatchObject({ kind: 'nothing' });
});

test('a call that failed changed nothing', () => {
  const event = call('CreateLogGroup', { logGroupName: 'a' }, { errorCode: 'ResourceAlreadyExistsException' });
  expect(readEvent(event)).toMatchObject({ kind: 'nothing' });
});

test.each([
  ['a call of another service', call('CreateLogGroup', { logGroupName: 'a' }, { eventSource: 's3.amazonaws.com' })],
  ['a call that no rule should send', call('DeleteLogGroup', { logGroupName: 'a' })],
  ['a creation without its parameters', call('CreateLogGroup', null)],
  ['an empty event', {}],
])('refuses %s', (_, event) => {
  expect(() => readEvent(event)).toThrow(
    expect.objectContaining({ faults: [expect.objectContaining({ code: 'unknown-event' })] }),
  );
});

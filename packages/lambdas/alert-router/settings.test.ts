import { AlertRouterError } from './faults.ts';
import { readSettings } from './settings.ts';

const good = {
  WEBHOOK_SECRET_ARN: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:chat-AbCdEf',
  FORMAT: 'slack',
  TABLE_NAME: 'delivered',
};

function thrown(environment: NodeJS.ProcessEnv): AlertRouterError {
  try {
    readSettings(environment);
  } catch (error) {
    if (error instanceof AlertRouterError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

test.each(['slack', 'teams', 'generic'])('reads a whole environment for %s', (FORMAT) => {
  expect(readSettings({ ...good, FORMAT })).toEqual({
    secretArn: good.WEBHOOK_SECRET_ARN,
    format: FORMAT,
    tableName: 'delivered',
  });
});

test('names every variable that is missing, at once', () => {
  const { faults } = thrown({});
  expect(faults.map((fault) => `${fault.code} ${fault.where}`)).toEqual(
    Object.keys(good).map((name) => `bad-environment ${name}`),
  );
});

test.each([
  ['WEBHOOK_SECRET_ARN', ''],
  ['WEBHOOK_SECRET_ARN', 'chat'],
  ['FORMAT', 'Slack'],
  ['FORMAT', 'toString'],
  ['TABLE_NAME', ''],
])('refuses %s = "%s"', (name, value) => {
  expect(thrown({ ...good, [name]: value }).faults).toEqual([
    expect.objectContaining({ code: 'bad-environment', where: name }),
  ]);
});

test('does not repeat a URL that was put in the place of the ARN', () => {
  const { message } = thrown({ ...good, WEBHOOK_SECRET_ARN: 'https://hooks.slack.com/services/T0/B0/s3cret' });
  expect(message).toContain('WEBHOOK_SECRET_ARN');
  expect(message).not.toContain('s3cret');
});

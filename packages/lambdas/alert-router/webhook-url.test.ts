import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { isPlainHttps, webhookUrl } from './webhook-url.ts';

const ARN = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:chat-AbCdEf';
const URL_TEXT = 'https://hooks.slack.com/services/T0/B0/s3cret';

const secrets = mockClient(SecretsManagerClient);
let now = 1_000_000;
beforeEach(() => {
  secrets.reset();
  jest.spyOn(Date, 'now').mockImplementation(() => now);
});
afterEach(() => jest.restoreAllMocks());

function start(SecretString?: string) {
  secrets.on(GetSecretValueCommand, { SecretId: ARN }).resolves({ SecretString });
  return webhookUrl(new SecretsManagerClient({ region: 'eu-west-1' }), ARN, isPlainHttps);
}

test('reads the URL once in five minutes', async () => {
  const webhook = start(`${URL_TEXT}\n`);
  expect((await webhook.get()).href).toBe(URL_TEXT);
  now += 299_000;
  await webhook.get();
  expect(secrets.calls()).toHaveLength(1);
  now += 2_000;
  await webhook.get();
  expect(secrets.calls()).toHaveLength(2);
});

test('reads it anew after it was forgotten', async () => {
  const webhook = start(URL_TEXT);
  await webhook.get();
  webhook.forget();
  await webhook.get();
  expect(secrets.calls()).toHaveLength(2);
});

test.each([
  undefined,
  '',
  's3cret',
  '{"url":"https://example.com/s3cret"}',
  'http://example.com/s3cret',
  'ftp://example.com/s3cret',
  'https://s3cret@example.com/',
  'https://user:s3cret@example.com/',
])('refuses %p, without a word of it', async (text) => {
  const error = await start(text)
    .get()
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ faults: [{ code: 'bad-secret', where: ARN }] });
  expect(JSON.stringify(error) + String(error)).not.toContain('s3cret');
});

test('does not keep what it refused', async () => {
  const webhook = start('nothing good');
  await expect(webhook.get()).rejects.toThrow(/bad-secret/);
  secrets.on(GetSecretValueCommand).resolves({ SecretString: URL_TEXT });
  expect((await webhook.get()).href).toBe(URL_TEXT);
});

test('an error of Secrets Manager comes out as it is', async () => {
  const webhook = start();
  secrets.on(GetSecretValueCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));
  await expect(webhook.get()).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

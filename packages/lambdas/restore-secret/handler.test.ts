import { basename } from 'node:path';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DatabaseInMemory } from './databases-in-memory.ts';
import { createHandler } from './handler.ts';
import definition from './lambda.ts';

test('answers CloudFormation with the secret, and never with a password', async () => {
  const database = new DatabaseInMemory('shop-db');
  const answers: string[] = [];
  const handle = createHandler({
    rds: database.client(),
    secrets: new SecretsManagerClient({ region: 'eu-west-1' }),
    pause: async () => {},
    send: async (_, request) => {
      answers.push(Buffer.from(request!.body as Uint8Array).toString());
      return new Response();
    },
    log: () => {},
  });
  const event = {
    RequestType: 'Create',
    ResponseURL: 'https://answers.example.com/',
    StackId: 'arn:aws:cloudformation:eu-west-1:123456789012:stack/shop/1',
    RequestId: 'r-1',
    LogicalResourceId: 'Password',
    ResourceProperties: {
      ServiceToken: 'x',
      ServiceTimeout: '900',
      DbInstanceIdentifier: 'shop-db',
      DbClusterIdentifier: '',
      Snapshot: 'shop-2026',
    },
  };
  await handle(event as never, { getRemainingTimeInMillis: () => 60_000 });
  expect(answers.map((answer) => JSON.parse(answer))).toMatchObject([
    { Status: 'SUCCESS', PhysicalResourceId: 'instance:shop-db', Data: { DbAdminSecretArn: 'arn:kept' } },
  ]);
  expect(answers.join()).not.toContain(database.password);
});

test('the definition has the name of its folder, and the longest time that Lambda allows', () => {
  expect(definition.name).toBe(basename(__dirname));
  expect(definition.timeoutSeconds).toBe(900);
});

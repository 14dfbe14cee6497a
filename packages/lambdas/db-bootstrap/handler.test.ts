import { basename } from 'node:path';
import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { type Application, type Endpoint, type Engine, type Login, mysql } from '@bitclouded/kit/databases';
import { mockClient } from 'aws-sdk-client-mock';
import { createHandler } from './handler.ts';
import definition from './lambda.ts';

const ARN = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:';
const PROPERTIES = {
  ServiceToken: 'x',
  DbEndpoint: 'db.example.com',
  DbPort: '3306',
  DbEngine: 'mysql',
  DbAdminSecretArn: `${ARN}admin-1`,
  AppDbSecretArn: `${ARN}app-1`,
  AppDbName: 'shop',
};
const ADMIN = { username: 'admin', password: 'admin secret' };
const APP = { username: 'shop', password: 'app secret', dbname: 'shop' };

/** A function before a server in memory that keeps what it was told. */
function start(secrets: Record<string, unknown> = {}) {
  const told: { endpoint: Endpoint; admin: Login; application: Application }[] = [];
  const answers: { Status: string; Reason?: string; PhysicalResourceId: string; Data?: object }[] = [];
  const engine: Engine = {
    longestUsername: mysql.longestUsername,
    prepare: async (endpoint, admin, application) => void told.push({ endpoint, admin, application }),
    logIn: async (_, { password }) => expect(told.at(-1)!.application.password).toBe(password),
  };
  const mock = mockClient(SecretsManagerClient);
  const values: Record<string, unknown> = { [`${ARN}admin-1`]: ADMIN, [`${ARN}app-1`]: APP, ...secrets };
  mock.on(GetSecretValueCommand).callsFake(({ SecretId }) => {
    const value = values[SecretId];
    if (value === undefined) throw new ResourceNotFoundException({ message: 'no such secret', $metadata: {} });
    return { SecretString: typeof value === 'string' ? value : JSON.stringify(value) };
  });
  const handle = createHandler({
    secrets: new SecretsManagerClient({ region: 'eu-west-1' }),
    engines: { mysql: engine },
    readAuthorities: async () => 'PEM',
    send: async (_, request) => {
      answers.push(JSON.parse(Buffer.from(request!.body as Uint8Array).toString()));
      return new Response();
    },
    log: () => {},
  });
  const ask = async (RequestType: string, more: object = {}) => {
    const event = {
      RequestType,
      ResponseURL: 'https://answers.example.com/',
      StackId: 'arn:aws:cloudformation:eu-west-1:123456789012:stack/shop/1',
      RequestId: 'r-1',
      LogicalResourceId: 'Database',
      ResourceProperties: PROPERTIES,
      ...more,
    };
    await handle(event as never, { getRemainingTimeInMillis: () => 60_000 });
    return answers.at(-1)!;
  };
  return { ask, told, values, mock };
}

it('makes the database by both secrets, and tells its name', async () => {
  const { ask, told } = start();
  expect(await ask('Create')).toMatchObject({
    Status: 'SUCCESS',
    PhysicalResourceId: 'db.example.com/shop',
    Data: { AppDbName: 'shop' },
  });
  expect(told).toMatchObject([
    {
      endpoint: { host: 'db.example.com', port: 3306, ca: 'PEM' },
      admin: ADMIN,
      application: { username: 'shop', password: 'app secret', database: 'shop' },
    },
  ]);
});

it('applies another password on an update, and keeps its id', async () => {
  const { ask, told, values } = start();
  const { PhysicalResourceId } = await ask('Create');
  values[`${ARN}app-1`] = { ...APP, username: 'shop_clone', password: 'another secret' };
  const updated = await ask('Update', { PhysicalResourceId, OldResourceProperties: PROPERTIES });
  expect(updated).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId });
  expect(told.at(-1)!.application).toMatchObject({ username: 'shop_clone', password: 'another secret' });
});

it('takes a second user’s name, which is longer, where the first one’s fits', async () => {
  const { ask, told } = start({ [`${ARN}app-1`]: { ...APP, username: `${'a'.repeat(26)}_clone` } });
  expect(await ask('Create')).toMatchObject({ Status: 'SUCCESS' });
  expect(told.at(-1)!.application.username).toHaveLength(32);
});

it('asks nobody on a delete, and succeeds', async () => {
  const { ask, told, mock } = start();
  expect(await ask('Delete', { PhysicalResourceId: 'db.example.com/shop' })).toMatchObject({ Status: 'SUCCESS' });
  expect([told, mock.calls()]).toEqual([[], []]);
});

it.each<[string, Record<string, unknown>, RegExp]>([
  ['is missing', { [`${ARN}app-1`]: undefined }, /no such secret/],
  ['is no JSON', { [`${ARN}app-1`]: 'hunter2-hunter2' }, /no username that fits[\s\S]+no password that fits/],
  ['is null', { [`${ARN}admin-1`]: 'null' }, /no username that fits/],
  ['has a short password', { [`${ARN}app-1`]: { ...APP, password: 'hunter2' } }, /no password that fits/],
  ['has a password beyond ASCII', { [`${ARN}app-1`]: { ...APP, password: 'hunter2-é' } }, /no password that fits/],
  ['names another database', { [`${ARN}app-1`]: { ...APP, dbname: 'x' } }, /the dbname of another database/],
  ['has a clone’s clone', { [`${ARN}app-1`]: { ...APP, username: 'a_clone_clone' } }, /no username that fits/],
  ['has the administrator’s user', { [`${ARN}app-1`]: { ...APP, username: 'admin' } }, /administrator’s username/],
  [
    'leaves no room for a clone',
    { [`${ARN}app-1`]: { ...APP, username: 'a'.repeat(27) } },
    /username that is too long/,
  ],
])('goes to no server where a secret %s, and repeats no secret', async (_, secrets, reason) => {
  const { ask, told } = start(secrets);
  const { Status, Reason } = await ask('Create');
  expect(Status).toBe('FAILED');
  expect(Reason).toMatch(reason);
  expect(Reason).not.toMatch(/hunter2|app secret|admin secret/);
  expect(told).toEqual([]);
});

it('the definition has the name of its folder, and grants what is sent and what opens the secrets', () => {
  expect(definition.name).toBe(basename(__dirname));
  expect(Object.values(definition.grants).flatMap(({ actions }) => [...actions])).toEqual([
    'secretsmanager:GetSecretValue',
    'kms:Decrypt',
  ]);
  expect(Object.keys(definition.environment)).toEqual(['DATABASE_CA_FILE']);
});

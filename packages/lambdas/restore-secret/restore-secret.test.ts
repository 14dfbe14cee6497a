import { AddTagsToResourceCommand, DescribeDBInstancesCommand, RDSServiceException } from '@aws-sdk/client-rds';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { DatabaseInMemory } from './databases-in-memory.ts';
import type { Properties } from './properties.ts';
import { restoreSecret } from './restore-secret.ts';

const OWN = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:admin-a1b2c3';
const INSTANCE: Properties = { DbInstanceIdentifier: 'shop-db', Snapshot: 'shop-2026' };
const id = 'instance:shop-db';

const secrets = mockClient(SecretsManagerClient);
beforeEach(() => {
  secrets.reset();
  keep({ username: 'the_admin', password: 'of our own' });
});

function keep(value: object): void {
  secrets.on(GetSecretValueCommand).resolves({ SecretString: JSON.stringify(value) });
}

function start(database: DatabaseInMemory, before?: (command: object) => void) {
  const resource = restoreSecret({
    rds: database.client(before),
    secrets: new SecretsManagerClient({ region: 'eu-west-1' }),
    pause: async (signal) => signal.throwIfAborted(),
  });
  const common = {
    owner: { stackId: 's', logicalId: 'Password' },
    requestId: 'r-1',
    signal: new AbortController().signal,
  };
  return {
    create: (properties: Properties) => resource.create({ ...common, properties }),
    update: (properties: Properties, old: Properties) =>
      resource.update({ ...common, properties, id, old: { ...old } as Record<string, unknown> }),
    remove: () => resource.remove({ ...common, properties: {}, id }),
  };
}

it.each([false, true])(
  'after a restore RDS keeps the password, and it is the database’s (cluster: %p)',
  async (isCluster) => {
    const database = new DatabaseInMemory('shop-db', isCluster);
    const { DbInstanceIdentifier, ...rest } = INSTANCE;
    const properties = isCluster ? { ...rest, DbClusterIdentifier: DbInstanceIdentifier } : INSTANCE;
    expect(await start(database).create(properties)).toEqual({
      id: `${isCluster ? 'cluster' : 'instance'}:shop-db`,
      attributes: { DbAdminSecretArn: 'arn:kept' },
    });
    expect(database.kept).toBeDefined();
    expect(database.password).toBe(database.kept);
  },
);

it('where RDS keeps one already, it makes a new one', async () => {
  const database = new DatabaseInMemory('shop-db');
  database.kept = 'of another database';
  await start(database).create(INSTANCE);
  expect(database.password).toBe(database.kept);
  expect(database.changes).toEqual([{ RotateMasterUserPassword: true }]);
});

it.each([undefined, 'by RDS'])('a secret of the template’s own is what the database takes (kept: %p)', async (kept) => {
  const database = new DatabaseInMemory('shop-db');
  database.kept = kept;
  const { attributes } = await start(database).create({ ...INSTANCE, DbAdminSecretArn: OWN });
  expect(attributes).toEqual({ DbAdminSecretArn: OWN });
  expect(database).toMatchObject({ password: 'of our own', kept: undefined });
});

it.each<[string, object]>([
  ['of another user', { username: 'postgres', password: 'of our own' }],
  ['without a password', { username: 'the_admin' }],
  ['with a password that RDS refuses', { username: 'the_admin', password: 'hunter2@home' }],
])('a secret %s changes nothing, and is not shown', async (_, value) => {
  keep(value);
  const database = new DatabaseInMemory('shop-db');
  const tried = start(database).create({ ...INSTANCE, DbAdminSecretArn: OWN });
  const error: Error = await tried.then(
    () => Promise.reject(new Error('done')),
    (thrown) => thrown,
  );
  expect(error).toMatchObject({ code: 'resource-failed', faults: [{ where: OWN }] });
  expect(error.message).not.toContain('hunter2');
  expect(database.changes).toEqual([]);
});

it.each([undefined, ''])('changes nothing where nothing was restored (snapshot: %p)', async (Snapshot) => {
  const database = new DatabaseInMemory('shop-db');
  database.kept = database.password;
  const { create, update, remove } = start(database);
  const properties = { ...INSTANCE, Snapshot };
  expect(await create(properties)).toEqual({ id, attributes: { DbAdminSecretArn: 'arn:kept' } });
  await update(properties, properties);
  await update(properties, INSTANCE);
  await remove();
  expect([database.changes, database.tags]).toEqual([[], []]);
});

it('changes nothing a second time: when the request comes again, and on later updates', async () => {
  const database = new DatabaseInMemory('shop-db');
  await start(database).create(INSTANCE);
  await start(database).create(INSTANCE);
  database.tags = [];
  expect(await start(database).update({ ...INSTANCE, SecretKeyArn: '' }, INSTANCE)).toMatchObject({ id });
  expect(database.changes).toHaveLength(1);
});

it('sets it again after another restore, whose tags came with the snapshot, and keeps its id', async () => {
  const database = new DatabaseInMemory('shop-db');
  await start(database).create(INSTANCE);
  Object.assign(database, { resourceId: 'db-DEF', password: 'older', kept: undefined });
  expect(await start(database).update({ ...INSTANCE, Snapshot: 'shop-2027' }, INSTANCE)).toMatchObject({ id });
  expect(database.changes).toHaveLength(2);
  expect(database.password).toBe(database.kept);
});

it('says which database is missing, and that a password is kept nowhere', async () => {
  const database = new DatabaseInMemory('shop-db');
  const { create } = start(database);
  await expect(create({ DbInstanceIdentifier: 'other' })).rejects.toMatchObject({ code: 'resource-failed' });
  await expect(create({ DbInstanceIdentifier: 'shop-db' })).rejects.toThrow(/whose password RDS does not keep/);
});

describe('rights that IAM has not told everywhere yet', () => {
  const denied = () =>
    new RDSServiceException({ name: 'AccessDenied', message: 'not authorized', $fault: 'client', $metadata: {} });

  it('are waited for, at each of its requests', async () => {
    const database = new DatabaseInMemory('shop-db');
    const refused = new Map<unknown, number>();
    const client = start(database, (command) => {
      const times = refused.get(command.constructor) ?? 0;
      refused.set(command.constructor, times + 1);
      if (times < 2) throw denied();
    });
    await client.create(INSTANCE);
    expect(database.password).toBe(database.kept);
    expect(database.changes).toHaveLength(1);
    expect(database.tags).toHaveLength(1);
  });

  it('are not waited for longer than a minute: then it says what was refused', async () => {
    let asked = 0;
    const { create } = start(new DatabaseInMemory('shop-db'), () => {
      asked++;
      throw denied();
    });
    await expect(create(INSTANCE)).rejects.toThrow('not authorized');
    expect(asked).toBe(7);
  });
});

it('ends when its time does', async () => {
  const database = new DatabaseInMemory('shop-db');
  database.busy = Number.POSITIVE_INFINITY;
  const time = new AbortController();
  let looks = 0;
  const resource = restoreSecret({
    rds: database.client((command) => {
      if (command instanceof DescribeDBInstancesCommand && ++looks === 5) time.abort(new Error('time is over'));
    }),
    secrets: new SecretsManagerClient({ region: 'eu-west-1' }),
    pause: async (signal) => signal.throwIfAborted(),
  });
  const owner = { stackId: 's', logicalId: 'Password' };
  await expect(resource.create({ properties: INSTANCE, owner, requestId: 'r', signal: time.signal })).rejects.toThrow(
    'time is over',
  );
  expect(database.changes).toEqual([]);
});

it('whatever breaks off, the next attempt ends with a secret that is the database’s password, marked once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 25 }), { maxLength: 4 }),
      fc.nat({ max: 6 }),
      fc.boolean(),
      fc.boolean(),
      async (breaks, busy, isOwn, isKept) => {
        const database = new DatabaseInMemory('shop-db');
        database.busy = busy;
        if (isKept) database.kept = 'before';
        const properties = isOwn ? { ...INSTANCE, DbAdminSecretArn: OWN } : INSTANCE;
        for (const request of [...breaks, Number.POSITIVE_INFINITY]) {
          let requests = 0;
          const broken = () => {
            if (++requests >= request) throw new Error('broken off');
          };
          await start(database, broken)
            .create(properties)
            .catch((error: Error) => expect(error.message).toBe('broken off'));
        }
        expect(database.password).toBe(isOwn ? 'of our own' : database.kept);
        expect(database.changes.length).toBeLessThanOrEqual(breaks.length + 1);
        expect(database.tags).toEqual([{ Key: 'bitclouded:password-set', Value: 'db-ABC' }]);
      },
    ),
  );
});

it('marks the database only when the password is set', async () => {
  const database = new DatabaseInMemory('shop-db');
  await start(database, (command) => {
    if (command instanceof AddTagsToResourceCommand) expect(database.password).toBe(database.kept);
  }).create(INSTANCE);
  expect(database.tags).toHaveLength(1);
});

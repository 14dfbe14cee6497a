import { basename } from 'node:path';
import { ServiceNotFoundException } from '@aws-sdk/client-ecs';
import { AccountInMemory, SECRET } from './account-in-memory.ts';
import definition from './lambda.ts';
import { DEPLOYED } from './secret.ts';

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

async function rotate(account: AccountInMemory, steps = STEPS): Promise<string> {
  const token = account.secret.begin();
  for (const step of steps) await account.step(step, token);
  return token;
}

function failureOf(tried: Promise<unknown>): Promise<{ code: string; message: string }> {
  return tried.then(
    () => Promise.reject(new Error('it was done')),
    (error) => error,
  );
}

it('gives the secret the other user and a new password, and keeps what else is in it', async () => {
  const account = new AccountInMemory();
  const token = await rotate(account);
  expect(account.secret.holderOf('AWSCURRENT')).toBe(token);
  expect(account.secret.current).toEqual({
    username: 'shop_clone',
    password: 'generated 1',
    dbname: 'shop',
    note: 'kept',
  });
  await rotate(account);
  expect(account.secret.current).toMatchObject({ username: 'shop', password: 'generated 2' });
  expect([...account.users]).toEqual([
    ['shop', 'generated 2'],
    ['shop_clone', 'generated 1'],
  ]);
});

it('leaves the login that is in use alone until the new one is current', async () => {
  const account = new AccountInMemory();
  await rotate(account, ['createSecret', 'setSecret', 'testSecret']);
  expect(account.secret.current.username).toBe('shop');
  expect(account.isRight(account.secret.current)).toBe(true);
});

it('changes nothing when a step comes again, in a rotation and after it', async () => {
  const account = new AccountInMemory();
  const service = account.addService('apps/web');
  const token = await rotate(account, ['createSecret', 'createSecret', 'setSecret', 'setSecret']);
  expect(account.users.get('shop_clone')).toBe('generated 1');
  await rotate(account, ['testSecret', 'finishSecret']);
  const done = JSON.stringify([account.secret.current, [...account.users], service.deployments]);
  for (const step of STEPS) await account.step(step, token);
  expect(JSON.stringify([account.secret.current, [...account.users], service.deployments])).toBe(done);
});

it('writes one password when a step comes twice at once', async () => {
  const account = new AccountInMemory();
  const token = account.secret.begin();
  await Promise.all([account.step('createSecret', token), account.step('createSecret', token)]);
  await rotate(account, ['setSecret', 'testSecret', 'finishSecret']);
  expect(account.secret.current.password).toBe('generated 1');
});

it('leaves a secret behind that can rotate after somebody put a value by hand', async () => {
  const account = new AccountInMemory();
  await rotate(account);
  account.secret.putByHand();
  expect(account.secret.holderOf('AWSPENDING')).toBeUndefined();
  await rotate(account);
  expect(account.secret.current.username).toBe('shop');
});

it('tests the current login for Secrets Manager where it tries a new configuration', async () => {
  const account = new AccountInMemory();
  await rotate(account, ['testSecret']);
  expect(account.calls).toContain('logIn');
});

it('makes nothing current that does not log in', async () => {
  const account = new AccountInMemory();
  const token = await rotate(account, ['createSecret']);
  await expect(account.step('finishSecret', token)).rejects.toThrow('wrong password');
  expect(account.secret.holderOf('AWSCURRENT')).not.toBe(token);
});

describe('services', () => {
  const deployments = ({ deployments }: { deployments: readonly unknown[] }) => deployments.length;

  it('are deployed anew where their tag names the secret, in the cluster alone', async () => {
    const account = new AccountInMemory();
    const ours = Array.from({ length: 123 }, (_, at) => account.addService(`apps/web${at}`));
    const others = [account.addService('apps/other', `${SECRET}-other`), account.addService('elsewhere/web')];
    await rotate(account);
    expect(ours.map(deployments)).toEqual(ours.map(() => 2));
    expect(others.map(deployments)).toEqual([1, 1]);
  });

  it('are found in every cluster where none is named', async () => {
    const account = new AccountInMemory({ CLUSTER_NAME: '' });
    const ours = [account.addService('apps/web'), account.addService('elsewhere/web')];
    await rotate(account);
    expect(ours.map(deployments)).toEqual([2, 2]);
  });

  it('that ECS refuses are told after the others had their turn, and deployed by a retry', async () => {
    const account = new AccountInMemory();
    const [bad, gone, good] = ['bad', 'gone', 'good'].map((name) => account.addService(`apps/${name}`));
    bad!.refusal = Object.assign(new Error('not allowed'), { name: 'AccessDeniedException' });
    gone!.refusal = new ServiceNotFoundException({ message: 'gone', $metadata: {} });
    const failure = await failureOf(rotate(account));
    expect(failure).toMatchObject({ code: 'deploy-failed' });
    expect(failure.message).toMatch(/service\/apps\/bad[\s\S]+AccessDeniedException/);
    expect(failure.message).not.toMatch(/good|gone|generated/);
    expect([bad!, good!].map(deployments)).toEqual([1, 2]);
    delete bad!.refusal;
    await account.step('finishSecret', account.secret.holderOf('AWSCURRENT')!);
    expect(deployments(bad!)).toBe(2);
    expect(account.secret.holderOf(DEPLOYED)).toBe(account.secret.holderOf('AWSCURRENT'));
  });

  it('that still run with the other user keep its password from changing', async () => {
    const account = new AccountInMemory();
    const service = account.addService('apps/web');
    await rotate(account);
    expect(await failureOf(rotate(account))).toMatchObject({ code: 'services-behind' });
    expect(account.users.get('shop')).toBe('the first one');
    account.services.roll(service);
    await rotate(account);
    expect(account.users.get('shop')).toBe('generated 2');
  });
});

describe('refuses', () => {
  it.each<[string, (account: AccountInMemory) => Promise<unknown>, string]>([
    ['a step without a rotation', (account) => account.step('setSecret', 'v9'), 'no-rotation'],
    [
      'a version that waits no more',
      async (account) => {
        const token = await rotate(account, ['createSecret']);
        account.secret.cancel();
        await account.step('setSecret', token);
      },
      'no-rotation',
    ],
    [
      'a secret that does not rotate',
      async (account) => {
        account.secret.isRotating = false;
        await rotate(account);
      },
      'no-rotation',
    ],
    [
      'a new password for the user that is in use',
      async (account) => {
        await rotate(account, ['createSecret']);
        account.users.set('shop_clone', 'by hand, for now');
        account.secret.putByHand({ username: 'shop_clone', password: 'by hand, for now' });
        await rotate(account, ['setSecret']);
      },
      'wrong-user',
    ],
    ['another event', (account) => account.step('toString', account.secret.begin()), 'unknown-event'],
    ['an event without a version', (account) => account.step('setSecret', ''), 'unknown-event'],
    ['a setting that is no good', () => rotate(new AccountInMemory({ DB_PORT: 'x' })), 'bad-environment'],
    [
      'the administrator’s user',
      async (account) => {
        account.admin = { username: 'shop_clone', password: 'of the administrator' };
        await rotate(account);
      },
      'secret-unfit',
    ],
    [
      'an administrator’s secret without a login',
      async (account) => {
        account.admin = {};
        await rotate(account);
      },
      'secret-unfit',
    ],
    [
      'a secret without a login',
      async (account) => {
        account.secret.putByHand({ password: 'hunter2-hunter2' });
        await rotate(account);
      },
      'secret-unfit',
    ],
  ])('%s, and changes no password', async (_, work, code) => {
    const account = new AccountInMemory();
    const failure = await failureOf(work(account));
    expect(failure).toMatchObject({ code });
    expect(failure.message).not.toMatch(/hunter2|first one|generated|by hand|of the administrator/);
    expect(account.users.get('shop')).toBe('the first one');
    expect(account.users.get('shop_clone')).not.toBe('generated 1');
  });
});

describe('the definition', () => {
  it('grants exactly what is sent, and what opens and closes the secrets', async () => {
    const account = new AccountInMemory({ CLUSTER_NAME: '' });
    account.addService('apps/web');
    const sent = new Set<string>();
    const token = account.secret.begin();
    for (const step of STEPS) {
      await account.step(step, token);
      for (const call of account.calls) sent.add(call.replace(/Command$/, ''));
    }
    const granted = Object.values(definition.grants).flatMap(({ actions }) => [...actions]);
    expect([...new Set(granted.map((action) => action.split(':')[1]!))].sort()).toEqual(
      [...sent, 'Decrypt', 'GenerateDataKey'].filter((name) => !['prepare', 'logIn'].includes(name)).sort(),
    );
  });

  it('has the name of its folder', () => expect(definition.name).toBe(basename(__dirname)));
});

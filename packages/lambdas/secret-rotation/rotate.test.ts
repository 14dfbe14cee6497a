import fc from 'fast-check';
import { AccountInMemory, type Break } from './account-in-memory.ts';
import { DEPLOYED } from './secret.ts';
import type { SecretInMemory } from './secret-in-memory.ts';

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

type Version = 'waiting' | 'current' | 'any';
/** What others do, to the secret or to the service. */
const OTHERS = {
  begin: ({ secret }) => secret.begin(),
  'put the same': ({ secret }) => secret.putByHand(),
  'change the password': (account) => {
    const changed = { ...account.secret.current, password: `by hand ${account.secret.versions.size}` };
    account.users.set(changed.username, changed.password);
    account.secret.putByHand(changed);
    deployToTheEnd(account);
  },
  cancel: ({ secret }) => secret.cancel(),
  deploy: ({ services }) => services.deploy(services.running[0]!),
  'deploy to the end': deployToTheEnd,
  roll: ({ services }) => services.roll(services.running[0]!),
  'roll back': ({ secret, services }) => {
    const [service] = services.running;
    if (service!.deployments.at(-1)!.createdAt < secret.currentCreated) services.rollBack(service!);
  },
  refuse: ({ services }) => {
    services.running[0]!.refusal = new Error('AccessDenied');
  },
  accept: ({ services }) => {
    delete services.running[0]!.refusal;
  },
} as const satisfies Record<string, (account: AccountInMemory) => void>;

function deployToTheEnd({ services }: AccountInMemory): void {
  services.deploy(services.running[0]!);
  services.roll(services.running[0]!);
}

type Other = keyof typeof OTHERS;
type Happening =
  | Other
  /** Secrets Manager rotates, and tries as often as there are breaks; others do something between two steps. */
  | { readonly tries: readonly (Break | undefined)[]; readonly meanwhile: readonly Other[] }
  /** One step, of whatever version, at whatever time. */
  | { readonly step: string; readonly version: Version; readonly at: Break | undefined };

const at = fc.option(fc.record({ atCall: fc.integer({ min: 1, max: 14 }), after: fc.boolean() }), { nil: undefined });
const other = fc.constantFrom(...(Object.keys(OTHERS) as Other[]));
const happening: fc.Arbitrary<Happening> = fc.oneof(
  other,
  fc.record({
    tries: fc.array(at, { minLength: 1, maxLength: 3 }),
    meanwhile: fc.array(other, { maxLength: 3 }),
  }),
  fc.record({
    step: fc.constantFrom(...STEPS),
    version: fc.constantFrom<Version>('waiting', 'current', 'any'),
    at,
  }),
);

async function happen(account: AccountInMemory, each: Happening, at: number): Promise<void> {
  if (typeof each === 'string') return void OTHERS[each](account);
  if ('step' in each)
    return account.step(each.step, versionOf(account.secret, each.version, at), each.at).catch(() => {});
  const token = account.secret.begin();
  for (const attempt of each.tries) await tryAll(account, token, attempt, each.meanwhile).catch(() => {});
}

async function tryAll(
  account: AccountInMemory,
  token: string,
  at?: Break,
  meanwhile: readonly Other[] = [],
): Promise<void> {
  for (const step of STEPS) {
    if (step === 'finishSecret') for (const each of meanwhile) OTHERS[each](account);
    await account.step(step, token, at);
  }
}

function versionOf(secret: SecretInMemory, which: Version, at: number): string {
  const ids = [...secret.versions.keys()];
  if (which === 'any') return ids[at % ids.length]!;
  return secret.holderOf(which === 'waiting' ? 'AWSPENDING' : 'AWSCURRENT') ?? ids[0]!;
}

it('ends with a login that all have, and none stops working at any moment, whatever breaks and comes again', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 12 }), async (happenings) => {
      const account = new AccountInMemory();
      const service = account.addService('apps/web');
      for (const [at, each] of happenings.entries()) await happen(account, each, at);
      expect(account.wrongs).toEqual([]);

      delete service.refusal;
      const token = await rotateInTheEnd(account);
      account.services.roll(service);
      expect(account.wrongs).toEqual([]);
      expect(account.isRight(account.secret.current)).toBe(true);
      expect(['AWSCURRENT', DEPLOYED].map((label) => account.secret.holderOf(label))).toEqual([token, token]);
      expect(service.deployments).toMatchObject([{ tasks: [{ username: account.secret.current.username }] }]);
    }),
    { numRuns: 400 },
  );
});

/** Rotates as the remedies of its errors say. @returns the version that it made */
async function rotateInTheEnd(account: AccountInMemory): Promise<string> {
  const { secret, services } = account;
  const before = secret.holderOf('AWSCURRENT');
  for (let tries = 0; tries < 5; tries += 1) {
    services.roll(services.running[0]!);
    const token = secret.begin();
    const code = await tryAll(account, token).then(
      () => undefined,
      (error: { code: string }) => error.code,
    );
    if (code === undefined && token !== before) return token;
    expect([undefined, 'services-behind', 'wrong-user']).toContain(code);
    if (code === 'wrong-user') secret.cancel();
  }
  throw new Error('it does not come to an end');
}

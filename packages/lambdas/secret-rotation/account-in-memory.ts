import { ECSClient } from '@aws-sdk/client-ecs';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type Engine, type Login, mysql } from '@bitclouded/kit/databases';
import { createHandler } from './handler.ts';
import { SecretInMemory } from './secret-in-memory.ts';
import { type Running, ServicesInMemory } from './services-in-memory.ts';

export const SECRET = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:app-a1b2c3';
const ADMIN_SECRET = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:admin-a1b2c3';
const ENVIRONMENT = {
  DB_ENDPOINT: 'db.example.com',
  DB_PORT: '3306',
  DB_ENGINE: 'mysql',
  DB_ADMIN_SECRET_ARN: ADMIN_SECRET,
  APP_DB_NAME: 'shop',
  CLUSTER_NAME: 'apps',
};
const FIRST = { username: 'shop', password: 'the first one', dbname: 'shop', note: 'kept' };

/** A break of the function: at the call of this number, before or after it had its effect. */
export interface Break {
  readonly atCall: number;
  readonly after: boolean;
}

/** A secret, a database server and services, with one time for all, and the function before them. */
export class AccountInMemory {
  #seconds = 1_800_000_000;
  #passwords = 0;
  admin: object = { username: 'admin', password: 'of the administrator' };
  readonly secret = new SecretInMemory(SECRET, FIRST, () => this.#now());
  readonly services = new ServicesInMemory(
    () => this.#now(),
    () => this.secret.current,
  );
  /** Passwords by user, as `db-bootstrap` left them. */
  readonly users = new Map([[FIRST.username, FIRST.password]]);
  /** What was wrong, at any moment. */
  readonly wrongs: string[] = [];
  /** The calls of the step, by name. */
  calls: string[] = [];
  readonly #handle: ReturnType<typeof createHandler>;
  #break: Break | undefined;

  constructor(environment: Partial<typeof ENVIRONMENT> = {}) {
    const send = async (command: object) =>
      this.#call(command.constructor.name, () => this.#adminSecret(command) ?? this.#answer(command));
    this.#handle = createHandler({
      secrets: Object.assign(new SecretsManagerClient({ region: 'eu-west-1' }), { send }),
      ecs: Object.assign(new ECSClient({ region: 'eu-west-1' }), { send }),
      engines: { mysql: this.#engine() },
      environment: { ...ENVIRONMENT, ...environment },
      readAuthorities: async () => 'PEM',
      newPassword: () => {
        this.#passwords += 1;
        return `generated ${this.#passwords}`;
      },
      logger: { info: () => {} },
    });
  }

  async step(Step: string, ClientRequestToken: string, at?: Break): Promise<void> {
    this.calls = [];
    this.#break = at;
    const event = { Step, SecretId: SECRET, ClientRequestToken };
    await this.#handle(event as never, { getRemainingTimeInMillis: () => 60_000 });
  }

  addService(name: string, secretArn = SECRET): Running {
    return this.services.add(name, secretArn);
  }

  isRight({ username, password }: Login): boolean {
    return this.users.get(username) === password;
  }

  /** One call of the function's: it may break before or after, and nothing may be wrong at any time. */
  #call<T>(name: string, work: () => T): T {
    this.calls.push(name);
    const isTheOne = this.#break?.atCall === this.calls.length;
    if (isTheOne && !this.#break!.after) throw new Error('broken before');
    const result = work();
    if (!this.isRight(this.secret.current)) this.wrongs.push(`after ${name} the current version does not log in`);
    const tasks = this.services.running.flatMap(({ deployments }) => deployments.flatMap((each) => each.tasks));
    if (!tasks.every((task) => this.isRight(task))) this.wrongs.push(`after ${name} a task does not log in`);
    if (isTheOne) throw new Error('broken after');
    return result;
  }

  #adminSecret(command: object): object | undefined {
    if (!(command instanceof GetSecretValueCommand) || command.input.SecretId !== ADMIN_SECRET) return undefined;
    return { SecretString: JSON.stringify(this.admin), CreatedDate: new Date(0) };
  }

  #answer(command: object): object | undefined {
    return this.secret.answer(command) ?? this.services.answer(command);
  }

  #engine(): Engine {
    return {
      longestUsername: mysql.longestUsername,
      prepare: async (_, __, { username, password }) =>
        this.#call('prepare', () => void this.users.set(username, password)),
      logIn: async (_, login) =>
        this.#call('logIn', () => {
          if (!this.isRight(login)) throw new Error('wrong password');
        }),
    };
  }

  #now(): Date {
    this.#seconds += 1;
    return new Date(this.#seconds * 1000);
  }
}

import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { CustomResourceError, type CustomResourceErrorCode } from '@bitclouded/kit/custom-resource';
import { NAME, type Properties } from './properties.ts';
import type { Engine, Login } from './server.ts';

/** Printable ASCII: what every driver and server takes as it stands, without a normal form to agree on. */
const PASSWORD = /^[\x20-\x7e]{8,128}$/;

interface Logins {
  readonly admin: Login;
  readonly application: Login;
}

/**
 * Reads both secrets as they are current, and checks that they can go together.
 * @throws CustomResourceError `resource-failed` with every fault; a value of a secret is never repeated
 */
export async function readLogins(
  client: SecretsManagerClient,
  { DbAdminSecretArn, AppDbSecretArn, AppDbName }: Properties,
  engine: Engine,
  abortSignal: AbortSignal,
): Promise<Logins> {
  const [admin, application] = await Promise.all(
    [DbAdminSecretArn, AppDbSecretArn].map((arn) => readSecret(client, arn, abortSignal)),
  );
  const longest = engine.longestUsername;
  const faults = [
    ...fieldFaults(DbAdminSecretArn, admin!, { username: /^.+$/s, password: /^.+$/s }),
    ...fieldFaults(AppDbSecretArn, application!, { username: NAME, password: PASSWORD }),
    // A secret without a database's name is as good.
    ...(application!.dbname === undefined || application!.dbname === AppDbName
      ? []
      : [secretFault(AppDbSecretArn, 'a dbname that is not AppDbName', `dbname ${AppDbName}, or none`)]),
    ...(String(application!.username).length > longest
      ? [secretFault(AppDbSecretArn, 'a username that is too long', `at most ${longest} characters`)]
      : []),
    ...(application!.username === admin!.username
      ? [secretFault(AppDbSecretArn, 'the administrator’s username', 'a user of the application’s own')]
      : []),
  ];
  if (faults.length > 0) throw new CustomResourceError(faults);
  return { admin: admin as unknown as Login, application: application as unknown as Login };
}

type Fields = Readonly<Record<string, unknown>>;

async function readSecret(client: SecretsManagerClient, arn: string, abortSignal: AbortSignal): Promise<Fields> {
  try {
    const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: arn }), { abortSignal });
    const value: unknown = JSON.parse(SecretString);
    return typeof value === 'object' && value !== null ? (value as Fields) : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    if (!(error instanceof ResourceNotFoundException)) throw error;
    throw new CustomResourceError(secretFault(arn, 'no such secret, or none with a value', 'a secret'), {
      cause: error,
    });
  }
}

function fieldFaults(arn: string, fields: Fields, wanted: Readonly<Record<keyof Login, RegExp>>) {
  return Object.entries(wanted)
    .filter(([name, pattern]) => typeof fields[name] !== 'string' || !pattern.test(fields[name]))
    .map(([name, pattern]) =>
      secretFault(arn, `no ${name} that fits`, `JSON with a ${name} that is ${pattern.source}`),
    );
}

function secretFault(where: string, received: string, expected: string) {
  return {
    code: 'resource-failed' as CustomResourceErrorCode,
    where,
    received,
    expected,
    remedy: 'correct the secret’s value, or name another secret, and try the stack again',
  };
}

import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { CustomResourceError } from '@bitclouded/kit/custom-resource';
import {
  adminFaults,
  applicationFaults,
  DatabaseError,
  type Engine,
  type Fields,
  type Login,
  secretFields,
} from '@bitclouded/kit/databases';
import type { Properties } from './properties.ts';

interface Logins {
  readonly admin: Login;
  readonly application: Login;
}

/**
 * Reads both secrets as they are current, and checks that they can go together.
 * @throws DatabaseError `secret-unfit` with every fault; CustomResourceError `resource-failed` where there is none
 */
export async function readLogins(
  client: SecretsManagerClient,
  { DbAdminSecretArn, AppDbSecretArn, AppDbName }: Properties,
  engine: Engine,
  abortSignal: AbortSignal,
): Promise<Logins> {
  const [admin = {}, application = {}] = await Promise.all(
    [DbAdminSecretArn, AppDbSecretArn].map((arn) => readSecret(client, arn, abortSignal)),
  );
  const faults = [
    ...adminFaults(DbAdminSecretArn, admin),
    ...applicationFaults(AppDbSecretArn, application, { database: AppDbName, engine, admin }),
  ];
  if (faults.length > 0) throw new DatabaseError(faults);
  return { admin: admin as unknown as Login, application: application as unknown as Login };
}

async function readSecret(client: SecretsManagerClient, arn: string, abortSignal: AbortSignal): Promise<Fields> {
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }), { abortSignal });
    return secretFields(SecretString);
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    throw new CustomResourceError(
      {
        code: 'resource-failed',
        where: arn,
        received: 'no such secret, or none with a value',
        expected: 'a secret',
        remedy: 'correct the secret’s value, or name another secret, and try the stack again',
      },
      { cause: error },
    );
  }
}

import {
  InvalidDBClusterStateFault,
  InvalidDBInstanceStateFault,
  type RDSClient,
  RDSServiceException,
} from '@aws-sdk/client-rds';
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type CustomResource, CustomResourceError, type Made, type Request } from '@bitclouded/kit/custom-resource';
import {
  changePassword,
  type Database,
  isHandled,
  markHandled,
  type PasswordChange,
  readDatabaseState,
} from './databases.ts';
import { type Properties, readDatabase } from './properties.ts';

export interface Dependencies {
  readonly rds: RDSClient;
  readonly secrets: SecretsManagerClient;
  /** Between two looks at the database. @throws when the signal ends it */
  readonly pause: (signal: AbortSignal) => Promise<unknown>;
}

/** RDS answers a change before its state shows it: so many looks in a row must find the database at rest. */
const LOOKS_AT_REST = 3;
/** Pauses that IAM is given: where a restore replaces a database, the role names the new one only since a moment ago. */
const PAUSES_FOR_RIGHTS = 6;

/**
 * The agreement between a restored database and the secret of its administrator. A restore brings the password of the
 * time of the snapshot, which no secret of the new database has. Set once after each restore, and never otherwise.
 */
export function restoreSecret({ rds, secrets, pause }: Dependencies): CustomResource<Properties> {
  async function ensure({ properties, signal }: Pick<Request<Properties>, 'properties' | 'signal'>): Promise<Database> {
    const found = await allowed(signal, () => readDatabaseState(rds, properties, signal));
    if (!properties.Snapshot || isHandled(found)) return found;
    await setPassword(properties, signal);
    const settled = await atRest(properties, signal, LOOKS_AT_REST);
    // Last: a run that breaks off before sets the password once more, and no harm is done.
    await allowed(signal, () => markHandled(rds, settled, signal));
    return settled;
  }

  async function allowed<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    for (let left = PAUSES_FOR_RIGHTS; ; left--)
      try {
        return await work();
      } catch (error) {
        if (left === 0 || !(error instanceof RDSServiceException && error.name.startsWith('AccessDenied'))) throw error;
        await pause(signal);
      }
  }

  async function setPassword(properties: Properties, signal: AbortSignal): Promise<void> {
    for (;;) {
      const database = await atRest(properties, signal, 1);
      try {
        const change = await changeFor(database, properties, signal);
        return await allowed(signal, () => changePassword(rds, properties, change, signal));
      } catch (error) {
        // Something else, such as the first backup, began in between.
        if (!(error instanceof InvalidDBInstanceStateFault || error instanceof InvalidDBClusterStateFault)) throw error;
        await pause(signal);
      }
    }
  }

  async function changeFor(
    database: Database,
    properties: Properties,
    abortSignal: AbortSignal,
  ): Promise<PasswordChange> {
    const { DbAdminSecretArn: SecretId, SecretKeyArn } = properties;
    if (!SecretId) {
      if (database.secret) return { RotateMasterUserPassword: true };
      return { ManageMasterUserPassword: true, ...(SecretKeyArn && { MasterUserSecretKmsKeyId: SecretKeyArn }) };
    }
    const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId }), { abortSignal });
    const MasterUserPassword = passwordIn(SecretString ?? '', SecretId, database);
    // A database takes no password while RDS keeps it.
    return { MasterUserPassword, ...(database.secret && { ManageMasterUserPassword: false }) };
  }

  async function atRest(properties: Properties, signal: AbortSignal, looks: number): Promise<Database> {
    for (let quiet = 0; ; ) {
      const database = await readDatabaseState(rds, properties, signal);
      quiet = isAtRest(database) ? quiet + 1 : 0;
      if (quiet === looks) return database;
      await pause(signal);
    }
  }

  const made = (id: string, properties: Properties, database: Database): Made => ({
    id,
    attributes: { DbAdminSecretArn: secretOf(database, properties) },
  });

  return {
    read: readDatabase,
    owns: (id) => /^(?:cluster|instance):/.test(id),
    async create({ properties, signal }) {
      const id = properties.DbClusterIdentifier
        ? `cluster:${properties.DbClusterIdentifier}`
        : `instance:${properties.DbInstanceIdentifier}`;
      return made(id, properties, await ensure({ properties, signal }));
    },
    async update({ properties, signal, id, old }) {
      // The same restore as before, which went well then, whatever became of its mark.
      const same = (['DbInstanceIdentifier', 'DbClusterIdentifier', 'Snapshot'] as const).every(
        (name) => (old[name] ?? '') === (properties[name] ?? ''),
      );
      if (!same) return made(id, properties, await ensure({ properties, signal }));
      return made(id, properties, await allowed(signal, () => readDatabaseState(rds, properties, signal)));
    },
    // The password is the database's, and goes with it.
    async remove() {},
  };
}

/** Sources: Amazon RDS User Guide, "Viewing Amazon RDS DB instance status"; API Reference, MasterUserSecret. */
function isAtRest({ status, isPasswordPending, secret }: Database): boolean {
  return status === 'available' && !isPasswordPending && !['creating', 'rotating'].includes(secret?.SecretStatus ?? '');
}

function secretOf({ secret, arn }: Database, { DbAdminSecretArn }: Properties): string {
  const kept = DbAdminSecretArn || secret?.SecretArn;
  if (kept) return kept;
  throw new CustomResourceError({
    code: 'resource-failed',
    where: arn,
    received: 'a database whose password RDS does not keep',
    expected: 'a secret',
    remedy: 'set ManageMasterUserPassword of the database, or give DbAdminSecretArn',
  });
}

/** Source of the characters: Amazon RDS API Reference, ModifyDBInstance, MasterUserPassword. */
const PASSWORD = /^(?!.*[/"@])[\x20-\x7e]{8,128}$/;

function passwordIn(text: string, where: string, { username }: Database): string {
  const fields = fieldsOf(text);
  if (fields.username === username && typeof fields.password === 'string' && PASSWORD.test(fields.password))
    return fields.password;
  throw new CustomResourceError({
    code: 'resource-failed',
    where,
    received: fields.username === username ? 'no password that RDS takes' : `a username that is not ${username}`,
    expected: `JSON with the username ${username}, and a password of at least 8 printable ASCII characters without / " @`,
    remedy: 'correct the secret’s value: a restore keeps the administrator’s name of its snapshot',
  });
}

function fieldsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

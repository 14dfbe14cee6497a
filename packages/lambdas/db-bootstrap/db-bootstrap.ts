import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { CustomResource, Made, Request } from '@bitclouded/kit/custom-resource';
import type { Engine } from '@bitclouded/kit/databases';
import { type Properties, readDatabase } from './properties.ts';
import { readLogins } from './secrets.ts';

export interface Dependencies {
  readonly secrets: SecretsManagerClient;
  readonly engines: Readonly<Record<string, Engine>>;
  /** The authorities that servers are trusted by, as PEM. @throws DatabaseError `no-authorities` */
  readonly readAuthorities: () => Promise<string>;
}

/**
 * An application's database and user: made where they are absent, found where they are there. Nothing is ever removed
 * or changed but the user's password and rights. The id is the database's address: on another server it is another.
 */
export function dbBootstrap({ secrets, engines, readAuthorities }: Dependencies): CustomResource<Properties> {
  async function ensure({ properties, signal }: Request<Properties>): Promise<Made> {
    const { DbEndpoint, DbPort, DbEngine, AppDbName } = properties;
    const engine = engines[DbEngine]!;
    const [ca, logins] = await Promise.all([readAuthorities(), readLogins(secrets, properties, engine, signal)]);
    const endpoint = { host: DbEndpoint, port: Number(DbPort), ca };
    const application = { ...logins.application, database: AppDbName };
    await engine.prepare(endpoint, logins.admin, application, signal);
    await engine.logIn(endpoint, application, signal);
    return { id: `${DbEndpoint}/${AppDbName}`, attributes: { AppDbName } };
  }

  return {
    read: readDatabase,
    owns: (id) => id.includes('/'),
    create: ensure,
    update: ensure,
    // Data outlives the stack that it was made for.
    async remove() {},
  };
}

import type { Fault } from '@bitclouded/documents/fault-error';
import type { DatabaseErrorCode } from './database-error.ts';
import type { Engine } from './server.ts';
import { firstUser } from './users.ts';

/** What a secret's JSON has. */
export type Fields = Readonly<Record<string, unknown>>;

/** A name that needs no quotes in any client's configuration, and of which the two users' names can be told. */
const USERNAME = /^(?!.*_clone_clone$)[A-Za-z][A-Za-z0-9_-]*$/;
/** Printable ASCII: what every driver and server takes as it stands, without a normal form to agree on. */
const PASSWORD = /^[\x20-\x7e]{8,128}$/;

/** The fields of a secret's text; none where it is no JSON object. */
export function secretFields(text = ''): Fields {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Fields) : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

/** Why a secret is no administrator's login; nothing where it is one. A value of it is never repeated. */
export function adminFaults(arn: string, admin: Fields): Fault<DatabaseErrorCode>[] {
  return fieldFaults(arn, admin, { username: /^.+$/s, password: /^.+$/s });
}

/**
 * Why a secret is no login of one of an application's two users; nothing where it is one. A value is never repeated.
 * @param beside the application's database and server
 */
export function applicationFaults(
  arn: string,
  application: Fields,
  { database, engine, admin }: { readonly database: string; readonly engine: Engine; readonly admin?: Fields },
): Fault<DatabaseErrorCode>[] {
  const longest = engine.longestUsername;
  return [
    ...fieldFaults(arn, application, { username: USERNAME, password: PASSWORD }),
    // A secret without a database's name is as good.
    ...(application.dbname === undefined || application.dbname === database
      ? []
      : [secretFault(arn, 'the dbname of another database', `dbname ${database}, or none`)]),
    ...(firstUser(String(application.username)).length > longest
      ? [secretFault(arn, 'a username that is too long', `at most ${longest} characters`)]
      : []),
    ...(admin && application.username === admin.username
      ? [secretFault(arn, 'the administrator’s username', 'a user of the application’s own')]
      : []),
  ];
}

function fieldFaults(arn: string, fields: Fields, wanted: Readonly<Record<string, RegExp>>) {
  return Object.entries(wanted)
    .filter(([name, pattern]) => typeof fields[name] !== 'string' || !pattern.test(fields[name]))
    .map(([name, pattern]) =>
      secretFault(arn, `no ${name} that fits`, `JSON with a ${name} that is ${pattern.source}`),
    );
}

function secretFault(where: string, received: string, expected: string): Fault<DatabaseErrorCode> {
  return {
    code: 'secret-unfit',
    where,
    received,
    expected,
    remedy: 'correct the secret’s value, or name another secret, and try again',
  };
}

import { DatabaseError } from './database-error.ts';

/** Where a server listens, and whom to trust that it is the one. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** The authorities of its certificate, as PEM: no other is trusted. */
  readonly ca: string;
}

export interface Login {
  readonly username: string;
  readonly password: string;
}

export interface Application extends Login {
  readonly database: string;
}

/** What is done to a server of one kind; every connection is by TLS, with certificate and name verified. */
export interface Engine {
  /** Characters; leaves room for the name of a second user, `<username>_clone`. */
  readonly longestUsername: number;
  /**
   * Makes the database and the user where they are absent, and gives the user its password and the rights to this
   * database. What is there stays. Safe to repeat, after a break at any statement too.
   * @throws DatabaseError `unreachable`; `refused`; `name-taken` when the server has a database or a user of these
   *   names that belongs to something else
   */
  prepare(endpoint: Endpoint, admin: Login, application: Application, signal: AbortSignal): Promise<void>;
  /** Logs in to the database as the application will. @throws DatabaseError `unreachable` */
  logIn(endpoint: Endpoint, application: Application, signal: AbortSignal): Promise<void>;
}

/**
 * A connection takes this long at most. Aurora that sleeps at no capacity takes half a minute or more to wake.
 * Source: Aurora User Guide, "Scaling to Zero ACUs with automatic pause and resume for Aurora Serverless v2".
 */
export const CONNECT_TIMEOUT_MS = 45_000;
/** One statement; longest is the wait for another function on the same server. */
export const STATEMENT_TIMEOUT_MS = 60_000;
/** Whoever makes users and databases holds this lock, so that two of them do not mix. Earlier releases hold it too. */
export const LOCK = 'bitclouded:db-bootstrap';

/** A connection that did not come about. */
export function unreachable({ host, port }: Endpoint, { username }: Login, cause: unknown): DatabaseError {
  return new DatabaseError(
    {
      code: 'unreachable',
      where: `${host}:${port}`,
      received: wordOf(cause),
      expected: `a verified TLS connection as ${username}`,
      remedy:
        'let the function’s security group reach the port, use the server’s own host name, have its authority in DATABASE_CA_FILE, and see that the secret has the password of the user',
    },
    { cause },
  );
}

/** A statement that failed. It is named, and neither it nor the server's quotation of it is repeated: it may hold a password. */
export function refused({ host, port }: Endpoint, statement: string, cause: unknown): DatabaseError {
  return new DatabaseError({
    code: 'refused',
    where: `${host}:${port}`,
    received: `${codeOf(cause) ?? 'an error'} while it was to ${statement}`,
    expected: 'a server that does it for its administrator',
    remedy: 'look the code up in the server’s manual and see the server’s log, then try again',
  });
}

/** A name that somebody else has. */
export function taken({ host, port }: Endpoint, received: string, remedy: string): DatabaseError {
  return new DatabaseError({
    code: 'name-taken',
    where: `${host}:${port}`,
    received,
    expected: 'names that nobody has, or that were given to the same application',
    remedy,
  });
}

function wordOf(cause: unknown): string {
  const code = codeOf(cause);
  const message = cause instanceof Error ? cause.message : String(cause);
  return code === undefined ? message : `${code}: ${message}`;
}

function codeOf(cause: unknown): string | undefined {
  const code = (cause as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

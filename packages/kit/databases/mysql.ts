import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { grantPattern, quoteName as name, quoteText as text } from './quote-mysql.ts';
import {
  type Application,
  CONNECT_TIMEOUT_MS,
  type Endpoint,
  type Engine,
  LOCK,
  type Login,
  refused,
  STATEMENT_TIMEOUT_MS,
  taken,
  unreachable,
} from './server.ts';
import { CLONE_LENGTH, usersOf } from './users.ts';

/**
 * All rights to a database by their names: "ALL" in MariaDB holds one that the administrator of RDS cannot give away.
 * Source: MySQL Reference Manual, "Privileges Provided by MySQL", those of the level of databases.
 */
const RIGHTS = `SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, REFERENCES, INDEX, ALTER, CREATE TEMPORARY TABLES,
  LOCK TABLES, EXECUTE, CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, EVENT, TRIGGER`;
/** Seconds; less than a statement's time. */
const LOCK_WAIT_SECONDS = 45;

/** MySQL, and MariaDB. What is in a database belongs to nobody: each user of an application has all rights to it. */
export const mysql: Engine = {
  // Source: MySQL Reference Manual, "Account User Names and Passwords": 32 characters.
  longestUsername: 32 - CLONE_LENGTH,

  async prepare(endpoint, admin, application, signal) {
    await inSession(endpoint, admin, signal, async (session) => {
      await waitForTurn(session);
      const [partial] = await session.read("SHOW VARIABLES LIKE 'partial_revokes'");
      const pattern = grantPattern(application.database, partial?.Value === 'ON');
      await checkNames(session, application, pattern);
      const user = `${text(application.username)}@'%'`;
      const password = `IDENTIFIED BY ${text(application.password)}`;
      await session.run('create the user', `CREATE USER IF NOT EXISTS ${user} ${password}`);
      await session.run('set the password', `ALTER USER ${user} ${password}`);
      const database = name(application.database);
      await session.run('create the database', `CREATE DATABASE IF NOT EXISTS ${database} CHARACTER SET utf8mb4`);
      await session.run('grant the database', `GRANT ${RIGHTS} ON ${name(pattern)}.* TO ${user}`);
    });
  },

  async logIn(endpoint, application, signal) {
    await inSession(endpoint, application, signal, async (session) => void (await session.read('SELECT 1')));
  },
};

interface Session {
  readonly endpoint: Endpoint;
  /** @param doing names the statement in an error, after "to" */
  run(doing: string, sql: string): Promise<void>;
  read(sql: string, values?: readonly string[]): Promise<RowDataPacket[]>;
}

async function waitForTurn({ read, endpoint }: Session): Promise<void> {
  const [lock] = await read(`SELECT GET_LOCK('${LOCK}', ${LOCK_WAIT_SECONDS}) AS isMine`);
  if (Number(lock?.isMine) === 1) return;
  throw refused(endpoint, 'wait for its turn', { code: `No turn in ${LOCK_WAIT_SECONDS} s` });
}

/** A database is the application's where one of its users has rights to it, or nobody has. A user likewise. */
async function checkNames({ read, endpoint }: Session, application: Application, pattern: string): Promise<void> {
  const { database, username } = application;
  const family = usersOf(username).map((each) => `'${each}'@'%'`);
  const grants = (await read(
    'SELECT DISTINCT GRANTEE AS who, TABLE_SCHEMA AS what FROM information_schema.SCHEMA_PRIVILEGES',
  )) as {
    who: string;
    what: string;
  }[];
  const isOurs = ({ what }: { what: string }) => what === pattern || what === database;
  const holders = grants.filter(isOurs).map(({ who }) => who);
  if (holders.length > 0 && !holders.some((who) => family.includes(who)))
    throw taken(endpoint, `a database ${database} of ${holders.join(', ')}`, 'choose another AppDbName');

  const user = `'${username}'@'%'`;
  if (holders.includes(user)) return;
  const global = await read(
    "SELECT PRIVILEGE_TYPE FROM information_schema.USER_PRIVILEGES WHERE GRANTEE = ? AND PRIVILEGE_TYPE <> 'USAGE'",
    [user],
  );
  const elsewhere = grants.filter(({ who }) => who === user);
  if (global.length > 0 || elsewhere.length > 0)
    throw taken(endpoint, `a user ${username} with rights elsewhere`, 'give the secret another username');
}

async function inSession(
  endpoint: Endpoint,
  login: Login & { readonly database?: string },
  signal: AbortSignal,
  work: (session: Session) => Promise<void>,
): Promise<void> {
  signal.throwIfAborted();
  const connection = await createConnection({
    host: endpoint.host,
    port: endpoint.port,
    user: login.username,
    password: login.password,
    database: login.database,
    ssl: { ca: endpoint.ca, rejectUnauthorized: true, verifyIdentity: true, minVersion: 'TLSv1.2' },
    connectTimeout: CONNECT_TIMEOUT_MS,
    charset: 'utf8mb4',
  }).catch((cause: unknown) => {
    throw unreachable(endpoint, login, cause);
  });
  // A server that hangs up between two statements: the next one says so.
  connection.on('error', () => {});
  const stop = () => connection.destroy();
  signal.addEventListener('abort', stop);
  const failed = (doing: string) => (cause: unknown) => {
    throw refused(endpoint, doing, cause);
  };
  const session: Session = {
    endpoint,
    run: async (doing, sql) =>
      void (await connection.query({ sql, timeout: STATEMENT_TIMEOUT_MS }).catch(failed(doing))),
    read: async (sql, values = []) => {
      const [rows] = await connection
        .execute<RowDataPacket[]>({ sql, timeout: STATEMENT_TIMEOUT_MS }, [...values])
        .catch(failed('read'));
      return rows;
    },
  };
  try {
    await session.run('set the mode', "SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES,STRICT_ALL_TABLES'");
    await work(session);
  } finally {
    signal.removeEventListener('abort', stop);
    connection.destroy();
  }
}

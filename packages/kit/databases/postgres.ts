import { Client, escapeIdentifier as name, escapeLiteral as text } from 'pg';
import { scramVerifier } from './scram-verifier.ts';
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

/** A database that every server has; nothing is kept in it. */
const MEETING_PLACE = 'postgres';

/**
 * PostgreSQL. A role that nobody logs in as, `<database>_owner`, owns the database; users are its members and act as
 * it from the start of a session. So what one user of an application makes, the other may change.
 */
export const postgres: Engine = {
  // Source: PostgreSQL documentation, "Identifiers and Key Words": 63 bytes, and the rest is cut off without a word.
  longestUsername: 63 - CLONE_LENGTH,

  async prepare(endpoint, admin, application, signal) {
    await inSession(endpoint, { ...admin, database: MEETING_PLACE }, signal, async (session) => {
      await session.run('wait for its turn', 'SELECT pg_advisory_lock(hashtext($1))', [LOCK]);
      await session.run('begin', 'BEGIN');
      await makeRoles(session, application);
      await session.run('commit', 'COMMIT');
      await makeDatabase(session, application);
      await grantUse(session, application);
    });
  },

  async logIn(endpoint, application, signal) {
    await inSession(endpoint, application, signal, async (session) => void (await session.run('select', 'SELECT 1')));
  },
};

interface Session {
  readonly endpoint: Endpoint;
  /** @param doing names the statement in an error, after "to" */
  run(doing: string, sql: string, values?: readonly string[]): Promise<Readonly<Record<string, unknown>>[]>;
}

const ownerOf = ({ database }: Application) => `${database}_owner`;

async function makeRoles(session: Session, application: Application): Promise<void> {
  const { run } = session;
  const owner = ownerOf(application);
  const { username, password } = application;
  const { hasOwner, hasUser, isMember } = await checkRoles(session, application);
  if (!hasOwner) await run('create the owner', `CREATE ROLE ${name(owner)} NOLOGIN`);
  const verb = hasUser ? 'ALTER' : 'CREATE';
  await run('set the password', `${verb} ROLE ${name(username)} LOGIN PASSWORD ${text(scramVerifier(password))}`);
  if (!isMember) await run('grant the ownership', `GRANT ${name(owner)} TO ${name(username)}`);
  // An administrator that is no superuser can give a database to a role only as its member.
  await run('grant the ownership', `GRANT ${name(owner)} TO CURRENT_USER`);
}

/** A database is the application's where one of its users is a member of the owner, or nobody is. A user likewise. */
async function checkRoles({ run, endpoint }: Session, application: Application) {
  const { database, username } = application;
  const owner = ownerOf(application);
  const roles = await run(
    'find roles',
    'SELECT rolname AS name, rolcanlogin AS "isUser" FROM pg_roles WHERE rolname IN ($1, $2)',
    [owner, username],
  );
  if (roles.some((role) => role.name === owner && role.isUser))
    throw taken(endpoint, `a user ${owner}`, `choose another AppDbName: ${owner} is to own the database`);
  const rows = await run(
    'find roles',
    `SELECT member.rolname AS name FROM pg_auth_members AS membership
       JOIN pg_roles AS owner ON owner.oid = membership.roleid
       JOIN pg_roles AS member ON member.oid = membership.member
     WHERE owner.rolname = $1 AND member.rolname <> current_user`,
    [owner],
  );
  const members = rows.map((row) => String(row.name));
  if (members.length > 0 && !members.some((member) => usersOf(username).includes(member)))
    throw taken(endpoint, `a database ${database} of ${members.join(', ')}`, 'choose another AppDbName');
  const [hasUser, isMember] = [roles.some((role) => role.name === username), members.includes(username)];
  if (hasUser && !isMember)
    throw taken(endpoint, `a role ${username} without membership in ${owner}`, 'give the secret another username');
  return { hasOwner: roles.some((role) => role.name === owner), hasUser, isMember };
}

async function makeDatabase({ run, endpoint }: Session, application: Application): Promise<void> {
  const { database } = application;
  const owner = ownerOf(application);
  const [found] = await run(
    'find the database',
    'SELECT pg_get_userbyid(datdba) AS owner FROM pg_database WHERE datname = $1',
    [database],
  );
  if (found && found.owner !== owner)
    throw taken(
      endpoint,
      `a database ${database} of ${found.owner}`,
      `choose another AppDbName, or give what is there to this application: ALTER DATABASE … OWNER TO ${owner}, and REASSIGN OWNED in it`,
    );
  if (!found) await run('create the database', `CREATE DATABASE ${name(database)} OWNER ${name(owner)}`);
}

async function grantUse({ run }: Session, application: Application): Promise<void> {
  const { database, username } = application;
  // By default everybody may connect to every database.
  await run('close the database to others', `REVOKE ALL ON DATABASE ${name(database)} FROM PUBLIC`);
  const role = text(ownerOf(application));
  await run(
    'let the user act as the owner',
    `ALTER ROLE ${name(username)} IN DATABASE ${name(database)} SET role = ${role}`,
  );
}

async function inSession(
  endpoint: Endpoint,
  login: Login & { readonly database: string },
  signal: AbortSignal,
  work: (session: Session) => Promise<void>,
): Promise<void> {
  signal.throwIfAborted();
  const client = new Client({
    host: endpoint.host,
    port: endpoint.port,
    user: login.username,
    password: login.password,
    database: login.database,
    // The host's name is checked too: that is what TLS does in Node.js where nothing else is said.
    ssl: { ca: endpoint.ca, rejectUnauthorized: true, minVersion: 'TLSv1.2' },
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS,
    application_name: LOCK,
  });
  // A server that hangs up between two statements: the next one says so.
  client.on('error', () => {});
  const stop = () => void client.end();
  signal.addEventListener('abort', stop);
  try {
    await client.connect().catch((cause: unknown) => {
      throw unreachable(endpoint, login, cause);
    });
    await work({
      endpoint,
      run: async (doing, sql, values) => {
        const { rows } = await client.query(sql, values as string[] | undefined).catch((cause: unknown) => {
          throw refused(endpoint, doing, cause);
        });
        return rows;
      },
    });
  } finally {
    signal.removeEventListener('abort', stop);
    await client.end();
  }
}

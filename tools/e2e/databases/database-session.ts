import { createConnection } from 'mysql2/promise';
import { Client } from 'pg';
import type { DatabaseServer } from './database-server.ts';

/** A user's open connection to a server, by TLS. */
export interface DatabaseSession {
  /** Runs statements, and gives the first value of the last one's first row. */
  query(...statements: readonly string[]): Promise<unknown>;
  close(): Promise<void>;
}

/** Who logs in, and to which database; PostgreSQL has one that is always there. */
export interface DatabaseLogin {
  readonly username: string;
  readonly password: string;
  readonly database?: string;
}

/** @throws as the driver does, where the server refuses */
export function openSession(
  kind: 'postgres' | 'mysql',
  server: Pick<DatabaseServer, 'host' | 'port' | 'ca'>,
  login: DatabaseLogin,
): Promise<DatabaseSession> {
  return kind === 'postgres' ? openPostgres(server, login) : openMysql(server, login);
}

async function openPostgres(
  { host, port, ca }: Pick<DatabaseServer, 'host' | 'port' | 'ca'>,
  { username, password, database = 'postgres' }: DatabaseLogin,
): Promise<DatabaseSession> {
  const client = new Client({ host, port, user: username, password, database, ssl: { ca } });
  await client.connect();
  return {
    query: async (...statements) => {
      let value: unknown;
      for (const text of statements) value = (await client.query({ text, rowMode: 'array' })).rows[0]?.[0];
      return value;
    },
    close: () => client.end(),
  };
}

async function openMysql(
  { host, port, ca }: Pick<DatabaseServer, 'host' | 'port' | 'ca'>,
  { username, password, database }: DatabaseLogin,
): Promise<DatabaseSession> {
  const ssl = { ca, verifyIdentity: true };
  const connection = await createConnection({ host, port, user: username, password, database, ssl });
  return {
    query: async (...statements) => {
      let value: unknown;
      for (const sql of statements) {
        const [rows] = await connection.query({ sql, rowsAsArray: true });
        value = Array.isArray(rows) ? (rows as unknown[][])[0]?.[0] : undefined;
      }
      return value;
    },
    close: async () => connection.destroy(),
  };
}

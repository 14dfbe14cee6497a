import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseKind } from './database-server.ts';
import { databaseProgram } from './programs.ts';

/** PostgreSQL, with nothing kept safe that a test would not miss. */
export const postgresServer: DatabaseKind = {
  name: 'PostgreSQL',
  ready: /database system is ready to accept connections/,

  async prepare({ folder, tls, admin }, run) {
    const data = join(folder, 'data');
    const options = ['--no-sync', '--encoding=UTF8', '--locale=C', '--username=superuser', '--auth=reject'];
    await run(databaseProgram('initdb'), '-D', data, ...options);
    await writeFile(join(data, 'pg_hba.conf'), `${tls ? 'hostssl' : 'host'} all all 127.0.0.1/32 scram-sha-256\n`);
    const password = admin.password.replaceAll("'", "''");
    const statements = join(folder, 'admin.sql');
    await writeFile(statements, `CREATE ROLE ${admin.username} LOGIN CREATEDB CREATEROLE PASSWORD '${password}'\n`);
    const script = '"$0" --single -D "$1" postgres < "$2"';
    await run('/bin/sh', '-c', script, databaseProgram('postgres'), data, statements);
  },

  serve({ folder, port, tls }) {
    const settings = {
      port,
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      fsync: 'off',
      shared_buffers: '16MB',
      ...(tls && { ssl: 'on', ssl_cert_file: tls.certificateFile, ssl_key_file: tls.keyFile }),
    };
    const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    return [databaseProgram('postgres'), '-D', join(folder, 'data'), ...options];
  },
};

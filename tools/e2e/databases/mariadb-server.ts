import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseKind, DatabaseServer } from './database-server.ts';
import { databaseProgram } from './programs.ts';

/** What the administrator of RDS for MySQL may do. Source: RDS User Guide, "Master user account privileges". */
const ADMIN_RIGHTS = `SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, PROCESS, REFERENCES, INDEX, ALTER,
  SHOW DATABASES, CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, REPLICATION SLAVE, REPLICATION CLIENT, CREATE VIEW,
  SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, CREATE USER, EVENT, TRIGGER`;

/** What makes an administrator as RDS does. */
export function administratorStatements({ username, password }: DatabaseServer['admin']): readonly string[] {
  const user = `'${username}'@'%'`;
  return [
    `CREATE USER ${user} IDENTIFIED BY '${password.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`,
    `GRANT ${ADMIN_RIGHTS.replaceAll(/\s+/g, ' ')} ON *.* TO ${user} WITH GRANT OPTION`,
  ];
}

/** MariaDB, in the stead of MySQL, which Debian does not have. */
export const mariadbServer: DatabaseKind = {
  name: 'MariaDB',
  ready: /ready for connections/,

  async prepare({ folder, admin }, run) {
    const options = ['--auth-root-authentication-method=normal', '--skip-test-db', '--skip-name-resolve'];
    await run(
      databaseProgram('mariadb-install-db'),
      '--no-defaults',
      `--datadir=${join(folder, 'data')}`,
      '--innodb-log-file-size=4M',
      // Two servers that are made at the same time would meet in the system's own folder.
      `--tmpdir=${folder}`,
      ...options,
    );
    // One statement a line: so the server reads it.
    const statements = ["DROP USER 'root'@'localhost'", ...administratorStatements(admin)];
    await writeFile(join(folder, 'admin.sql'), statements.map((statement) => `${statement};\n`).join(''));
  },

  serve({ folder, port, tls }) {
    const settings = {
      datadir: join(folder, 'data'),
      tmpdir: folder,
      port,
      'bind-address': '127.0.0.1',
      socket: join(folder, 'socket'),
      'pid-file': join(folder, 'pid'),
      'init-file': join(folder, 'admin.sql'),
      'innodb-flush-log-at-trx-commit': 0,
      'innodb-buffer-pool-size': '16M',
      'innodb-log-file-size': '4M',
      'performance-schema': 'OFF',
      ...(tls && {
        'require-secure-transport': 'ON',
        'ssl-ca': tls.authorityFile,
        'ssl-cert': tls.certificateFile,
        'ssl-key': tls.keyFile,
      }),
    };
    const options = Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
    return [databaseProgram('mariadbd'), '--no-defaults', '--skip-name-resolve', ...options];
  },
};

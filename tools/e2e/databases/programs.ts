import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { E2eError } from '../e2e-error.ts';

/** The programs of the database servers, and the Debian packages that have them. */
const PACKAGES = {
  postgresql: ['postgres', 'initdb'],
  'mariadb-server-core': ['mariadbd', 'mariadb-install-db'],
  'mariadb-client-core': ['my_print_defaults'],
  openssl: ['openssl'],
  'util-linux': ['setpriv'],
} as const;

type Program = (typeof PACKAGES)[keyof typeof PACKAGES][number];

/** Debian keeps servers off users' PATH, and PostgreSQL's in a folder for each version. */
const POSTGRES_VERSIONS = '/usr/lib/postgresql';

/** The packages of which a program is missing. */
export function missingDatabasePackages(): readonly string[] {
  return Object.entries(PACKAGES).flatMap(([name, programs]) => (programs.every(find) ? [] : [name]));
}

/** What to do about packages that are missing and that this process may not install. */
export function databasePackagesMissing(missing: readonly string[]): E2eError {
  return new E2eError({
    code: 'tool-missing',
    where: 'the database servers',
    received: `no program of ${missing.join(', ')}`,
    expected: 'PostgreSQL, MariaDB and OpenSSL',
    remedy: `npm run e2e:setup as root on Debian or Ubuntu, or: sudo apt-get install --no-install-recommends ${missing.join(' ')}`,
  });
}

/** The path of a program. @throws E2eError `tool-missing`, which names every package that is */
export function databaseProgram(program: Program): string {
  const path = find(program);
  if (path === undefined) throw databasePackagesMissing(missingDatabasePackages());
  return path;
}

function find(program: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', ...postgresFolders()];
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

/** The newest version first. */
function postgresFolders(): string[] {
  if (!existsSync(POSTGRES_VERSIONS)) return [];
  const versions = readdirSync(POSTGRES_VERSIONS).sort((one, other) => Number(other) - Number(one));
  return versions.map((version) => join(POSTGRES_VERSIONS, version, 'bin'));
}

import { DatabaseError } from './database-error.ts';

/**
 * The authorities that the environment names, as PEM.
 * @throws DatabaseError `no-authorities` where there is no such file, or no certificate in it
 */
export async function authoritiesOf(
  environment: NodeJS.ProcessEnv,
  read: (file: string) => Promise<string>,
): Promise<string> {
  const file = environment.DATABASE_CA_FILE;
  if (!file) throw noAuthorities('nothing');
  const pem = await read(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw noAuthorities(`${file}, which is not there`);
    throw error;
  });
  // An empty list would not be trust in nobody: Node.js then takes its own.
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) throw noAuthorities(`${file}, without a certificate`);
  return pem;
}

function noAuthorities(received: string): DatabaseError {
  return new DatabaseError({
    code: 'no-authorities',
    where: 'DATABASE_CA_FILE',
    received,
    expected: 'a PEM file with the authorities of the database’s certificate',
    remedy: 'set it to /var/runtime/ca-cert.pem, which has those of Amazon RDS',
  });
}

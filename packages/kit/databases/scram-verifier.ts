import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

const ITERATIONS = 4096;
const SALT_BYTES = 16;

/**
 * What PostgreSQL keeps of a password. It takes this instead of the password, which so reaches no statement and no log.
 * Sources: RFC 5802, section 3; PostgreSQL documentation, "pg_authid", rolpassword.
 * @param password of printable ASCII, which is its own normal form
 */
export function scramVerifier(password: string, salt: Uint8Array = randomBytes(SALT_BYTES)): string {
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256');
  const keyFor = (whom: string) => createHmac('sha256', salted).update(whom).digest();
  const stored = createHash('sha256').update(keyFor('Client Key')).digest('base64');
  const parts = [Buffer.from(salt).toString('base64'), `${stored}:${keyFor('Server Key').toString('base64')}`];
  return `SCRAM-SHA-256$${ITERATIONS}:${parts.join('$')}`;
}

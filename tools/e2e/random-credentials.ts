import { randomBytes } from 'node:crypto';

/** Whose requests a server takes. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Credentials that nothing else has, in the form of an IAM user's. */
export function randomCredentials(): Credentials {
  return { accessKeyId: `AKIA${randomName(16)}`, secretAccessKey: randomBytes(30).toString('base64url') };
}

/** Capital letters and digits, as access keys have them. */
export function randomName(length: number): string {
  return randomBytes(length * 2)
    .toString('hex')
    .toUpperCase()
    .replace(/[01]/g, 'A')
    .slice(0, length);
}

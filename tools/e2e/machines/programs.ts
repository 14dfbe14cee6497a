import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { E2eError } from '../e2e-error.ts';

/** The programs that make and boot machines, and the Debian packages that have them. */
const PACKAGES = {
  mmdebstrap: ['mmdebstrap'],
  'systemd-container': ['systemd-nspawn'],
  iproute2: ['ip'],
  gpg: ['gpg'],
  curl: ['curl'],
} as const;

/** The packages of which a program is missing. */
export function missingMachinePackages(): readonly string[] {
  return Object.entries(PACKAGES).flatMap(([name, programs]) => (programs.every(isThere) ? [] : [name]));
}

/** @throws E2eError `tool-missing`: what makes and boots machines, or the right to */
export function checkMachinePrograms(): void {
  const missing = missingMachinePackages();
  if (missing.length > 0 || process.getuid?.() !== 0) throw machinePackagesMissing(missing);
}

/** What to do about packages that are missing and that this process may not install, or about the user. */
export function machinePackagesMissing(missing: readonly string[]): E2eError {
  return new E2eError({
    code: 'tool-missing',
    where: 'machines',
    received: missing.length > 0 ? `no program of ${missing.join(', ')}` : 'a user who is not root',
    expected: 'root, mmdebstrap and systemd-nspawn',
    remedy: missing.length > 0 ? `sudo apt-get install --no-install-recommends ${missing.join(' ')}` : 'run it as root',
  });
}

function isThere(program: string): boolean {
  return [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'].some((folder) =>
    existsSync(join(folder, program)),
  );
}

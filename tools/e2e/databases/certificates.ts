import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { E2eError } from '../e2e-error.ts';
import { runProgram } from '../run-program.ts';
import { databaseProgram } from './programs.ts';

/** An authority of a test's own, and a server's certificate of it. */
export interface Certificates {
  /** PEM. */
  readonly authority: string;
  readonly authorityFile: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-batch'];

/** Makes a new authority, and by it a certificate for the host's names, in the folder. @throws E2eError */
export async function makeCertificates(folder: string, hosts: readonly string[]): Promise<Certificates> {
  const [authorityFile, authorityKey] = [join(folder, 'authority.pem'), join(folder, 'authority.key')];
  const [certificateFile, keyFile] = [join(folder, 'server.pem'), join(folder, 'server.key')];
  const request = join(folder, 'server.csr');
  const extensions = join(folder, 'extensions');
  await writeFile(extensions, `subjectAltName=${hosts.map((host) => `DNS:${host}`).join()}\n`);
  const named = ['-subj', '/CN=Authority of a test', '-days', '2'];
  await openssl(['req', '-x509', ...KEY, ...named, '-keyout', authorityKey, '-out', authorityFile]);
  await openssl(['req', ...KEY, '-subj', '/CN=Server of a test', '-keyout', keyFile, '-out', request]);
  const by = ['-CA', authorityFile, '-CAkey', authorityKey, '-CAcreateserial', '-extfile', extensions];
  await openssl(['x509', '-req', '-in', request, ...by, '-days', '2', '-out', certificateFile]);
  return { authority: await readFile(authorityFile, 'utf8'), authorityFile, certificateFile, keyFile };
}

async function openssl(args: readonly string[]): Promise<void> {
  const { exitCode, failure, stderr } = await runProgram(databaseProgram('openssl'), args);
  if (exitCode === 0) return;
  throw new E2eError({
    code: 'server-failed',
    where: `openssl ${args[0]}`,
    received: failure ?? `exit code ${exitCode}`,
    expected: 'a certificate',
    remedy: `read what it said:\n${stderr}`,
  });
}

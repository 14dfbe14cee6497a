import { chmod, cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { E2eError } from '../e2e-error.ts';
import { runProgram } from '../run-program.ts';

/** The host by which a machine asks for stand-in packages. */
export const STAND_IN_HOST = 'agents.test';

/** A signer of packages, with a key of this test alone. */
export interface Signer {
  readonly fingerprint: string;
  /** The public key, as a file. */
  readonly publicKey: string;
  /** Signs a file: `<file>.sig` beside it. */
  sign(file: string): Promise<void>;
}

/** Makes a key, and a keyring in `folder`. */
export async function makeSigner(folder: string, name: string): Promise<Signer> {
  const home = join(folder, name);
  await mkdir(home, { recursive: true, mode: 0o700 });
  const gpg = (...args: string[]) => succeed('gpg', ['--homedir', home, '--batch', '--quiet', ...args]);
  await gpg('--passphrase', '', '--quick-generate-key', `${name} <${name}@example.com>`, 'ed25519', 'sign', 'never');
  const listed = await gpg('--list-keys', '--with-colons');
  const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(listed)![1]!;
  const publicKey = join(folder, `${name}.asc`);
  await gpg('--armor', '--output', publicKey, '--export', fingerprint);
  await succeed('gpgconf', ['--homedir', home, '--kill', 'all']);
  return {
    fingerprint,
    publicKey,
    async sign(file) {
      await rm(`${file}.sig`, { force: true });
      await gpg('--output', `${file}.sig`, '--detach-sign', file);
      await succeed('gpgconf', ['--homedir', home, '--kill', 'all']);
    },
  };
}

interface PackageFiles {
  readonly name: string;
  readonly version: string;
  /** Path in the machine → text; programs are executable. */
  readonly files: Readonly<Record<string, string>>;
  readonly programs: Readonly<Record<string, string>>;
  readonly depends?: string;
}

/** Makes a Debian package for all architectures. */
export async function makePackage(
  file: string,
  { name, version, files, programs, depends }: PackageFiles,
): Promise<void> {
  const tree = `${file}.tree`;
  const write = async (path: string, text: string, mode: number) => {
    await mkdir(dirname(join(tree, path)), { recursive: true });
    await writeFile(join(tree, path), text);
    await chmod(join(tree, path), mode);
  };
  for (const [path, text] of Object.entries(files)) await write(path, text, 0o644);
  for (const [path, text] of Object.entries(programs)) await write(path, text, 0o755);
  const control = [
    `Package: ${name}`,
    `Version: ${version}`,
    'Architecture: all',
    'Maintainer: tests <tests@example.com>',
    ...(depends ? [`Depends: ${depends}`] : []),
    `Description: stands in for ${name}`,
  ];
  await write('DEBIAN/control', `${control.join('\n')}\n`, 0o644);
  await mkdir(dirname(file), { recursive: true });
  await succeed('dpkg-deb', ['--root-owner-group', '--build', tree, file]);
  await rm(tree, { recursive: true });
}

/** A service that does nothing, and the program that it runs. */
export function idleService(name: string): Pick<PackageFiles, 'files' | 'programs'> {
  const unit = `[Unit]\nDescription=${name}\n[Service]\nExecStart=/usr/bin/${name}\n[Install]\nWantedBy=multi-user.target\n`;
  return {
    files: { [`/usr/lib/systemd/system/${name}.service`]: unit },
    programs: { [`/usr/bin/${name}`]: '#!/bin/sh\nexec sleep infinity\n' },
  };
}

/** The folder of an image as a bake uploads it, with agents of its own: `agents.conf` lines and keys. */
export async function copyImage(
  image: string,
  to: string,
  agents: readonly string[],
  keys: readonly string[],
): Promise<void> {
  await cp(image, to, { recursive: true });
  await writeFile(join(to, 'agents.conf'), `${agents.join('\n')}\n`);
  for (const key of keys) await cp(key, join(to, 'keys', key.split('/').at(-1)!));
}

async function succeed(program: string, args: readonly string[]): Promise<string> {
  const { exitCode, failure, stdout, stderr } = await runProgram(program, args);
  if (exitCode === 0) return stdout;
  throw new E2eError({
    code: 'install-failed',
    where: [program, ...args].join(' '),
    received: failure ?? `exit code ${exitCode}`,
    expected: 'exit code 0',
    remedy: stderr.trim().split('\n').slice(-5).join('\n    '),
  });
}

import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { E2eError } from '../e2e-error.ts';
import { runProgram } from '../run-program.ts';

const MIRROR = 'http://archive.ubuntu.com/ubuntu';
/** Debian has no package of Ubuntu's keys, so Ubuntu's own is held to its hash. */
const KEYRING = {
  address: `${MIRROR}/pool/main/u/ubuntu-keyring/ubuntu-keyring_2023.11.28.1_all.deb`,
  sha256: '36de43b15853ccae0028e9a767613770c704833f82586f28eb262f0311adb8a8',
};
/** What Ubuntu's images for EC2 have, as far as provisioning looks at it. */
const PACKAGES = ['systemd-sysv', 'dbus', 'openssh-server', 'sudo', 'ca-certificates', 'cloud-init', 'iproute2', 'gpg'];

/**
 * A root file system of Ubuntu 24.04 as a tar file, from Ubuntu's archive; made once and kept in the repository's cache.
 * @throws E2eError `install-failed`
 */
export async function ubuntuRoot(repository: string): Promise<string> {
  const name = createHash('sha256')
    .update(JSON.stringify([MIRROR, KEYRING, PACKAGES]))
    .digest('hex');
  const cache = join(repository, 'node_modules/.cache/machines');
  const tar = join(cache, `noble-${name.slice(0, 12)}.tar`);
  if (existsSync(tar)) return tar;
  await mkdir(cache, { recursive: true });
  const work = join(cache, randomUUID());
  await mkdir(work);
  try {
    const keyring = await ubuntuKeyring(work);
    const part = join(work, 'root.tar');
    const sources = ['noble', 'noble-updates', 'noble-security'].map(
      (suite) => `deb [signed-by=${keyring}] ${MIRROR} ${suite} main universe`,
    );
    const include = `--include=${PACKAGES.join(',')}`;
    const own = '--customize-hook=echo bitclouded > "$1/etc/hostname"';
    // Inside, Ubuntu's own file of keys is the one that signs.
    const rest = [`--customize-hook=sed -i "s/ \\[signed-by=[^]]*\\]//" "$1/etc/apt/sources.list"`, 'noble', part];
    await succeed('mmdebstrap', ['--variant=apt', '--components=main,universe', include, own, ...rest, ...sources]);
    await rename(part, tar);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return tar;
}

async function ubuntuKeyring(work: string): Promise<string> {
  const deb = join(work, 'keyring.deb');
  await succeed('curl', ['--fail', '--silent', '--show-error', '--max-time', '60', '--output', deb, KEYRING.address]);
  const sha256 = createHash('sha256')
    .update(await readFile(deb))
    .digest('hex');
  if (sha256 !== KEYRING.sha256)
    throw new E2eError({
      code: 'install-failed',
      where: KEYRING.address,
      received: sha256,
      expected: KEYRING.sha256,
      remedy: 'do not trust it: find out who changed it',
    });
  await succeed('dpkg-deb', ['--extract', deb, join(work, 'keys')]);
  return join(work, 'keys/usr/share/keyrings/ubuntu-archive-keyring.gpg');
}

async function succeed(program: string, args: readonly string[]): Promise<void> {
  const { exitCode, failure, stderr } = await runProgram(program, args);
  if (exitCode === 0) return;
  throw new E2eError({
    code: 'install-failed',
    where: [program, ...args].join(' '),
    received: failure ?? `exit code ${exitCode}`,
    expected: 'exit code 0, with the archive of Ubuntu within reach',
    remedy: ['its last lines were:', ...stderr.trim().split('\n').slice(-8)].join('\n    '),
  });
}

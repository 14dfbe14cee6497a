import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { E2eError } from './e2e-error.ts';

/** The programs of the object store, of container images and their registry, and the Debian packages that have them. */
const STORE_PACKAGES = {
  buildah: ['buildah'],
  'busybox-static': ['busybox'],
  podman: ['podman'],
  crun: ['crun'],
  mmdebstrap: ['mmdebstrap'],
  'docker-registry': ['docker-registry'],
  'ceph-mon': ['ceph-mon'],
  'ceph-osd': ['ceph-osd'],
  radosgw: ['radosgw'],
  'ceph-common': ['ceph', 'ceph-authtool', 'radosgw-admin'],
  'ceph-base': ['monmaptool'],
  'util-linux': ['setpriv'],
} as const;

/** Whether this process may install Debian packages: root may, and a runner of CI may become it. Nobody else is made to. */
export function canInstallDebianPackages(): boolean {
  return existsSync('/usr/bin/apt-get') && (isRoot() || (process.env.CI !== undefined && isOnPath('sudo')));
}

/** The command that runs apt-get without a question. */
export function aptGet(args: readonly string[]): { readonly program: string; readonly args: string[] } {
  const command = ['DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args];
  return isRoot()
    ? { program: 'env', args: command }
    : { program: 'sudo', args: ['--non-interactive', 'env', ...command] };
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** The packages whose programs are not on PATH. */
export function missingStorePackages(): readonly string[] {
  return Object.entries(STORE_PACKAGES).flatMap(([name, programs]) => (programs.every(isOnPath) ? [] : [name]));
}

/** What to do about packages that are missing and that this process may not install. */
export function storePackagesMissing(missing: readonly string[]): E2eError {
  return new E2eError({
    code: 'tool-missing',
    where: 'the object store, container images',
    received: `no program of ${missing.join(', ')} on PATH`,
    expected: 'the programs of a Ceph object gateway, Buildah and a registry',
    remedy: `npm run e2e:setup as root on Debian or Ubuntu, or: sudo apt-get install --no-install-recommends ${missing.join(' ')}`,
  });
}

/** @throws E2eError `tool-missing`, which names the packages */
export function checkObjectStorePrograms(): void {
  const missing = missingStorePackages();
  if (missing.length > 0) throw storePackagesMissing(missing);
}

function isOnPath(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { E2eError } from '../e2e-error.ts';
import { runProgram } from '../run-program.ts';

/** What the image's build fetches, on this machine. */
export interface Downloads {
  /** Build arguments of the Dockerfile that name them in the stead of the published ones. */
  readonly buildArguments: Readonly<Record<string, string>>;
  readonly version: string;
  /** The archive itself. */
  readonly archiveFile: string;
  stop(): Promise<void>;
}

/** Debian takes these files out of WordPress, and links to their packages. */
const PARTS = ['php-getid3', 'libjs-cropper', 'libjs-underscore'];
const AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt';

/**
 * Serves an archive as wordpress.org publishes it, made of the distribution's own package: an older WordPress with
 * Debian's patches. For the database's authorities stand those of the system.
 * @throws E2eError `server-failed`
 */
export async function serveDownloads(folder: string): Promise<Downloads> {
  const packages = join(folder, 'packages');
  await mkdir(join(packages, 'root'), { recursive: true });
  const recommended = await run(packages, 'apt-cache', 'depends', 'wordpress');
  const [theme] = /wordpress-theme-\w+/.exec(recommended) ?? [];
  await run(packages, 'apt-get', 'download', 'wordpress', ...(theme ? [theme] : []), ...PARTS);
  for (const name of (await readdir(packages)).filter((each) => each.endsWith('.deb')))
    await run(packages, 'dpkg-deb', '--extract', name, 'root');
  const share = join(packages, 'root/usr/share');
  for (const name of ['.htaccess', 'wp-config.php']) await rm(join(share, 'wordpress', name), { force: true });
  const archiveFile = join(folder, 'wordpress.tar.gz');
  await run(share, 'tar', '--dereference', '--sort=name', '--mtime=@0', '-czf', archiveFile, 'wordpress');
  const versionFile = await readFile(join(share, 'wordpress/wp-includes/version.php'), 'utf8');
  const version = /\$wp_version = '([^']+)'/.exec(versionFile)?.[1] ?? '';

  const files: Readonly<Record<string, Buffer>> = {
    '/wordpress.tar.gz': await readFile(archiveFile),
    '/database-ca.pem': await readFile(AUTHORITIES),
  };
  const server = createServer(({ url = '' }, answer) => {
    const file = files[url];
    answer.writeHead(file ? 200 : 404).end(file);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sha256 = (path: string): string => createHash('sha256').update(files[path]!).digest('hex');
  return {
    version,
    archiveFile,
    buildArguments: {
      WORDPRESS_VERSION: version,
      WORDPRESS_ARCHIVE: `${origin}/wordpress.tar.gz`,
      WORDPRESS_SHA256: sha256('/wordpress.tar.gz'),
      DATABASE_CA: `${origin}/database-ca.pem`,
      DATABASE_CA_SHA256: sha256('/database-ca.pem'),
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function run(cwd: string, program: string, ...args: string[]): Promise<string> {
  const { exitCode, failure, stdout, stderr } = await runProgram(program, args, { cwd });
  if (exitCode === 0) return stdout;
  throw new E2eError({
    code: 'server-failed',
    where: `${program} ${args[0]}`,
    received: failure ?? `exit code ${exitCode}`,
    expected: "WordPress as the distribution's own package has it",
    remedy: `run apt-get update, or read what it said last:\n${stderr.slice(-2000)}`,
  });
}

import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type DatabaseServer, startDatabaseServer } from '../tools/e2e/databases/database-server.ts';
import { mariadbServer } from '../tools/e2e/databases/mariadb-server.ts';
import { freePort } from '../tools/e2e/free-port.ts';
import { type ContainerHost, openContainerHost } from '../tools/e2e/images/container-host.ts';
import { type BuiltWordpress, buildImageOf, buildWordpress } from '../tools/e2e/images/wordpress-image.ts';
import {
  CERTIFIED_FOR,
  DATABASE_HOST,
  fetchFrom,
  newSite,
  type Site,
  startReplica,
} from '../tools/e2e/images/wordpress-site.ts';
import { median } from './measure.ts';
import type { Row } from './report.ts';

const RUNS = 3;
const DEADLINE_MS = 120_000;

/**
 * Docker's official image, built the way it is: Apache with PHP in it, WordPress copied into its volume at the first
 * start, the configuration from the environment. On the same base and with the same archive as ours, since the image
 * itself comes from a registry.
 */
const OFFICIAL: Readonly<Record<string, string>> = {
  Dockerfile: `ARG BASE
FROM \${BASE}
RUN printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d && chmod 0755 /usr/sbin/policy-rc.d && apt-get update && \\
  apt-get install --yes --no-install-recommends apache2 libapache2-mod-php php-curl php-gd php-intl php-mbstring php-mysql php-xml php-zip && \\
  a2enmod rewrite && echo 'Listen \${PORT}' > /etc/apache2/ports.conf && sed -i 's/:80>/:*>/' /etc/apache2/sites-enabled/*
ADD wordpress.tar.gz /usr/src/
COPY wp-config.php /usr/src/wordpress/
COPY start /usr/local/bin/
VOLUME /var/www/html
CMD ["sh", "/usr/local/bin/start"]
`,
  start: `set -eu
if [ ! -e /var/www/html/index.php ]; then
  rm -f /var/www/html/index.html
  tar -C /usr/src/wordpress -cf - --owner=www-data --group=www-data . | tar -C /var/www/html -xf -
fi
exec apache2ctl -D FOREGROUND
`,
  'wp-config.php': `<?php
define('DB_HOST', getenv('DB_HOST'));
define('DB_NAME', getenv('DB_NAME'));
define('DB_USER', getenv('DB_USER'));
define('DB_PASSWORD', getenv('DB_PASSWORD'));
define('MYSQL_CLIENT_FLAGS', MYSQLI_CLIENT_SSL | MYSQLI_CLIENT_SSL_DONT_VERIFY_SERVER_CERT);
$table_prefix = 'wp_';
if (($_SERVER['HTTP_X_FORWARDED_PROTO'] ?? '') === 'https') { $_SERVER['HTTPS'] = 'on'; }
define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
`,
};

/** From the start of a container to the first page of its site, the container's own start included. */
export async function benchWordpress(): Promise<readonly Row[]> {
  const host = await openContainerHost();
  let server: DatabaseServer | undefined;
  try {
    server = await startDatabaseServer(mariadbServer, { certifiedFor: CERTIFIED_FOR });
    const built = await buildWordpress(host);
    const official = await buildOfficial(host, built);
    const times: Record<'installs' | 'starts' | 'official', number[]> = { installs: [], starts: [], official: [] };
    for (let run = 0; run < RUNS; run++) {
      const site = await newSite(server, `site${run}`);
      times.installs.push(await toFirstPage(() => ours(host, built, site, server!)));
      times.starts.push(await toFirstPage(() => ours(host, built, site, server!)));
      times.official.push(await toFirstPage(() => theirs(host, official, site, server!)));
    }
    const officialMs = median(times.official);
    const row = (name: string, wallMs: number): Row => ({ name, wallMs, peakMiB: Number.NaN });
    const starts = row('start to first page, site installed', median(times.starts));
    return [
      row('start to first page, empty database: installs itself', median(times.installs)),
      { ...starts, ratio: { to: 'the official way', value: starts.wallMs / officialMs } },
      row("the official image's way (stand-in on the same base), site installed, first start", officialMs),
    ];
  } finally {
    await host.close();
    await server?.stop();
  }
}

interface Started {
  readonly port: number;
  remove(): Promise<void>;
}

const ours = (
  host: ContainerHost,
  { reference }: BuiltWordpress,
  site: Site,
  server: DatabaseServer,
): Promise<Started> => startReplica(host, reference, site, server);

async function theirs(host: ContainerHost, reference: string, site: Site, server: DatabaseServer): Promise<Started> {
  const port = await freePort();
  const { database, username, password } = site.database;
  const container = await host.run(reference, {
    env: {
      PORT: String(port),
      DB_HOST: `${DATABASE_HOST}:${server.port}`,
      DB_NAME: database,
      DB_USER: username,
      DB_PASSWORD: password,
    },
    hosts: [DATABASE_HOST],
    isUnconfined: true,
  });
  return { port, remove: container.remove };
}

async function buildOfficial(host: ContainerHost, { archiveFile, base }: BuiltWordpress): Promise<string> {
  const context = join(host.folder, 'official');
  mkdirSync(context);
  for (const [name, text] of Object.entries(OFFICIAL)) writeFileSync(join(context, name), text);
  copyFileSync(archiveFile, join(context, 'wordpress.tar.gz'));
  return buildImageOf(host, context, [['BASE', base]]);
}

async function toFirstPage(start: () => Promise<Started>): Promise<number> {
  const begun = performance.now();
  const { port, remove } = await start();
  while (!(await hasPage(port))) {
    if (performance.now() - begun > DEADLINE_MS) throw new Error('no first page');
    await pause(20);
  }
  const tookMs = performance.now() - begun;
  await remove();
  return tookMs;
}

async function hasPage(port: number): Promise<boolean> {
  try {
    const { status, text } = await fetchFrom(port, '/');
    return status === 200 && text.includes('Hello world!');
  } catch (error) {
    if (['ECONNREFUSED', 'ECONNRESET'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

import { setTimeout as pause } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import { type DatabaseServer, startDatabaseServers } from '../databases/database-server.ts';
import { mariadbServer } from '../databases/mariadb-server.ts';
import { type ContainerHost, openContainerHost } from './container-host.ts';
import { type BuiltWordpress, buildWordpress, filesOfWordpress } from './wordpress-image.ts';
import {
  CERTIFIED_FOR,
  DATABASE_HOST,
  environmentOf,
  logIn,
  newSite,
  type Replica,
  type Site,
  startReplica,
  upload,
} from './wordpress-site.ts';

/*
 * The image is built from its own Dockerfile and runs for real: read-only root, no capability, MariaDB over TLS. Its base
 * and the WordPress in it are those of this machine's distribution, which stand in for what the Dockerfile names.
 */
let host: ContainerHost;
let server: DatabaseServer;
let open: DatabaseServer;
let built: BuiltWordpress;
let blog: Site;
let one: Replica;
let other: Replica;

beforeAll(async () => {
  host = await openContainerHost();
  const [servers, image] = await Promise.all([
    startDatabaseServers(mariadbServer, { certifiedFor: CERTIFIED_FOR }, { tls: false }),
    buildWordpress(host),
  ]);
  [server, open] = servers as [DatabaseServer, DatabaseServer];
  built = image;
  blog = await newSite(server, 'blog');
  [one, other] = (await Promise.all([start(blog), start(blog, { WORDPRESS_CRON_SECONDS: '1' })])) as [Replica, Replica];
  await Promise.all([one.ready(), other.ready()]);
}, 900_000);
afterAll(async () => {
  await host?.close();
  await Promise.all([server, open].map((each) => each?.stop()));
});

const start = (site: Site, env: Record<string, string> = {}, at = server): Promise<Replica> =>
  startReplica(host, built.reference, site, at, env);

/** The first value of the first row, asked of a site's database. */
async function ask(site: Site, ...statements: string[]): Promise<unknown> {
  const { username: user, password, database } = site.database;
  const ssl = { ca: server.ca };
  const connection = await createConnection({ host: server.host, port: server.port, user, password, database, ssl });
  try {
    let value: unknown;
    for (const statement of statements) {
      const [rows] = await connection.query({ sql: statement, rowsAsArray: true });
      value = Array.isArray(rows) ? (rows as unknown[][])[0]?.[0] : undefined;
    }
    return value;
  } finally {
    await connection.end();
  }
}
const POSTS = "SELECT COUNT(*) FROM wp_posts WHERE post_name = 'hello-world'";
const SALTS = '/var/www/shared/salts.php';

describe('one site in two replicas, which started at the same time', () => {
  it('was installed from the environment, once', async () => {
    const { status, text } = await one.fetch('/');
    expect(status).toBe(200);
    expect(text).toContain('It&#039;s &quot;a blog&quot; &amp; more');
    expect(text).toContain('Hello world!');
    expect((await other.fetch('/')).text).toContain('Hello world!');
    expect(await ask(blog, POSTS)).toBe(1);
    const logs = `${await one.logs()}${await other.logs()}`;
    expect(logs.match(/installed WordPress/g)).toHaveLength(1);
    expect(logs).not.toMatch(/PHP (Warning|Fatal)/);
  });

  it('is styled by a theme of the image, and has pages with names', async () => {
    const { text } = await one.fetch('/');
    expect(text).toContain('https://blog.example.com/');
    expect((await one.fetch('/sample-page/')).status).toBe(200);
    const theme = (
      await one.exec('sh', '-c', 'cd /var/www/wordpress && ls -d bundled-themes/*/style.css')
    ).stdout.trim();
    expect((await one.fetch(`/${theme.split('\n')[0]}`)).headers['content-type']).toBe('text/css');
    expect((await one.fetch('/no-such-page/')).status).toBe(404);
  });

  it('keeps a session that began in one replica in the other one', async () => {
    const cookie = await logIn(one, blog.admin);
    const { status, text } = await other.fetch('/wp-admin/profile.php', { headers: { cookie } });
    expect(status).toBe(200);
    expect(text).toContain('boss@example.com');
    expect((await other.fetch('/wp-admin/profile.php')).status).toBe(302);
  });

  it('takes an upload of 100 MB by one replica, and serves it by the other', async () => {
    const cookie = await logIn(one, blog.admin);
    const bytes = Buffer.alloc(100 * 1024 * 1024, 'an archive ');
    // WordPress looks at what a file is. Source: .ZIP File Format Specification, "Local file header".
    bytes.write('PK\x03\x04\x14\0\0\0\0\0', 'latin1');
    const { status, path } = await upload(one, cookie, 'large.zip', bytes);
    expect([status, path]).toEqual([201, expect.stringMatching(/^\/wp-content\/uploads\/.+\/large\.zip$/)]);
    const { headers } = await other.fetch(path, { method: 'HEAD' });
    expect(headers['content-length']).toBe(String(bytes.byteLength));
  });

  it('runs no program among the uploads, and shows no hidden file and no installer', async () => {
    const write =
      'echo "<?php echo 6 * 7;" > /var/www/shared/wp-content/uploads/a.php; echo x > /var/www/shared/wp-content/.b';
    await one.exec('sh', '-c', write);
    for (const path of ['/wp-content/uploads/a.php', '/wp-content/.b', '/wp-admin/install.php', '/salts.php'])
      expect([path, (await one.fetch(path)).status]).toEqual([path, 404]);
  });

  it('writes to its volumes alone, as a user without rights', async () => {
    expect((await one.exec('id', '-u')).stdout.trim()).toBe('10001');
    const tried = await one.exec(
      'sh',
      '-c',
      'for d in / /etc /var/www/wordpress /usr/local/lib/wordpress /var/tmp; do touch $d/x; done',
    );
    expect(tried.stderr.match(/Read-only file system/g)).toHaveLength(5);
    const status = (await one.exec('cat', '/proc/1/status')).stdout;
    expect(status).toMatch(/CapEff:\s+0{16}/);
    expect(status).toMatch(/NoNewPrivs:\s+1/);
  });

  it('gives PHP the address of the visitor, and no password of the administrator', async () => {
    const script = '<?php echo json_encode([$_SERVER["REMOTE_ADDR"], getenv()]);';
    await one.exec('sh', '-c', 'printf %s "$1" > /var/www/shared/wp-content/env.php', 'sh', script);
    const [address, env] = JSON.parse((await other.fetch('/wp-content/env.php')).text) as [
      string,
      Record<string, string>,
    ];
    expect(address).toBe('203.0.113.7');
    expect(env.WORDPRESS_DB_HOST).toBe(DATABASE_HOST);
    expect(Object.keys(env).filter((name) => name.includes('ADMIN'))).toEqual([]);
  });

  it('runs what is due on its schedule by itself', async () => {
    const isDue = "SELECT COUNT(*) FROM wp_options WHERE option_name = 'cron' AND option_value LIKE '%a_due_event%'";
    const schedule = 'require "/var/www/wordpress/wp-load.php"; wp_schedule_single_event(time() - 5, "a_due_event");';
    expect((await one.exec('php', '-r', schedule)).exitCode).toBe(0);
    for (let tries = 0; tries < 300 && (await ask(blog, isDue)) !== 0; tries++) await pause(100);
    expect(await ask(blog, isDue)).toBe(0);
    expect(await one.logs()).not.toContain('doing_wp_cron');
  });

  it('is healthy without the database, and not without PHP', async () => {
    expect((await other.exec('wordpress-healthcheck')).exitCode).toBe(0);
    const [master] = (await other.exec('pgrep', '-o', 'php-fpm')).stdout.trim().split('\n');
    await other.exec('sh', '-c', 'kill -STOP $(pgrep php-fpm)');
    expect((await other.exec('wordpress-healthcheck')).exitCode).not.toBe(0);
    await other.exec('sh', '-c', `kill -CONT $(pgrep php-fpm); kill -KILL ${master}`);
    expect(await other.ended()).toBe(1);
    expect(await other.logs()).toContain('PHP ended by itself');
  });
});

describe('a replica that is stopped', () => {
  it('answers what is under way, and ends with 0', async () => {
    await one.exec('sh', '-c', 'echo "<?php sleep(3); echo \'answered\';" > /var/www/shared/wp-content/slow.php');
    const slow = one.fetch('/wp-content/slow.php');
    await one.exec('sleep', '1');
    await one.signal('TERM');
    expect((await slow).text).toBe('answered');
    expect(await one.ended()).toBe(0);
  });

  it('comes back with the same salts, so that sessions go on', async () => {
    await one.start();
    await one.ready();
    const cookie = await logIn(one, blog.admin);
    const salts = (await one.exec('cat', SALTS)).stdout;
    await one.signal('KILL');
    expect(await one.ended()).toBe(137);
    await one.start();
    await one.ready();
    expect((await one.exec('cat', SALTS)).stdout).toBe(salts);
    expect((await one.fetch('/wp-admin/profile.php', { headers: { cookie } })).status).toBe(200);
    expect(await ask(blog, POSTS)).toBe(1);
  });

  it('brings older tables up to its version, and leaves newer ones', async () => {
    const version = Number(await ask(blog, "SELECT option_value FROM wp_options WHERE option_name = 'db_version'"));
    const restartedWith = async (tables: number): Promise<unknown> => {
      await one.signal('KILL');
      await one.ended();
      await ask(blog, `UPDATE wp_options SET option_value = '${tables}' WHERE option_name = 'db_version'`);
      await one.start();
      await one.ready();
      return Number(await ask(blog, "SELECT option_value FROM wp_options WHERE option_name = 'db_version'"));
    };
    expect(await restartedWith(version - 1)).toBe(version);
    expect(await restartedWith(version + 1)).toBe(version + 1);
    expect(await one.logs()).toContain('newer WordPress');
    await ask(blog, `UPDATE wp_options SET option_value = '${version}' WHERE option_name = 'db_version'`);
  });
});

describe('a replica that cannot start', () => {
  const refusal = async (site: Site, env: Record<string, string>, at = server): Promise<string> => {
    const replica = await start(site, { WORDPRESS_DB_WAIT_SECONDS: '3', ...env }, at);
    expect(await replica.ended()).toBe(1);
    const logs = await replica.logs();
    await replica.remove();
    return logs;
  };

  it('says everything that is wrong with its environment at once, and no secret', async () => {
    const nothing = Object.fromEntries(Object.keys(environmentOf(blog, server)).map((name) => [name, '']));
    const secret = 'too-short';
    const logs = await refusal(blog, {
      ...nothing,
      WORDPRESS_URL: 'blog.example.com/path/',
      WORDPRESS_ADMIN_PASSWORD: secret,
      WORDPRESS_DB_HOST: 'localhost',
      WORDPRESS_DB_TLS: 'maybe',
      WORDPRESS_DB_TLS_CA: '/nowhere.pem',
      WORDPRESS_PHP_WORKERS: '0',
    });
    const named = [...logs.matchAll(/^ {2}(WORDPRESS_\w+) is (not set)?/gm)].map(
      ([, name, absent]) => `${name} ${absent ?? 'wrong'}`,
    );
    expect(named).toEqual([
      'WORDPRESS_URL wrong',
      'WORDPRESS_TITLE not set',
      'WORDPRESS_ADMIN_USER not set',
      'WORDPRESS_ADMIN_PASSWORD wrong',
      'WORDPRESS_ADMIN_EMAIL not set',
      'WORDPRESS_DB_HOST wrong',
      'WORDPRESS_DB_NAME not set',
      'WORDPRESS_DB_USER not set',
      'WORDPRESS_DB_PASSWORD not set',
      'WORDPRESS_DB_TLS wrong',
      'WORDPRESS_DB_TLS_CA wrong',
      'WORDPRESS_PHP_WORKERS wrong',
    ]);
    expect(logs).not.toContain(secret);
  });

  it('tries a wrong password again, and then ends', async () => {
    const logs = await refusal(blog, { WORDPRESS_DB_PASSWORD: 'not it' });
    expect(logs).toMatch(/waiting for the database: the server refuses the user blog or the password/);
    expect(logs).toMatch(/no connection to the database within 3 s: the server refuses/);
    expect(logs).not.toContain('not it');
  });

  it('does not log in to a server without TLS, with a certificate of others, or of another name', async () => {
    expect(await refusal(blog, {}, open)).toMatch(/within 3 s: .* it may have no TLS/);
    const unknown = await refusal(blog, { WORDPRESS_DB_TLS_CA: '' });
    expect(unknown).toMatch(/the certificate of database\.example\.com is not one of WORDPRESS_DB_TLS_CA/);
    expect(await refusal(blog, { WORDPRESS_DB_HOST: '127.0.0.1' })).toMatch(/or not for this name/);
  });

  it('does not take damaged salts for its own', async () => {
    const site = { ...blog, volume: 'files-of-nobody' };
    await host.podman(
      'run',
      '--rm',
      '--network=host',
      '--no-healthcheck',
      '--volume',
      `${site.volume}:/var/www/shared`,
      built.reference,
      'sh',
      '-c',
      `echo "<?php return [];" > ${SALTS}`,
    );
    expect(await refusal(site, {})).toMatch(/salts\.php is not what it was made as/);
  });
});

it('begins an installation anew that was killed', async () => {
  const site = await newSite(server, 'killed');
  const replica = await start(site);
  const begun =
    "SELECT COUNT(*) FROM information_schema.tables WHERE table_name IN ('wp_installation_begun', 'wp_options') AND table_schema = DATABASE()";
  while ((await ask(site, begun)) !== 2) expect(await replica.isRunning()).toBe(true);
  await replica.signal('KILL');
  await replica.ended();
  expect(await ask(site, begun)).toBe(2);
  await replica.start();
  await replica.ready();
  expect(await replica.logs()).toContain('beginning anew');
  expect(await ask(site, POSTS)).toBe(1);
  await logIn(replica, site.admin);
  await replica.remove();
});

it('names the same version in its definition and its Dockerfile, and passes its smoke test', async () => {
  const { definition, dockerfile } = await filesOfWordpress();
  const [, version] = /^ {2}version: '([\d.]+)',$/m.exec(definition) ?? [];
  expect(dockerfile).toContain(`ARG WORDPRESS_VERSION=${version}\n`);
  expect(definition).toContain("smokeTest: ['wordpress-check-image']");
  expect((await one.exec('wordpress-check-image')).exitCode).toBe(0);
});

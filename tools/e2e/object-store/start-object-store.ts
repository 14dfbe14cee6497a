import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { checkObjectStorePrograms } from '../debian-packages.ts';
import { freePort } from '../free-port.ts';
import { type Credentials, randomCredentials } from '../random-credentials.ts';
import { cephConfiguration, GATEWAY } from './ceph-configuration.ts';
import { Daemons } from './daemons.ts';

/** A running S3 server: Ceph's gateway before a store of its own in memory. */
export interface ObjectStore {
  /** `http://127.0.0.1:<port>`; buckets are named in the path. */
  readonly endpoint: string;
  /** It takes requests for every region; buckets are made by this one, which names no place for them. */
  readonly region: string;
  /** Of a user without special rights, who owns the buckets that it makes. */
  readonly credentials: Credentials;
  /** The same as environment variables, for a program. */
  readonly env: Readonly<Record<string, string>>;
  /** Another user, who may do to others' buckets what their policies allow. */
  addUser(name: string): Promise<Credentials>;
  /** Ends the server and removes its files. */
  stop(): Promise<void>;
}

/** A start takes 2 s on an idle machine. */
const START_DEADLINE_MS = 60_000;
const POLL_MS = 50;
const REGION = 'us-east-1';

/**
 * Starts a store on 127.0.0.1 with nothing in it. It ends with `stop`, or with this process, however that ends.
 * @throws E2eError `tool-missing` before `npm run e2e:setup`, or `server-failed` with what its programs said last
 */
export async function startObjectStore(): Promise<ObjectStore> {
  checkObjectStorePrograms();
  const folder = await mkdtemp(join(tmpdir(), 'bitclouded-store-'));
  const removed = removeWithParent(folder);
  // The caller's own arguments for Ceph would steer every program.
  const daemons = new Daemons({ CEPH_CONF: join(folder, 'ceph.conf'), CEPH_ARGS: '' });
  const stop = async () => {
    await daemons.end();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    removed();
  };
  try {
    const endpoint = await startAll(daemons, folder);
    const addUser = (name: string) => makeUser(daemons, name);
    const credentials = await addUser('owner');
    daemons.unref();
    const env = {
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    };
    return { endpoint, region: REGION, credentials, env, addUser, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Removes the folder when this process has ended without doing so. @returns what calls that off */
function removeWithParent(folder: string): () => void {
  const script = 'cat > /dev/null; sleep 1; rm -rf -- "$0"';
  const remover = spawn('sh', ['-c', script, folder], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  remover.unref();
  (remover.stdin as unknown as { unref(): void }).unref();
  return () => void remover.stdin.end();
}

async function startAll(daemons: Daemons, folder: string): Promise<string> {
  const [monitorPort, gatewayPort] = [await freePort(), await freePort()];
  const fsid = randomUUID();
  const keyring = join(folder, 'keyring');
  const monitorMap = join(folder, 'monitors');
  for (const name of ['mon', 'osd', 'run', 'crash']) await mkdir(join(folder, name));
  await writeFile(join(folder, 'ceph.conf'), cephConfiguration({ folder, monitorPort, gatewayPort }, fsid));

  await daemons.run('ceph-authtool', [
    '--create-keyring',
    keyring,
    '--gen-key',
    '-n',
    'mon.',
    '--cap',
    'mon',
    'allow *',
  ]);
  const admin = ['--cap', 'mon', 'allow *', '--cap', 'osd', 'allow *', '--cap', 'mgr', 'allow *'];
  const names = {
    'client.admin': admin,
    'osd.0': ['--cap', 'mon', 'allow profile osd', '--cap', 'osd', 'allow *'],
    [GATEWAY]: ['--cap', 'mon', 'allow rw', '--cap', 'osd', 'allow rwx'],
  };
  for (const [name, caps] of Object.entries(names))
    await daemons.run('ceph-authtool', [keyring, '--gen-key', '-n', name, ...caps]);
  const address = `[v2:127.0.0.1:${monitorPort}]`;
  await daemons.run('monmaptool', ['--create', '--fsid', fsid, '--addv', 'a', address, monitorMap]);
  await daemons.run('ceph-mon', ['-i', 'a', '--mkfs', '--monmap', monitorMap, '--keyring', keyring]);
  daemons.start('ceph-mon', ['-f', '-i', 'a']);
  const storeId = randomUUID();
  await daemons.run('ceph', ['--connect-timeout', '30', 'osd', 'new', storeId]);
  await daemons.run('ceph-osd', ['-i', '0', '--mkfs', '--osd-uuid', storeId]);
  daemons.start('ceph-osd', ['-f', '-i', '0']);
  daemons.start('radosgw', ['-f', '-n', GATEWAY]);

  const endpoint = `http://127.0.0.1:${gatewayPort}`;
  await ready(daemons, endpoint);
  return endpoint;
}

async function ready(daemons: Daemons, endpoint: string): Promise<void> {
  const deadline = performance.now() + START_DEADLINE_MS;
  while (performance.now() < deadline) {
    if (!daemons.areRunning()) throw daemons.failed('one of its programs ended');
    if (await answers(endpoint)) return;
    await wait(POLL_MS);
  }
  throw daemons.failed(`no answer after ${START_DEADLINE_MS / 1000} s`);
}

/** Whether Ceph's gateway answers, and not another server that took the port. */
async function answers(endpoint: string): Promise<boolean> {
  try {
    const answer = await fetch(endpoint, { signal: AbortSignal.timeout(5_000) });
    return answer.ok && (await answer.text()).includes('<ID>anonymous</ID>');
  } catch (error) {
    // `fetch` says "refused" and "timed out" by these two; by name, as Jest has classes of its own.
    if (['TypeError', 'TimeoutError'].includes((error as Error).name)) return false;
    throw error;
  }
}

async function makeUser(daemons: Daemons, name: string): Promise<Credentials> {
  const credentials = randomCredentials();
  const { accessKeyId, secretAccessKey } = credentials;
  const keys = ['--access-key', accessKeyId, '--secret-key', secretAccessKey];
  await daemons.run('radosgw-admin', ['user', 'create', '--uid', name, '--display-name', name, ...keys]);
  return credentials;
}

/**
 * The provisioning of linux-base and linux-ecs, in a booted Ubuntu 24.04 of Ubuntu's own archive.
 *
 * The agents' vendors are not asked: small packages with the same names stand in for the agents, signed by a key of
 * this test. So what is proved of the agents is that they are checked, installed, configured and enabled. A container
 * has its host's kernel: audit, Docker's start and settings outside of the network are read from files, not tried.
 */
import { existsSync, readdirSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPaths } from '../paths.ts';
import { runProgram } from '../run-program.ts';
import { bootMachine, type Machine } from './boot-machine.ts';
import { type PackageProxy, startPackageProxy } from './package-proxy.ts';
import { checkMachinePrograms } from './programs.ts';
import { changed, filesOf } from './root-files.ts';
import { copyImage, idleService, makePackage, makeSigner, type Signer, STAND_IN_HOST } from './stand-in-packages.ts';
import { ubuntuRoot } from './ubuntu-root.ts';

const { repository } = findPaths();
const images = join(repository, 'packages/images');
const MACHINE = '/opt/provision';

let folder: string;
let root: string;
let machine: Machine;
let proxy: PackageProxy;
let vendor: Signer;
let stranger: Signer;

beforeAll(async () => {
  checkMachinePrograms();
  folder = await mkdtemp(join(tmpdir(), 'bitclouded-machine-'));
  root = join(folder, 'root');
  await mkdir(root);
  await runProgram('tar', ['--extract', '--file', await ubuntuRoot(repository), '--directory', root]);
  [vendor, stranger] = await Promise.all([makeSigner(folder, 'vendor'), makeSigner(folder, 'stranger')]);
  const [base, ecs] = [join(root, MACHINE, 'linux-base'), join(root, MACHINE, 'linux-ecs')];
  const agents = ['amazon-ssm-agent', 'amazon-cloudwatch-agent'];
  for (const name of [...agents, 'amazon-ecs-init']) await serve(name, vendor);
  await copyImage(join(images, 'linux-base'), base, agents.map(lineOf), [vendor.publicKey]);
  await copyImage(join(images, 'linux-ecs'), ecs, [lineOf('amazon-ecs-init')], [vendor.publicKey]);
  await boot();
}, 600_000);
afterAll(async () => {
  await machine?.stop();
  await proxy?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Packages come through a proxy: the machine has no other way out. */
async function boot(): Promise<void> {
  await machine?.stop();
  await proxy?.stop();
  machine = await bootMachine(root);
  proxy = await startPackageProxy({
    listenOn: machine.hostAddress,
    cache: join(repository, 'node_modules/.cache/machines/packages'),
    folders: { [STAND_IN_HOST]: join(folder, 'served') },
  });
  await writeFile(join(root, 'etc/apt/apt.conf.d/00proxy'), `Acquire::http::Proxy "${proxy.address}";\n`);
  await writeFile(join(root, 'root/.curlrc'), `proxy = "${proxy.address}"\n`);
}

async function serve(name: string, signer: Signer): Promise<void> {
  const file = join(folder, 'served', `${name}-1.0.deb`);
  // The vendors' packages of this name bring services of these.
  const service = name === 'amazon-ecs-init' ? 'ecs' : name;
  await makePackage(file, { name, version: '1.0-1', ...idleService(service) });
  await signer.sign(file);
}

const lineOf = (name: string): string =>
  `${name} 1.0 http://${STAND_IN_HOST}/${name}-{version}.deb .sig ${vendor.fingerprint} keys/vendor.asc`;

const read = (path: string): Promise<string> => readFile(join(root, path), 'utf8');

async function provision(image: string): Promise<void> {
  const { exitCode, stdout, stderr } = await machine.run('bash', `${MACHINE}/${image}/provision.sh`);
  if (exitCode !== 0) throw new Error(`${stdout.slice(-2000)}\n${stderr.slice(-2000)}`);
}

test('linux-base is provisioned, and once more without a file that changes', async () => {
  await provision('linux-base');
  const before = await filesOf(root);
  expect(before.size).toBeGreaterThan(5000);
  await provision('linux-base');
  expect(changed(before, await filesOf(root))).toEqual([]);
}, 400_000);

test('linux-ecs is provisioned on it, and once more without a file that changes', async () => {
  await provision('linux-ecs');
  const before = await filesOf(root);
  await provision('linux-ecs');
  expect(changed(before, await filesOf(root))).toEqual([]);
  expect(await read('etc/ecs/ecs.config')).toMatch(/^ECS_AWSVPC_BLOCK_IMDS=true$/m);
}, 100_000);

test('a machine that boots from it keeps what it promises, by its own test', async () => {
  await boot();
  const { exitCode, stdout } = await machine.run('machine-test');
  expect([exitCode, stdout.split('\n').filter((line) => line.startsWith('FAIL'))]).toEqual([0, []]);
}, 100_000);

test('and its own test finds a promise that is broken', async () => {
  await machine.run('sysctl', '--write', 'net.ipv4.conf.all.accept_redirects=1');
  await machine.run('systemctl', 'disable', 'chrony.service');
  const broken = await machine.run('machine-test');
  expect(broken.exitCode).toBe(1);
  expect(broken.stdout).toMatch(/FAIL net\.ipv4\.conf\.all\.accept_redirects is 1, and should be 0/);
  expect(broken.stdout).toMatch(/FAIL chrony does not start with the machine/);
  await machine.run('sysctl', '--write', 'net.ipv4.conf.all.accept_redirects=0');
  await machine.run('systemctl', 'enable', 'chrony.service');
});

test('lets nobody in by password, and root not at all', async () => {
  const { stdout } = await machine.run('sshd', '-T', '-C', 'user=root,host=localhost,addr=127.0.0.1');
  const said = stdout.split('\n');
  const wanted = ['permitrootlogin no', 'passwordauthentication no', 'kbdinteractiveauthentication no'];
  expect(said).toEqual(expect.arrayContaining([...wanted, 'authenticationmethods publickey', 'allowtcpforwarding no']));
  const passwords = (await read('etc/shadow')).split('\n').filter(Boolean);
  expect(passwords.filter((line) => /^[^:]*:(?:\$|:)/.test(line))).toEqual([]);
});

test('its network takes no redirect and no source route', async () => {
  const names = ['accept_redirects', 'send_redirects', 'accept_source_route', 'secure_redirects'];
  const { stdout } = await machine.run('sysctl', '--values', ...names.map((name) => `net.ipv4.conf.default.${name}`));
  expect(stdout.trim().split('\n')).toEqual(['0', '0', '0', '0']);
});

test('security fixes come by themselves, from Ubuntu and without a reboot', async () => {
  const { stdout } = await machine.run('apt-config', 'dump');
  expect(stdout).toMatch(/^APT::Periodic::Unattended-Upgrade "1";$/m);
  expect(stdout).toMatch(/^Unattended-Upgrade::Allowed-Origins:: "\$\{distro_id\}:\$\{distro_codename\}-security";$/m);
  expect(stdout).toMatch(/^Unattended-Upgrade::Automatic-Reboot "false";$/m);
  const dry = await machine.run('unattended-upgrade', '--dry-run', '--verbose');
  expect([dry.exitCode, `${dry.stdout}${dry.stderr}`]).toEqual([0, expect.stringContaining('noble-security')]);
}, 100_000);

test('the rules of audit are ones that auditd understands, and the last of them closes the list', async () => {
  const { exitCode } = await machine.run('augenrules');
  expect(exitCode).toBe(0);
  const rules = (await read('etc/audit/audit.rules')).split('\n').filter((line) => /^-/.test(line));
  expect(rules).toEqual(
    expect.arrayContaining([expect.stringContaining('key=as-root'), '-w /etc/sudoers -p wa -k privileges']),
  );
  expect(rules.at(-1)).toBe('-e 2');
});

test('time comes from Amazon alone', async () => {
  const chrony = await read('etc/chrony/chrony.conf');
  expect(chrony).not.toMatch(/^\s*(?:pool|server)\s/m);
  expect(await read('etc/chrony/conf.d/50-amazon.conf')).toMatch(/^server 169\.254\.169\.123 /m);
});

test('the agents start with the machine, with a configuration, the ECS agent after user data', async () => {
  for (const unit of ['amazon-ssm-agent', 'amazon-cloudwatch-agent', 'docker'])
    expect((await machine.run('systemctl', 'is-enabled', `${unit}.service`)).stdout.trim()).toBe('enabled');
  const agent = 'opt/aws/amazon-cloudwatch-agent/etc/amazon-cloudwatch-agent.d/50-bitclouded.json';
  expect(JSON.parse(await read(agent)).metrics.metrics_collected).toHaveProperty('mem');
  expect(JSON.parse(await read('etc/docker/daemon.json'))['log-opts']).toMatchObject({ 'max-size': '10m' });
  const { stdout } = await machine.run('systemctl', 'show', '--property', 'After,WantedBy', 'ecs.service');
  expect(stdout).toMatch(/^WantedBy=cloud-init\.target$/m);
  expect(stdout).toMatch(/^After=.*cloud-final\.service/m);
});

test.each([
  ['of somebody else', async () => serve('agent-x', stranger)],
  [
    'that was changed after it was signed',
    async () => {
      await serve('agent-x', vendor);
      const file = join(folder, 'served/agent-x-1.0.deb');
      const bytes = await readFile(file);
      bytes[bytes.length - 1]! ^= 1;
      await writeFile(file, bytes);
    },
  ],
])('refuses a package %s, and installs nothing of it', async (_, offer) => {
  await offer();
  const list = join(root, MACHINE, 'refused');
  await rm(list, { recursive: true, force: true });
  await mkdir(join(list, 'keys'), { recursive: true });
  // The stranger's key is there too: what counts is the fingerprint.
  const keys = `${await readFile(vendor.publicKey, 'utf8')}\n`;
  await writeFile(join(list, 'keys/vendor.asc'), keys);
  await writeFile(join(list, 'agents.conf'), `${lineOf('agent-x')}\n`);
  const { exitCode, stderr } = await machine.run('install-signed-packages', `${MACHINE}/refused/agents.conf`);
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining(`expected ${vendor.fingerprint}`)]);
  expect((await machine.run('dpkg-query', '--show', 'agent-x')).exitCode).not.toBe(0);
});

test('refuses a good signature by a key that is not the pinned one', async () => {
  await serve('agent-x', stranger);
  const list = join(root, MACHINE, 'refused');
  await rm(list, { recursive: true, force: true });
  await mkdir(join(list, 'keys'), { recursive: true });
  await cp(stranger.publicKey, join(list, 'keys/vendor.asc'));
  await writeFile(join(list, 'agents.conf'), `${lineOf('agent-x')}\n`);
  const { exitCode, stderr } = await machine.run('install-signed-packages', `${MACHINE}/refused/agents.conf`);
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining(`signed by ${stranger.fingerprint}`)]);
});

test('refuses a machine that is no Ubuntu', async () => {
  const { exitCode, stderr } = await machine.run(
    'bash',
    '-c',
    `cp -L /etc/os-release /tmp/os && sed -i 's/^ID=.*/ID=debian/' /tmp/os && mount --bind /tmp/os /usr/lib/os-release && bash ${MACHINE}/linux-base/provision.sh; code=$?; umount /usr/lib/os-release; exit $code`,
  );
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('made for Ubuntu')]);
});

test('sealed, it has no keys, no identity, no logs and no history; and it boots again as another one', async () => {
  await machine.run(
    'bash',
    '-c',
    'echo secret >> ~/.bash_history; mkdir -p ~/.ssh; echo key > ~/.ssh/authorized_keys; logger hello',
  );
  expect((await machine.run('seal-machine')).exitCode).toBe(0);
  const left = (path: string): string[] => (existsSync(join(root, path)) ? readdirSync(join(root, path)) : []);
  expect(left('etc/ssh').filter((name) => name.startsWith('ssh_host_'))).toEqual([]);
  expect([left('root/.ssh'), left('tmp'), left('var/lib/apt/lists')]).toEqual([[], expect.any(Array), []]);
  expect(left('root').filter((name) => name.endsWith('_history'))).toEqual([]);
  expect(await read('etc/machine-id')).toBe('');
  const logs = await runProgram('find', [join(root, 'var/log'), '-type', 'f', '-size', '+0']);
  expect(
    logs.stdout
      .trim()
      .split('\n')
      .filter((path) => path !== '' && !path.includes('/journal/')),
  ).toEqual([]);

  await boot();
  expect((await machine.run('cat', '/etc/machine-id')).stdout).toMatch(/^[0-9a-f]{32}\n$/);
}, 100_000);

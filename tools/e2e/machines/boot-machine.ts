import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { copyFile, lstat, mkdir, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { E2eError } from '../e2e-error.ts';
import { type Ended, runProgram } from '../run-program.ts';
import { checkMachinePrograms } from './programs.ts';

/** A booted machine: a root file system under systemd-nspawn, in a network of its own that leads to this machine alone. */
export interface Machine {
  /** Its root, as seen from outside. */
  readonly root: string;
  /** The two ends of its one link: where it answers, and where this machine does. */
  readonly address: string;
  readonly hostAddress: string;
  /** Runs a program in it as root, with an environment of its own. */
  run(program: string, ...args: string[]): Promise<Ended>;
  /** Ends it at once, as a power cut. The root stays. */
  stop(): Promise<void>;
}

const BOOT_PATIENCE_MS = 60_000;
const POLL_MS = 300;

/**
 * Boots a root file system. Its kernel's settings are read-only but for those of its own network, so that no script
 * in it can change this machine: never run one by chroot alone.
 * @throws E2eError `tool-missing`, `server-failed`
 */
export async function bootMachine(root: string): Promise<Machine> {
  checkMachinePrograms();
  const network = await openNetwork();
  await prepare(root);
  const log = join(root, '..', `${network.name}.log`);
  const out = openSync(log, 'w');
  const nspawn = [
    ...['systemd-nspawn', '--boot', `--network-namespace-path=/run/netns/${network.name}`, '--capability=all'],
    ...["--system-call-filter='add_key keyctl bpf'", '--register=no', '--keep-unit', '--console=read-only'],
    ...['--resolv-conf=off', '--quiet', `--directory='${root}'`],
  ];
  // systemd-nspawn wants a folder for its sockets, which no service keeps here.
  const command = `mkdir -p /run/systemd/nspawn; mount -t tmpfs t /run/systemd/nspawn; exec ${nspawn.join(' ')}`;
  const child = spawn('unshare', ['--mount', '--kill-child', '--fork', 'bash', '-c', command], {
    stdio: ['ignore', out, out],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let leader: number | undefined;
  const run: Machine['run'] = (program, ...args) =>
    runProgram('nsenter', [
      ...['--target', String(leader), '--all', 'env', '-i', 'HOME=/root', 'LC_ALL=C.UTF-8'],
      ...['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', program, ...args],
    ]);
  const stop = async (): Promise<void> => {
    if (leader !== undefined) killIfThere(leader);
    child.kill('SIGKILL');
    await ended;
    await network.close();
  };
  const deadline = Date.now() + BOOT_PATIENCE_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    leader ??= await leaderOf(child.pid!);
    if (leader !== undefined) {
      const { stdout } = await run('systemctl', 'is-system-running');
      if (/running|degraded/.test(stdout)) {
        await applyNetworkSettings(run);
        return { root, address: network.inside, hostAddress: network.outside, run, stop };
      }
    }
    await pause(POLL_MS);
  }
  await stop();
  throw new E2eError({
    code: 'server-failed',
    where: `systemd-nspawn of ${root}`,
    received: (await readFile(log, 'utf8')).trim().split('\n').slice(-8).join(' | '),
    expected: 'a machine that boots',
    remedy: `read ${log}`,
  });
}

/** What sysctl.d says of the network: of all settings of the kernel, these alone are the machine's own. */
async function applyNetworkSettings(run: Machine['run']): Promise<void> {
  await run('mount', '--bind', '/proc/sys/net', '/proc/sys/net');
  await run('mount', '-o', 'remount,bind,rw', '/proc/sys/net');
  await run('systemctl', 'start', 'systemd-sysctl.service');
}

interface Network {
  readonly name: string;
  readonly inside: string;
  readonly outside: string;
  close(): Promise<void>;
}

/** A network namespace and a pair of interfaces into it. Nothing is forwarded: this machine's settings stay. */
async function openNetwork(): Promise<Network> {
  const third = process.pid % 250;
  const fourth = (Date.now() % 60) * 4;
  const [outside, inside] = [`10.213.${third}.${fourth + 1}`, `10.213.${third}.${fourth + 2}`];
  const name = `bc${process.pid}x${fourth}`;
  const steps: [string, ...string[]][] = [
    ['ip', 'netns', 'add', name],
    ['ip', 'link', 'add', name, 'type', 'veth', 'peer', 'name', 'host0', 'netns', name],
    ['ip', 'addr', 'add', `${outside}/30`, 'dev', name],
    ['ip', 'link', 'set', name, 'up'],
    ['ip', '-n', name, 'addr', 'add', `${inside}/30`, 'dev', 'host0'],
    ['ip', '-n', name, 'link', 'set', 'host0', 'up'],
    ['ip', '-n', name, 'link', 'set', 'lo', 'up'],
  ];
  const close = async (): Promise<void> => {
    await runProgram('ip', ['link', 'delete', name]);
    await runProgram('ip', ['netns', 'delete', name]);
  };
  for (const [program, ...args] of steps) {
    const { exitCode, stderr, failure } = await runProgram(program, args);
    if (exitCode === 0) continue;
    await close();
    throw new E2eError({
      code: 'server-failed',
      where: [program, ...args].join(' '),
      received: failure ?? stderr.trim(),
      expected: 'a network for a machine',
      remedy: 'run it as root, where networks may be made',
    });
  }
  return { name, inside, outside, close };
}

/** Names are resolved as here; what would take this machine's devices or ports stays off. */
async function prepare(root: string): Promise<void> {
  await rm(join(root, 'etc/resolv.conf'), { force: true });
  await copyFile('/etc/resolv.conf', join(root, 'etc/resolv.conf'));
  const units = join(root, 'etc/systemd/system');
  await mkdir(units, { recursive: true });
  const off = ['systemd-networkd-wait-online.service', 'systemd-resolved.service', 'systemd-networkd.service'];
  for (const unit of off) {
    const path = join(units, unit);
    await rm(path, { force: true });
    await symlink('/dev/null', path);
  }
  // No cloud is asked who this machine is.
  const marker = join(root, 'etc/cloud');
  if (await isThere(marker)) await runProgram('touch', [join(marker, 'cloud-init.disabled')]);
}

/** The first process of the machine: systemd, below nspawn, below unshare. */
async function leaderOf(pid: number): Promise<number | undefined> {
  for (const child of await childrenOf(pid))
    for (const grandchild of await childrenOf(child)) {
      if ((await readIfThere(`/proc/${grandchild}/comm`))?.trim() === 'systemd') return grandchild;
    }
  return undefined;
}

async function childrenOf(pid: number): Promise<number[]> {
  const tasks = (await readdir(`/proc/${pid}/task`).catch(absentFolder)) ?? [];
  const lists = await Promise.all(tasks.map((task) => readIfThere(`/proc/${pid}/task/${task}/children`)));
  return lists.flatMap((list) => (list ?? '').trim().split(' ').filter(Boolean).map(Number));
}

function absentFolder(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' && error.code !== 'ESRCH') throw error;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    return absentFolder(error as NodeJS.ErrnoException);
  }
}

async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(absentFolder)) !== undefined;
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

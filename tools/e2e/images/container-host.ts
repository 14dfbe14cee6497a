import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { E2eError } from '../e2e-error.ts';
import { type Ended, runProgram } from '../run-program.ts';

/** Runs containers by Podman, with storage of its own. Buildah takes the same storage, by this process's environment. */
export interface ContainerHost {
  readonly folder: string;
  /** Runs a container in the background: without any capability, on a root file system that is read-only. */
  run(image: string, options: RunOptions): Promise<Container>;
  /** @throws E2eError `server-failed` with Podman's last words */
  podman(...args: string[]): Promise<string>;
  /** Removes containers, volumes, images and files, and gives the environment back. */
  close(): Promise<void>;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Volume or file → where it is mounted, with Podman's options after a colon. */
  readonly mounts?: Readonly<Record<string, string>>;
  /** Names that stand for 127.0.0.1: a container uses this machine's network. */
  readonly hosts?: readonly string[];
  /** With Podman's own capabilities and a root file system that can be written to, for images that need them. */
  readonly isUnconfined?: boolean;
}

export interface Container {
  /** Both streams. */
  logs(): Promise<string>;
  /** Runs a command in it. */
  exec(...command: string[]): Promise<Ended>;
  /** Sends a signal to its first process. */
  signal(name: string): Promise<void>;
  start(): Promise<void>;
  /** Waits for its end. @returns its exit code */
  ended(): Promise<number>;
  isRunning(): Promise<boolean>;
  remove(): Promise<void>;
}

const VARIABLES = ['CONTAINERS_STORAGE_CONF', 'CONTAINERS_REGISTRIES_CONF', 'CONTAINERS_CONF', 'BUILDAH_ISOLATION'];
const END_DEADLINE_MS = 90_000;
/** Podman's OCI runtime refuses a machine that has both versions of control groups; in a namespace of its own one goes. */
const PODMAN = 'umount /sys/fs/cgroup/unified 2>/dev/null; exec podman "$@"';

export async function openContainerHost(): Promise<ContainerHost> {
  // In small letters: Podman names an image after the folder that it comes from.
  const folder = join(tmpdir(), `bitclouded-containers-${randomBytes(6).toString('hex')}`);
  await mkdir(folder);
  const before = VARIABLES.map((name) => [name, process.env[name]] as const);
  const at = (name: string): string => join(folder, name);
  await writeFile(
    at('storage.conf'),
    `[storage]\ndriver = "overlay"\ngraphroot = "${at('graph')}"\nrunroot = "${at('run')}"\n`,
  );
  await writeFile(at('registries.conf'), 'unqualified-search-registries = []\n');
  const containers = '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\ncgroups = "disabled"\n';
  const engine = `[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\nvolume_path = "${at('volumes')}"\n`;
  await writeFile(at('containers.conf'), `${containers}${engine}`);
  process.env.CONTAINERS_STORAGE_CONF = at('storage.conf');
  process.env.CONTAINERS_REGISTRIES_CONF = at('registries.conf');
  process.env.CONTAINERS_CONF = at('containers.conf');
  process.env.BUILDAH_ISOLATION = 'chroot';

  const podman = async (...args: string[]): Promise<string> => {
    const ended = await runPodman(args);
    if (ended.exitCode === 0) return ended.stdout.trim();
    throw failed(args, ended);
  };

  return {
    folder,
    podman,
    async run(image, { env = {}, mounts = {}, hosts = [], isUnconfined = false }) {
      const options = [
        ...['--detach', '--pull=never', '--no-healthcheck', '--network=host'],
        // Podman by itself lays writable folders over a read-only root: the image's own volumes must do.
        ...(isUnconfined
          ? []
          : ['--cap-drop=all', '--security-opt=no-new-privileges', '--read-only', '--read-only-tmpfs=false']),
        ...Object.entries(env).map(([name, value]) => `--env=${name}=${value}`),
        ...Object.entries(mounts).map(([source, target]) => `--volume=${source}:${target}`),
        ...hosts.map((name) => `--add-host=${name}:127.0.0.1`),
      ];
      return containerOf(await podman('run', ...options, image), podman);
    },
    async close() {
      await runPodman(['rm', '--all', '--force', '--volumes', '--time=0']);
      await runPodman(['volume', 'rm', '--all', '--force']);
      // Files of other users, and mounts.
      await runProgram('buildah', ['rm', '--all']);
      await runPodman(['rmi', '--all', '--force']);
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function containerOf(id: string, podman: ContainerHost['podman']): Container {
  const state = (): Promise<string> => podman('inspect', '--format={{.State.Status}} {{.State.ExitCode}}', id);
  return {
    async logs() {
      const { stdout, stderr } = await runPodman(['logs', id]);
      return `${stdout}${stderr}`;
    },
    exec: (...command) => runPodman(['exec', id, ...command]),
    signal: async (name) => void (await podman('kill', `--signal=${name}`, id)),
    start: async () => void (await podman('start', id)),
    async ended() {
      const deadline = Date.now() + END_DEADLINE_MS;
      for (;;) {
        const [status, exitCode] = (await state()).split(' ');
        if (status === 'exited') return Number(exitCode);
        if (Date.now() > deadline) throw new Error(`the container did not end; it is ${status}`);
        await pause(200);
      }
    },
    isRunning: async () => (await state()).startsWith('running'),
    remove: async () => void (await podman('rm', '--force', '--time=0', '--volumes', id)),
  };
}

function runPodman(args: readonly string[]): Promise<Ended> {
  return process.getuid?.() === 0
    ? runProgram('unshare', ['--mount', 'sh', '-c', PODMAN, 'sh', ...args])
    : runProgram('podman', args);
}

function failed(args: readonly string[], { exitCode, failure, stderr }: Ended): E2eError {
  return new E2eError({
    code: 'server-failed',
    where: `podman ${args[0]}`,
    received: failure ?? `exit code ${exitCode}`,
    expected: 'exit code 0; Podman and crun, which npm run e2e:setup installs as root on Debian or Ubuntu',
    remedy: `read what it said last:\n${stderr.slice(-2000)}`,
  });
}

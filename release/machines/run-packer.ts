import { spawn } from 'node:child_process';
import { ReleaseError } from '../release-error.ts';
import type { MachineIdentity } from './machine-identity.ts';

/** Packer as it is started: its program, and what its environment needs beside one's own. */
export interface PackerProgram {
  readonly program: string;
  readonly environment: Readonly<Record<string, string>>;
}

export interface PackerBuild {
  readonly packer: PackerProgram;
  /** The folder of `image.pkr.hcl`. */
  readonly folder: string;
  readonly identity: MachineIdentity;
  readonly region: string;
  readonly baseAmi: string;
  /** Another endpoint of EC2, which the AWS SDK of Packer's plugin does not find by itself. */
  readonly endpoint: string | undefined;
  /** Takes Packer's lines as they come. */
  readonly output: (line: string) => void;
}

const KEPT_LINES = 20;

/**
 * Lets Packer bake one image. Interrupted, Packer takes its machine away, and is waited for.
 * @throws ReleaseError `machine-bake-failed` with Packer's last lines
 */
export async function runPacker(build: PackerBuild, signal: AbortSignal): Promise<void> {
  const { identity, folder, output } = build;
  signal.throwIfAborted();
  const child = spawn(build.packer.program, ['build', '-color=false', ...variables(build), folder], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...build.packer.environment },
  });
  const last: string[] = [];
  let rest = '';
  const take = (text: string): void => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    for (const line of lines.filter((each) => each.trim() !== '')) {
      last.push(line);
      if (last.length > KEPT_LINES) last.shift();
      output(line);
    }
  };
  child.stdout.setEncoding('utf8').on('data', take);
  child.stderr.setEncoding('utf8').on('data', take);
  const interrupt = (): void => void child.kill('SIGINT');
  signal.addEventListener('abort', interrupt, { once: true });
  const ended = await new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, name) => resolve(code === 0 ? undefined : `exit code ${code ?? name}`));
  });
  signal.removeEventListener('abort', interrupt);
  signal.throwIfAborted();
  if (ended === undefined) return;
  throw new ReleaseError({
    code: 'machine-bake-failed',
    where: `image ${identity.image} for ${identity.architecture}`,
    received: ended,
    expected: 'a machine that is provisioned and keeps what the image promises',
    remedy: ['the last lines of Packer were:', ...last].join('\n    '),
  });
}

function variables({ identity, region, baseAmi, endpoint }: PackerBuild): string[] {
  const values = {
    region,
    architecture: identity.architecture,
    base_ami: baseAmi,
    ami_name: identity.amiName,
    tags: JSON.stringify(identity.tags),
    ...(endpoint && { endpoint }),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-var', `${name}=${value}`]);
}

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256Of } from '@bitclouded/documents';
import { measureSuccess } from '../measure.ts';

/** The linters that are Python programs, in an environment of the bench's own. */
export interface PythonLinters {
  /** The folder of the programs. */
  readonly programs: string;
  /** By the package's name. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Installs them into `bench/.venv`, pinned by hash; a second run finds them there. Some 420 MB. */
export async function installPythonLinters(repository: string): Promise<PythonLinters> {
  const requirements = join(repository, 'bench/linters/requirements.txt');
  const text = readFileSync(requirements, 'utf8');
  const environment = join(repository, 'bench/.venv');
  const programs = join(environment, 'bin');
  const stamp = join(environment, 'installed.sha256');
  const wanted = sha256Of(Buffer.from(`${text}\n${environment}`));
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    const at = { cwd: repository };
    await measureSuccess('python3', ['-m', 'venv', '--clear', environment], at);
    const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check'];
    const pinned = ['--require-hashes', '--only-binary', ':all:', '--requirement', requirements];
    await measureSuccess(join(programs, 'python'), [...pip, ...pinned], at);
    writeFileSync(stamp, wanted);
  }
  const versions = [...text.matchAll(/^([a-z0-9.-]+)==(\S+)/gm)].map(([, name, version]) => [name!, version!] as const);
  return { programs, versions: Object.fromEntries(versions) };
}

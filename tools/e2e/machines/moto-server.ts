import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { E2eError } from '../e2e-error.ts';
import { runProgram } from '../run-program.ts';

/**
 * The program of moto's server, in a Python environment of its own in the repository's cache: it wants another
 * botocore than the stand-in of the other tests. Installed once, held to hashes.
 * @throws E2eError `install-failed`
 */
export async function motoServer(repository: string): Promise<string> {
  const requirements = join(repository, 'tools/e2e/machines/requirements.txt');
  const environment = join(repository, 'node_modules/.cache/machines/moto');
  const stamp = join(environment, 'stamp');
  const program = join(environment, 'bin/moto_server');
  const wanted = await readFile(requirements, 'utf8');
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === wanted) return program;
  await rm(environment, { recursive: true, force: true });
  await mkdir(environment, { recursive: true });
  await succeed('python3', ['-m', 'venv', environment]);
  await succeed(join(environment, 'bin/python'), [
    ...['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check'],
    ...['--require-hashes', '--only-binary', ':all:', '--requirement', requirements],
  ]);
  await writeFile(stamp, wanted);
  return program;
}

async function succeed(program: string, args: readonly string[]): Promise<void> {
  const { exitCode, failure, stderr } = await runProgram(program, args);
  if (exitCode === 0) return;
  throw new E2eError({
    code: 'install-failed',
    where: [program, ...args].join(' '),
    received: failure ?? `exit code ${exitCode}`,
    expected: 'exit code 0, with the registry of Python packages within reach',
    remedy: ['its last lines were:', ...stderr.trim().split('\n').slice(-5)].join('\n    '),
  });
}

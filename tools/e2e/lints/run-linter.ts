import { join } from 'node:path';
import { E2eError } from '../e2e-error.ts';
import type { Paths } from '../paths.ts';
import { runProgram } from '../run-program.ts';

/**
 * Runs a linter of the project's own environment in the repository's root.
 * @param exitCodes those that mean that the linter did its work
 * @throws E2eError `lint-failed` for any other
 */
export async function runLinter(
  paths: Paths,
  name: string,
  args: readonly string[],
  exitCodes: readonly number[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ stdout: string }> {
  const program = join(paths.programs, name);
  const { exitCode, failure, stdout, stderr } = await runProgram(program, args, { cwd: paths.repository, env });
  if (exitCode !== undefined && exitCodes.includes(exitCode)) return { stdout };
  throw new E2eError({
    code: 'lint-failed',
    where: name,
    received: `${failure ?? `exit code ${exitCode}`}: ${stderr || stdout}`,
    expected: `one of the exit codes ${exitCodes.join(', ')}`,
    remedy: failure === 'ENOENT' ? 'npm run e2e:setup' : `run it by hand: ${[program, ...args].join(' ')}`,
  });
}

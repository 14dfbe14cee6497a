import { runProgram } from './run-program.ts';

/**
 * Builds every unit into `dist`; what did not change comes from the cache.
 * @throws Error with the build's own words
 */
export async function buildUnits(repository: string): Promise<void> {
  const { exitCode, stdout, stderr } = await runProgram('npm', ['run', 'build'], {
    cwd: repository,
    env: { NX_DAEMON: 'false' },
  });
  if (exitCode !== 0) throw new Error(`npm run build ended with ${exitCode}:\n${stdout}${stderr}`);
}

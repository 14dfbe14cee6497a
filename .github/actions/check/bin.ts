/**
 * The step of the action: `npm run check-action`. It gives the inputs to the command, in the workspace of whoever uses
 * the action. No shell reads them.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';

const { CHECK_PATHS = '', CHECK_PROFILE = '', CHECK_SARIF = '', GITHUB_WORKSPACE } = process.env;
const paths = CHECK_PATHS.split('\n')
  .map((line) => line.trim())
  .filter((line) => line !== '');
const command = join(import.meta.dirname, '../../../packages/cli/bin.ts');
const { status } = spawnSync(
  process.execPath,
  [
    command,
    'check',
    ...(CHECK_PROFILE === '' ? [] : ['--profile', CHECK_PROFILE]),
    ...(CHECK_SARIF === '' ? [] : ['--sarif', '--output', CHECK_SARIF]),
    '--',
    ...paths,
  ],
  { cwd: GITHUB_WORKSPACE, stdio: 'inherit' },
);
process.exitCode = status ?? 2;

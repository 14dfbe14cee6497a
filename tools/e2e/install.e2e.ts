import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installTools } from './install.ts';
import { findPaths } from './paths.ts';
import { runProgram } from './run-program.ts';

it('does nothing when all is there', async () => {
  const steps: string[] = [];
  expect(await installTools(findPaths(), (step) => steps.push(step))).toBe(false);
  expect(steps).toEqual([]);
});

it('names every tool that is missing and how to get it, without a stack trace', async () => {
  const { repository, tools } = findPaths();
  const folder = await mkdtemp(join(tmpdir(), 'bitclouded-nothing-'));
  const program = `
    import { installTools } from './tools/e2e/install.ts';
    const paths = ${JSON.stringify({ repository, tools, environment: folder, programs: join(folder, 'bin') })};
    await installTools(paths, () => {}).catch((error) => { console.error(error.message); process.exitCode = 1; });`;
  const { exitCode, stderr } = await runProgram(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: repository,
    env: { PATH: folder },
  });
  await rm(folder, { recursive: true });
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(
    /python3: tool-missing[\s\S]+apt-get install python3[\s\S]+actionlint: tool-missing[\s\S]+install Go/,
  );
  expect(stderr).not.toMatch(/^\s+at /m);
});

it('says where to run when there is no repository', () => {
  expect(() => findPaths(tmpdir())).toThrow(/repository-not-found[\s\S]+run the command in the repository/);
});

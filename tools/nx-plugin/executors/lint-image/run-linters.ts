import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { PluginError } from '../../plugin-error.ts';
import type { Finding } from './finding.ts';

interface Ended {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

const OUTPUT_BYTES = 16 * 1024 * 1024;

/** Runs a linter to its end in a unit's folder. @param exitCodes with which it has done its work @throws PluginError `linter-failed` */
export async function runLinter(
  program: string,
  args: readonly string[],
  {
    cwd,
    env = {},
    exitCodes = [0, 1],
  }: { cwd: string; env?: Readonly<Record<string, string>>; exitCodes?: readonly number[] },
): Promise<Ended> {
  const ended = await new Promise<Ended>((resolve) => {
    const options = { cwd, env: { ...process.env, ...env }, maxBuffer: OUTPUT_BYTES };
    execFile(program, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      resolve({ exitCode: typeof code === 'number' ? code : undefined, stdout, stderr: stderr || String(code ?? '') });
    });
  });
  if (ended.exitCode !== undefined && exitCodes.includes(ended.exitCode)) return ended;
  throw new PluginError({
    code: 'linter-failed',
    where: program,
    received: `exit code ${ended.exitCode}: ${ended.stderr || ended.stdout}`,
    expected: `one of the exit codes ${exitCodes.join(', ')}`,
    remedy: `run it by hand in ${cwd}: ${[program, ...args].join(' ')}`,
  });
}

/** What hadolint and shellcheck print as JSON, as far as it is read here. */
interface Problem {
  readonly code: string | number;
  readonly level: string;
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** @param programs the folder of the linters */
export async function hadolint(programs: string, cwd: string, files: readonly string[]): Promise<Finding[]> {
  if (files.length === 0) return [];
  const { stdout } = await runLinter(join(programs, 'hadolint'), ['--format', 'json', '--no-color', ...files], { cwd });
  return (JSON.parse(stdout || '[]') as Problem[]).map((problem) =>
    findingOf(
      problem,
      `https://github.com/hadolint/hadolint/wiki/${problem.code}`,
      `# hadolint ignore=${problem.code}`,
    ),
  );
}

export async function shellcheck(programs: string, cwd: string, files: readonly string[]): Promise<Finding[]> {
  if (files.length === 0) return [];
  const args = ['--format', 'json', '--external-sources', ...files];
  const { stdout } = await runLinter(join(programs, 'shellcheck'), args, { cwd });
  return (JSON.parse(stdout || '[]') as Problem[]).map((problem) => {
    const code = `SC${problem.code}`;
    return findingOf({ ...problem, code }, `https://www.shellcheck.net/wiki/${code}`, `# shellcheck disable=${code}`);
  });
}

function findingOf({ file, line, code, message }: Problem, page: string, excuse: string): Finding {
  return {
    ...{ file, line, rule: String(code), received: message },
    expected: `what ${page} says`,
    remedy: `correct it; where it is right as it is, say why in a comment with ${excuse}`,
  };
}

import { execFile } from 'node:child_process';

/** How a program ended; `exitCode` is absent when it did not start or a signal ended it. */
export interface Ended {
  readonly exitCode: number | undefined;
  /** Why there is no exit code: the system's word, such as `ENOENT`, or the signal. */
  readonly failure: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

const LONGEST_OUTPUT_BYTES = 64 * 1024 * 1024;

/**
 * Runs a program to its end, without a shell and without input. It never rejects: the caller judges the exit code.
 * Not execa, which is published as ES modules alone: Jest loads this file as CommonJS.
 * @param env added to this process's own environment
 */
export function runProgram(
  program: string,
  args: readonly string[],
  { cwd, env }: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Ended> {
  const options = { cwd, env: { ...process.env, ...env }, maxBuffer: LONGEST_OUTPUT_BYTES };
  return new Promise((resolve) => {
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) return resolve({ exitCode: 0, failure: undefined, stdout, stderr });
      const exitCode = typeof error.code === 'number' ? error.code : undefined;
      const failure = exitCode === undefined ? String(error.code ?? error.signal ?? error.message) : undefined;
      resolve({ exitCode, failure, stdout, stderr });
    });
    child.stdin?.end();
  });
}

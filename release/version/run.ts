import { execFile } from 'node:child_process';

export interface RunResult {
  /** 127 where there is no such program, as a shell has it. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program without a shell and waits for its end. Whatever the exit code, it is an answer and no error. */
export type Run = (program: string, args: readonly string[]) => Promise<RunResult>;

const OUTPUT_LIMIT_BYTES = 16 * 1024 * 1024;

/** Programs that run in a folder, speak English and take no lock that they can do without. */
export function runIn(folder: string): Run {
  const environment = { ...process.env, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0' };
  return (program, args) =>
    new Promise((resolve, reject) => {
      execFile(
        program,
        args,
        { cwd: folder, env: environment, maxBuffer: OUTPUT_LIMIT_BYTES },
        (cause, stdout, stderr) => {
          const code = cause === null ? 0 : cause.code;
          if (typeof code === 'number') resolve({ exitCode: code, stdout, stderr });
          else if (cause && (cause as NodeJS.ErrnoException).code === 'ENOENT')
            resolve({ exitCode: 127, stdout, stderr });
          else reject(cause);
        },
      );
    });
}

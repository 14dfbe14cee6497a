import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';

/** How a program ended; `exitCode` is absent when it did not start or a signal ended it. */
export interface Ended {
  readonly exitCode: number | undefined;
  /** What the system says of a program that did not start, such as `ENOENT`. */
  readonly failure: string | undefined;
  readonly stdout: string;
  /** Both streams, as they came. */
  readonly all: string;
}

/** Runs a program to its end, without a shell and without input. */
export type RunTool = (program: string, args: readonly string[], signal: AbortSignal) => Promise<Ended>;

/** What a build may print and still be kept, in characters: its end is what matters. */
const KEPT = 256 * 1024;
/** Between the signal to end and the one that cannot be refused. */
const GRACE_MS = 5_000;

/** @throws the signal's reason once it is given, after the program has ended */
export const runTool: RunTool = async (program, args, signal) => {
  signal.throwIfAborted();
  // The environment is named, because a test's own is not what a program would get by itself.
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: process.env });
  let stdout = '';
  let all = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout = (stdout + text).slice(-KEPT);
    all = (all + text).slice(-KEPT);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    all = (all + text).slice(-KEPT);
  });
  const over = new AbortController();
  const end = async (): Promise<void> => {
    child.kill('SIGTERM');
    await pause(GRACE_MS, undefined, { signal: over.signal, ref: false });
    child.kill('SIGKILL');
  };
  // The pause ends with an AbortError when the program has ended by itself.
  const onAbort = (): void => void end().catch((cause: Error) => void cause);
  signal.addEventListener('abort', onAbort, { once: true });
  const ended = await new Promise<Ended>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ exitCode: undefined, failure: error.code ?? error.message, stdout, all }),
    );
    child.once('close', (code, name) =>
      resolve({ exitCode: code ?? undefined, failure: name ?? undefined, stdout, all }),
    );
  });
  signal.removeEventListener('abort', onAbort);
  over.abort();
  signal.throwIfAborted();
  return ended;
};

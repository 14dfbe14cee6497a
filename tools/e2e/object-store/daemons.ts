import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { E2eError } from '../e2e-error.ts';
import { runProgram } from '../run-program.ts';

const LOG_LINES = 30;

/** Programs that serve until they are ended, and what they said. */
export class Daemons {
  readonly #running: ChildProcess[] = [];
  readonly #env: Readonly<Record<string, string>>;
  #lines: string[] = [];

  /** @param env added to this process's own environment, for every program */
  constructor(env: Readonly<Record<string, string>>) {
    this.#env = env;
  }

  /** Starts a program in the foreground. The kernel ends it with this process, however that ends. */
  start(program: string, args: readonly string[]): void {
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', program, ...args], {
      env: { ...process.env, ...this.#env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        this.#lines = [...this.#lines, ...chunk.toString().split('\n').filter(Boolean)].slice(-LOG_LINES);
      });
    // A program that is missing has no pid; whoever waits for it sees that it does not run.
    child.once('error', (error) => this.#lines.push(error.message));
    this.#running.push(child);
  }

  /** Runs a program to its end. @throws E2eError `server-failed` with its last words */
  async run(program: string, args: readonly string[]): Promise<string> {
    const { exitCode, failure, stdout, stderr } = await runProgram(program, args, { env: this.#env });
    if (exitCode === 0) return stdout;
    throw this.failed(`${program} ${args.join(' ')} ended: ${failure ?? exitCode}\n${stdout}${stderr}`);
  }

  /** Whether all that were started still run. */
  areRunning(): boolean {
    return this.#running.every(
      (child) => child.pid !== undefined && child.exitCode === null && child.signalCode === null,
    );
  }

  failed(received: string): E2eError {
    return new E2eError({
      code: 'server-failed',
      where: 'the object store',
      received,
      expected: 'a running store',
      remedy: `read what its programs said last:\n${this.#lines.join('\n')}`,
    });
  }

  /** Lets this process end although they run. */
  unref(): void {
    for (const child of this.#running) {
      child.unref();
      for (const stream of [child.stdout, child.stderr]) (stream as unknown as { unref(): void }).unref();
    }
  }

  async end(): Promise<void> {
    await Promise.all(
      this.#running.map(async (child) => {
        if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
        child.ref();
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
      }),
    );
  }
}

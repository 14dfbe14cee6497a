import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A process that reads a host in a tight loop, as a consumer would. */
export interface HostReader {
  /** @param places a folder or an address that everybody may read for each region, the home region's first */
  watch(...places: readonly [string, ...string[]]): Promise<void>;
  /** @returns what it read, and what an index or an alias led to that was not there */
  stop(): Promise<{ readonly reads: number; readonly indexes: number; readonly missing: readonly string[] }>;
  end(): void;
}

export function startReader(): HostReader {
  const reader = fork(join(__dirname, 'reader-program.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const said = async <T>(message: object | string): Promise<T> => {
    const answer = once(reader, 'message');
    reader.send(message);
    return (await answer)[0] as T;
  };
  return {
    watch: (home, ...further) => said({ watch: home, further }),
    stop: () => said('stop'),
    end: () => void reader.kill(),
  };
}

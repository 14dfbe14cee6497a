import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { isNativeError } from 'node:util/types';
import { ReleaseError } from '../release-error.ts';

/** A lock of the operating system on a file. It ends with the process that holds it, however that ends. */
export interface FolderLock {
  release(): void;
}

/** How long a lock is waited for: far longer than anybody holds one. */
const WAIT_MS = 30_000;
const PAUSE_MS = 10;

/** SQLite's result codes. Source: sqlite.org, "Result and Error Codes". */
const SQLITE_BUSY = 5;

/*
 * Node has no file lock of its own; SQLite takes one (fcntl or LockFileEx) for each transaction. The file
 * stays empty, since nothing is ever written in these transactions.
 */
const TAKE = {
  /** Nobody else holds the lock in either way. The journal in memory, or SQLite makes a second file. */
  exclusive: ['PRAGMA journal_mode = MEMORY', 'BEGIN EXCLUSIVE'],
  /** Anybody may hold it shared; nobody holds it exclusive. A read is what takes it. */
  shared: ['BEGIN', 'SELECT count(*) FROM sqlite_master'],
} as const;
export type LockMode = keyof typeof TAKE;

/**
 * Waits for a lock without blocking the process.
 * @throws ReleaseError `lock-timeout` after 30 seconds, `host-unavailable` where the file cannot be locked
 */
export async function lock(path: string, mode: LockMode, signal: AbortSignal, waitMs = WAIT_MS): Promise<FolderLock> {
  for (let waitedMs = 0; waitedMs <= waitMs; waitedMs += PAUSE_MS) {
    signal.throwIfAborted();
    const held = tryLock(path, mode);
    if (held !== undefined) return held;
    await setTimeout(PAUSE_MS, undefined, { signal });
  }
  throw new ReleaseError({
    code: 'lock-timeout',
    where: path,
    received: `held by another process for ${waitMs / 1000} s`,
    expected: 'a lock that is held for moments',
    remedy: 'end the process that holds it (it may be stopped), then run this again',
  });
}

/** @returns undefined when somebody else holds it */
export function tryLock(path: string, mode: LockMode): FolderLock | undefined {
  let database: DatabaseSync | undefined;
  try {
    const opened = new DatabaseSync(path, { timeout: 0 });
    database = opened;
    for (const statement of TAKE[mode]) opened.prepare(statement).all();
    return { release: () => opened.close() };
  } catch (cause) {
    database?.close();
    if (!isSqliteError(cause)) throw cause;
    if ((cause.errcode & 0xff) === SQLITE_BUSY) return undefined;
    throw new ReleaseError(
      {
        code: 'host-unavailable',
        where: path,
        received: cause.message,
        expected: 'an empty file that can be locked, or a folder where it can be made',
        remedy: 'check the permissions of the folder; remove the file if something else wrote it',
      },
      { cause },
    );
  }
}

function isSqliteError(error: unknown): error is Error & { errcode: number } {
  return isNativeError(error) && (error as { code?: unknown }).code === 'ERR_SQLITE_ERROR';
}

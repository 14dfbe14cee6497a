import { setTimeout as wait } from 'node:timers/promises';

/** The SDK's own waiters look every 30 s; this looks at once, and then ever more seldom, up to `longestMs`. */
const FIRST_MS = 100;
const GROWTH = 1.5;

/**
 * Delays between looks at something that takes from a fraction of a second to hours.
 * @returns waits, longer with each call; it rejects as soon as the signal aborts
 */
export function paced(longestMs: number, signal: AbortSignal): () => Promise<void> {
  let nextMs = FIRST_MS;
  return async () => {
    await wait(nextMs, undefined, { signal });
    nextMs = Math.min(nextMs * GROWTH, longestMs);
  };
}

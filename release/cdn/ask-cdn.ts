import { setTimeout } from 'node:timers/promises';
import { type AwsHost, cdnUrlOf, DocumentError, keyOf, parseIndex } from '@bitclouded/documents';

/** Between one question and the next. */
const PAUSES_MS = [500, 1_000, 2_000];
const ANSWER_MS = 10_000;

/**
 * Asks the CDN for the index, as people do.
 * @returns undefined when it shows `serial` or a later one; otherwise what it answers instead
 */
export async function askCdn(
  host: AwsHost,
  serial: number,
  signal: AbortSignal,
  get: typeof fetch = fetch,
  pause: (ms: number) => Promise<unknown> = (ms) => setTimeout(ms, undefined, { signal }),
): Promise<string | undefined> {
  const address = cdnUrlOf(host, keyOf.index());
  for (let tried = 0; ; tried++) {
    const other = await askOnce(address, serial, signal, get);
    if (other === undefined || tried === PAUSES_MS.length) return other && `${address} ${other}`;
    await pause(PAUSES_MS[tried]!);
  }
}

async function askOnce(
  address: string,
  serial: number,
  signal: AbortSignal,
  get: typeof fetch,
): Promise<string | undefined> {
  try {
    const answer = await get(address, { signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]) });
    if (!answer.ok) return `answers ${answer.status}`;
    const { index } = parseIndex(new Uint8Array(await answer.arrayBuffer()), address);
    return index.serial >= serial ? undefined : `shows serial ${index.serial}, not ${serial}`;
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof DocumentError) return 'shows something else than an index';
    // What `fetch` says of a network that fails: a TypeError with the reason as its cause, or the time that is up.
    if (!(cause instanceof Error) || !['TypeError', 'TimeoutError'].includes(cause.name)) throw cause;
    return `does not answer: ${cause.cause instanceof Error ? cause.cause.message : cause.message}`;
  }
}

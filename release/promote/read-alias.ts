import { type Alias, DocumentError, type Host, keyOf, parseDocument } from '@bitclouded/documents';
import type { Reader } from '../destinations/destination.ts';

/**
 * What a channel's copies follow.
 * @returns undefined where there is no record, or none that can be read: it is a copy, and is written again
 */
export async function readAlias(
  host: Host,
  reader: Pick<Reader, 'read'>,
  channel: string,
  signal: AbortSignal,
): Promise<Alias | undefined> {
  const key = keyOf.aliasRecord(channel);
  const stored = await reader.read(host.homeRegion, key, signal);
  if (stored === undefined) return undefined;
  try {
    return parseDocument('alias', stored.bytes, key);
  } catch (cause) {
    if (!(cause instanceof DocumentError)) throw cause;
    return undefined;
  }
}

import { sha256Of } from '@bitclouded/documents';
import type { Destination, HostObject, StoredObject } from './destination.ts';
import { differs } from './folder-faults.ts';

/** What a dry run would have written. */
export interface WouldWrite {
  readonly region: string;
  readonly key: string;
  readonly sizeBytes: number;
}

/** A host that is read for real and written in memory only, so that every later stage sees what would be there. */
export interface DryRun extends Destination {
  readonly wouldWrite: readonly WouldWrite[];
}

/** Lays a dry run over a destination. */
export function dryRunOf(destination: Destination): DryRun {
  const written = new Map<string, StoredObject>();
  const wouldWrite: WouldWrite[] = [];
  const at = (region: string, key: string): string => `${region}:${key}`;

  async function read(region: string, key: string, signal: AbortSignal): Promise<StoredObject | undefined> {
    return written.get(at(region, key)) ?? (await destination.read(region, key, signal));
  }

  async function put(region: string, object: HostObject): Promise<void> {
    written.set(at(region, object.key), { bytes: object.bytes, tag: sha256Of(object.bytes) });
    wouldWrite.push({ region, key: object.key, sizeBytes: object.bytes.byteLength });
  }

  return {
    name: destination.name,
    wouldWrite,
    read,
    put,
    async create(region, object, signal) {
      const stored = await read(region, object.key, signal);
      if (stored === undefined) {
        await put(region, object);
        return 'created';
      }
      const received = sha256Of(stored.bytes);
      if (received !== object.sha256) throw differs(object, region, `sha256 ${received}`);
      return 'same';
    },
    async swap(region, object, tag, signal) {
      if ((await read(region, object.key, signal))?.tag !== tag) return 'moved';
      await put(region, object);
      return 'swapped';
    },
    list:
      destination.list &&
      (async (region, signal) => {
        const keys = new Set(await destination.list!(region, signal));
        for (const entry of wouldWrite) if (entry.region === region) keys.add(entry.key);
        return [...keys].sort();
      }),
  };
}

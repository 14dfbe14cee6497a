import { sha256Of } from '@bitclouded/documents';
import type { Destination, HostObject, Reader, StoredObject } from './destination.ts';
import { differs } from './object-faults.ts';

/** What a dry run would have written. */
export interface WouldWrite {
  readonly region: string;
  readonly key: string;
  readonly sizeBytes: number;
}

/** A host that is read for real and written in memory only, so that every later stage sees what would be there. */
export interface DryRun extends Destination {
  readonly wouldWrite: readonly WouldWrite[];
  /** Lays the same writes over another way to read the host. */
  over(reader: Reader): Reader;
}

/** Lays a dry run over a destination. */
export function dryRunOf(destination: Destination): DryRun {
  const written = new Map<string, StoredObject>();
  const wouldWrite: WouldWrite[] = [];
  const at = (region: string, key: string): string => `${region}:${key}`;

  async function put(region: string, object: HostObject): Promise<void> {
    written.set(at(region, object.key), { bytes: object.bytes, tag: sha256Of(object.bytes) });
    wouldWrite.push({ region, key: object.key, sizeBytes: object.bytes.byteLength });
  }

  function over(reader: Reader): Reader {
    const { list } = reader;
    return {
      name: reader.name,
      read: async (region, key, signal) => written.get(at(region, key)) ?? (await reader.read(region, key, signal)),
      async digest(region, key, signal) {
        const own = written.get(at(region, key));
        if (own === undefined) return reader.digest(region, key, signal);
        return { sha256: own.tag, sizeBytes: own.bytes.byteLength };
      },
      ...(list && {
        async list(region, signal) {
          const listed = await list(region, signal);
          if (listed === undefined) return undefined;
          const keys = new Set(listed);
          for (const entry of wouldWrite) if (entry.region === region) keys.add(entry.key);
          return [...keys].sort();
        },
      }),
    };
  }

  const reader = over(destination);
  const hashOf: Destination['hashOf'] = async (region, key, signal) =>
    written.get(at(region, key))?.tag ?? (await destination.hashOf(region, key, signal));
  return {
    ...reader,
    wouldWrite,
    over,
    hashOf,
    put,
    async create(region, object, signal) {
      const received = await hashOf(region, object.key, signal);
      if (received === undefined) {
        await put(region, object);
        return 'created';
      }
      if (received !== object.sha256) throw differs(object, region, `sha256 ${received}`);
      return 'same';
    },
    async swap(region, object, tag, signal) {
      if ((await reader.read(region, object.key, signal))?.tag !== tag) return 'moved';
      await put(region, object);
      return 'swapped';
    },
  };
}

import type { Destination } from '../destinations/destination.ts';

/** A destination that notes what is written to it, and may do something of a test's before each write. */
export function recording(
  destination: Destination,
  before: (write: string) => void | Promise<void> = () => undefined,
): Destination & { writes: string[]; reads: string[] } {
  const writes: string[] = [];
  const reads: string[] = [];
  const writing = async (verb: string, region: string, key: string): Promise<void> => {
    await before(`${verb} ${region} ${key}`);
    writes.push(`${verb} ${region} ${key}`);
  };
  return {
    ...destination,
    writes,
    reads,
    read: (region, key, signal) => {
      reads.push(`${region} ${key}`);
      return destination.read(region, key, signal);
    },
    digest: (region, key, signal) => {
      reads.push(`${region} ${key}`);
      return destination.digest(region, key, signal);
    },
    hashOf: (region, key, signal) => {
      reads.push(`${region} ${key}`);
      return destination.hashOf(region, key, signal);
    },
    create: async (region, object, signal) => {
      await writing('create', region, object.key);
      return destination.create(region, object, signal);
    },
    put: async (region, object, signal) => {
      await writing('put', region, object.key);
      await destination.put(region, object, signal);
    },
    swap: async (region, object, tag, signal) => {
      await writing('swap', region, object.key);
      return destination.swap(region, object, tag, signal);
    },
  };
}

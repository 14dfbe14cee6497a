import { z } from 'zod';
import { sha256, unitName } from './primitives.ts';

/** `seen.json`: the newest index that this machine has seen of a host. An older one later is one that was put back. */
export const seen = z.strictObject({
  schema: z.literal('bitclouded.seen/1'),
  host: unitName,
  serial: z.int().min(1),
  /** Of the index's whole envelope. */
  indexSha256: sha256,
});
export type Seen = z.infer<typeof seen>;

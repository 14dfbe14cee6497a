import { z } from 'zod';
import { sha256, unitName, version } from './primitives.ts';

/** `verification.json`: what was read back from a host. Promotion asks for one that names its manifest and has no faults. */
export const verification = z.strictObject({
  schema: z.literal('bitclouded.verification/1'),
  host: unitName,
  /** The releases that were read whole. */
  releases: z.array(z.strictObject({ version, manifestSha256: sha256 })),
  regions: z.array(z.string()),
  objectsRead: z.int().nonnegative(),
  bytesRead: z.int().nonnegative(),
  faults: z.array(
    z.strictObject({
      code: z.string(),
      where: z.string(),
      received: z.string(),
      expected: z.string(),
      remedy: z.string(),
    }),
  ),
  /** What is worth knowing and no fault, such as a version that was published and never promoted. */
  notices: z.array(z.string()),
});
export type Verification = z.infer<typeof verification>;

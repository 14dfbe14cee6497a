import { z } from 'zod';
import { anyUnitName, hostKey, sha256, sizeBytes, unitKind, unitReference } from './primitives.ts';

/**
 * `build.json`: what a build made from what. It stands apart from `interface.json`, so that a
 * consumer of the interface is not built again when only the sources changed.
 */
export const buildRecord = z.strictObject({
  schema: z.literal('bitclouded.build/1'),
  kind: unitKind,
  name: anyUnitName,
  /** Over the unit's own sources, without tests and README. */
  sourceSha256: sha256,
  /** Everything else in the unit's dist folder. */
  files: z.array(z.strictObject({ path: hostKey, sizeBytes, sha256 })),
  /** What it was built against: upstream templates by wiring, functions by zip, images by context. */
  uses: z.array(z.strictObject({ unit: unitReference, sha256 })),
});
export type BuildRecord = z.infer<typeof buildRecord>;

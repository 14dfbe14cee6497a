import { z } from 'zod';
import { verdict } from './manifest.ts';
import { anyUnitName, sha256, unitKind, unitName, unitReference, version } from './primitives.ts';

const bump = z.enum(['none', 'patch', 'minor', 'major']);
export type Bump = z.infer<typeof bump>;

/** `plan.json`: the next version, and what it means for whoever upgrades. */
export const plan = z.strictObject({
  schema: z.literal('bitclouded.plan/1'),
  host: unitName,
  version,
  comparedWith: version.nullable(),
  /** The smallest bump that is honest, from the verdicts. */
  requiredBump: bump,
  /** SHA-256 over every unit's built files: what pack must find again. */
  distSha256: sha256,
  units: z.array(
    z.strictObject({
      kind: unitKind,
      name: anyUnitName,
      verdict,
      /** One sentence a change, in the words of the person who upgrades. */
      reasons: z.array(z.string()),
      /** Units that use this one, directly. */
      dependents: z.array(unitReference),
    }),
  ),
  removed: z.array(z.strictObject({ kind: unitKind, name: anyUnitName })),
});
export type Plan = z.infer<typeof plan>;

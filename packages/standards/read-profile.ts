import { z } from 'zod';
import { builtInProfiles, type Profile } from './choose.ts';
import { entryOf, type Node, plainOf } from './reading/node.ts';
import { readSource } from './reading/read-source.ts';
import type { Source } from './reading/source.ts';
import { type PlacedFault, StandardsError } from './standards-error.ts';

/** A profile's file, in JSON or YAML. */
export const profileSchema = z.strictObject({
  schema: z.literal('bitclouded.profile/1'),
  extends: z.enum(builtInProfiles).default('public'),
  standards: z.record(z.string(), z.enum(['error', 'warning', 'note', 'default', 'none'])).default({}),
});

/**
 * Reads a profile's file.
 * @param known every standard's name
 * @throws StandardsError with every fault and its place
 */
export function readProfile(bytes: Uint8Array, file: string, known: ReadonlySet<string>): Profile {
  const { source, root } = readSource(bytes, file);
  const parsed = profileSchema.safeParse(plainOf(root));
  if (!parsed.success)
    throw new StandardsError(
      parsed.error.issues.map((issue) => invalid(source, nodeAt(root, issue.path), issue.message)),
    );
  const chosen = entryOf(root, 'standards')?.value;
  const unknown = chosen?.kind === 'map' ? [...chosen.entries.values()].filter(({ key }) => !known.has(key.text)) : [];
  if (unknown.length > 0)
    throw new StandardsError(unknown.map(({ key }) => invalid(source, key, 'the name of a standard')));
  return parsed.data;
}

function nodeAt(root: Node, path: readonly PropertyKey[]): Node {
  return path.reduce<Node>((node, key) => entryOf(node, String(key))?.value ?? node, root);
}

function invalid(source: Source, at: Node, expected: string): PlacedFault {
  return source.fault('profile-invalid', at, {
    received: at.kind === 'scalar' ? at.text : `a ${at.kind}`,
    expected,
    remedy: 'correct the profile',
  });
}

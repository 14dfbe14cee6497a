import { z } from 'zod';

const texts = z.union([z.string(), z.array(z.string())]).transform((one) => [one].flat());
const statement = z.looseObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.union([z.string(), z.looseObject({})]).optional(),
  Action: texts.optional(),
  Resource: texts.optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
});
const policy = z.looseObject({
  Statement: z.union([statement, z.array(statement)]).transform((one) => [one].flat()),
});

/** A statement of a resource policy, its single values as lists. */
export type PolicyStatement = z.infer<typeof statement>;

/**
 * @returns the statements of a policy's text; undefined where the text is no policy
 */
export function readPolicy(text: string): readonly PolicyStatement[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
  return policy.safeParse(value).data?.Statement;
}

/** Whether a statement is about everybody doing an action to a resource. Conditions are not looked at. */
export function isAbout({ Principal, Action, Resource }: PolicyStatement, action: string, resource: string): boolean {
  return (
    (Principal === '*' || [(Principal as { AWS?: unknown } | undefined)?.AWS].flat().includes('*')) &&
    (Action ?? []).some((pattern) => fits(pattern.toLowerCase(), action.toLowerCase())) &&
    (Resource ?? []).some((pattern) => fits(pattern, resource))
  );
}

/** `*` and `?`, as policies have them. Source: IAM User Guide, "IAM JSON policy elements: Resource". */
function fits(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}

import type { z } from 'zod';
import type { Fault } from './fault-error.ts';

/** The most faults that one error lists: a hostile document could have millions. */
const FAULT_LIMIT = 100;

type Issue = z.core.$ZodIssue;

/** Turns zod's issues into faults: one an issue, with the value that stands there. */
export function faultsOf<Code extends string>(
  error: z.ZodError,
  input: unknown,
  code: Code,
  where: string,
): Fault<Code>[] {
  const faults = error.issues.slice(0, FAULT_LIMIT).map((issue) => {
    const path = issue.path.map(String).join('.');
    return {
      code,
      where: path === '' ? where : `${where} at ${path}`,
      received: receivedOf(issue, input),
      expected: expectedOf(issue),
      remedy: issue.code === 'unrecognized_keys' ? 'remove it, or correct its spelling' : `correct ${nameOf(issue)}`,
    };
  });
  const more = error.issues.length - faults.length;
  if (more > 0)
    faults.push({
      code,
      where,
      received: `${more} more faults`,
      expected: 'none',
      remedy: 'correct those above, then look again',
    });
  return faults;
}

function receivedOf(issue: Issue, input: unknown): string {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => JSON.stringify(key)).join(', ');
  if (issue.code === 'invalid_key') return JSON.stringify(issue.path.at(-1));
  const value = issue.path.reduce<unknown>(
    (parent, key) => (parent as Record<PropertyKey, unknown> | undefined)?.[key],
    input,
  );
  return value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value));
}

/** zod's messages say "Invalid input: expected X, received Y"; a fault has a place of its own for each. */
function expectedOf(issue: Issue): string {
  if (issue.code === 'unrecognized_keys') return 'no property of that name';
  if (issue.code === 'invalid_key') return `a name: ${issue.issues.map(expectedOf).join('; ')}`;
  if (issue.code === 'invalid_union' && issue.errors.length > 0)
    return issue.errors.map((branch) => branch.map(expectedOf).join('; ')).join(', or ');
  return issue.message
    .replace(/^[A-Z][A-Za-z ]*[:.] [Ee]xpected (.*?)(?:, received [\w ]+)?$/, '$1')
    .replace(/^must be /, '')
    .replace(/^Invalid /, 'a valid ');
}

/** The property at fault; of a list's entry the list, too. A name from the document is repeated only if it is a plain one. */
function nameOf(issue: Issue): string {
  const [parent, last] = [issue.path.at(-2), issue.path.at(-1)];
  if (last === undefined) return 'the document';
  if (issue.code === 'invalid_key') return 'the name';
  if (typeof last === 'number') return `entry ${last}${isPlain(parent) ? ` of ${parent}` : ''}`;
  return isPlain(last) ? last : 'this property';
}

function isPlain(name: PropertyKey | undefined): name is string {
  return typeof name === 'string' && /^[\w./-]{1,64}$/.test(name);
}

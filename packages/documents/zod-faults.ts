import type { z } from 'zod';
import type { Fault } from './fault-error.ts';

/** Turns zod's issues into faults: one an issue, with the value that stands there. */
export function faultsOf<Code extends string>(
  error: z.ZodError,
  input: unknown,
  code: Code,
  where: string,
): Fault<Code>[] {
  return error.issues.map((issue) => {
    const path = issue.path.map(String);
    return {
      code,
      where: path.length === 0 ? where : `${where} at ${path.join('.')}`,
      received: show(valueAt(input, issue.path)),
      expected:
        issue.code === 'unrecognized_keys'
          ? `no property ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}`
          : issue.message,
      remedy:
        issue.code === 'unrecognized_keys'
          ? 'remove it, or correct its spelling'
          : `correct ${path.at(-1) ?? 'the document'}`,
    };
  });
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], input);
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value));
}

import { E2eError } from './e2e-error.ts';

export type Json = Record<string, unknown>;

/** A template of a test, as a stack request wants it. */
export function body(template: Json): { body: string } {
  return { body: JSON.stringify(template) };
}

/** A template of one resource, `It`. */
export function one(Type: string, Properties: Json = {}): { body: string } {
  return body({ Resources: { It: { Type, Properties } } });
}

/**
 * Why a stack failed, a line each, or why the service refused the request.
 * @throws Error when nothing failed, and whatever else went wrong
 */
export async function reasonsOf(failing: Promise<unknown>): Promise<string> {
  try {
    await failing;
  } catch (error) {
    if (error instanceof E2eError) return error.faults.map((fault) => fault.received).join('\n');
    if (error instanceof Error && error.name === 'ValidationError') return error.message;
    throw error;
  }
  throw new Error('nothing failed');
}

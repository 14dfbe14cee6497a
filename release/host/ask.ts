import type { Readable, Writable } from 'node:stream';

/** A question that a person answers; undefined where nobody is there to be asked. */
export type Ask = ((question: string, signal: AbortSignal) => Promise<boolean>) | undefined;

/**
 * Asks on a terminal.
 * @param input undefined is returned where this is no terminal
 */
export function askOn(input: Readable & { readonly isTTY?: boolean }, output: Writable): Ask {
  if (!input.isTTY) return undefined;
  return async (message, signal) => {
    // Loaded when somebody is asked.
    const { confirm } = await import('@clack/prompts');
    const answer = await confirm({ message, initialValue: false, input, output, signal });
    // Anything else is a symbol that stands for Ctrl-C.
    return answer === true;
  };
}

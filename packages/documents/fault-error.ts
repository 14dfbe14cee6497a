/** One thing that is wrong: what came, what was wanted, and what to change. */
export interface Fault<Code extends string = string> {
  readonly code: Code;
  /** The file, unit, key or address that is at fault. */
  readonly where: string;
  readonly received: string;
  readonly expected: string;
  readonly remedy: string;
}

/** The longest stretch of a received text that a message repeats, in characters. */
const TEXT_LIMIT = 300;

/**
 * The base of every package's error: one error, all of its faults.
 * Programs print `message` and never the stack.
 */
export abstract class FaultError<Code extends string = string> extends Error {
  readonly faults: readonly Fault<Code>[];

  constructor(faults: Fault<Code> | readonly Fault<Code>[], options?: ErrorOptions) {
    const list = [faults].flat() as Fault<Code>[];
    super(list.map(describeFault).join('\n'), options);
    this.name = new.target.name;
    this.faults = list;
  }

  /** The first fault's code: what a program decides by. */
  get code(): Code {
    return this.faults[0]!.code;
  }
}

function describeFault(fault: Fault): string {
  return [
    `${shorten(fault.where)}: ${fault.code}`,
    `  received  ${shorten(fault.received)}`,
    `  expected  ${printable(fault.expected)}`,
    // A remedy may quote lines, such as a command's output.
    `  remedy    ${fault.remedy.split('\n').map(printable).join('\n')}`,
  ].join('\n');
}

function shorten(text: string): string {
  return text.length <= TEXT_LIMIT
    ? printable(text)
    : `${printable(text.slice(0, TEXT_LIMIT))}… (${text.length} characters)`;
}

/** A hostile text must neither steer the terminal nor look like a line of the message. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '\uFFFD');
}

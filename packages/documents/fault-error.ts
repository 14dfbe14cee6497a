/** One thing that is wrong: what came, what was wanted, and what to change. */
export interface Fault<Code extends string = string> {
  readonly code: Code;
  /** The file, unit, key or address that is at fault. */
  readonly where: string;
  readonly received: string;
  readonly expected: string;
  readonly remedy: string;
}

/** The longest stretch of a received value that a message repeats, in characters. */
const RECEIVED_LIMIT = 300;

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
    `${fault.where}: ${fault.code}`,
    `  received  ${shorten(fault.received)}`,
    `  expected  ${fault.expected}`,
    `  remedy    ${fault.remedy}`,
  ].join('\n');
}

function shorten(text: string): string {
  const printable = text.replace(/[\p{Cc}\p{Cf}]/gu, '\uFFFD');
  return printable.length <= RECEIVED_LIMIT
    ? printable
    : `${printable.slice(0, RECEIVED_LIMIT)}… (${text.length} characters)`;
}

/** What can go wrong in this function. */
export type FaultCode =
  /** A variable of the environment is missing or no good. */
  | 'bad-environment'
  /** The event is none of those that this function is made for. */
  | 'unknown-event'
  /** A tag of a governed group asks for what cannot be. */
  | 'bad-tag'
  /** CloudWatch Logs refused a read or a change, and the group is still there. */
  | 'group-failed'
  /** The list of groups could not be read to its end. */
  | 'list-failed'
  /** Time ran out before the last group. */
  | 'sweep-incomplete';

/** One thing that is wrong: where, what came, what was wanted, and what to change. */
export interface Fault {
  readonly code: FaultCode;
  readonly where: string;
  readonly received: string;
  readonly expected: string;
  readonly remedy: string;
}

/** All faults of one invocation; Lambda counts it as a failed one and tries again. */
export class LogGovernorError extends Error {
  override readonly name = 'LogGovernorError';
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(
      faults
        .map((fault) => `${fault.where}: ${fault.code}: ${fault.received}; expected ${fault.expected}. ${fault.remedy}`)
        .join('\n'),
    );
    this.faults = faults;
  }
}

/** What can go wrong in this function. */
export type FaultCode =
  /** A variable of the environment is missing or no good. */
  | 'bad-environment'
  /** The secret holds no URL that may be posted to. */
  | 'bad-secret'
  /** The webhook answered, and will answer the same again: its URL or its settings are wrong. */
  | 'webhook-refused'
  /** The webhook is overloaded or broken (429, 5xx). */
  | 'webhook-unavailable'
  /** The webhook gave no answer. */
  | 'webhook-unreachable';

/** One thing that is wrong: where, what came, what was wanted, and what to change. Never holds the URL. */
export interface Fault {
  readonly code: FaultCode;
  readonly where: string;
  readonly received: string;
  readonly expected: string;
  readonly remedy: string;
}

/** The faults of one invocation; Lambda counts it as a failed one and tries again. */
export class AlertRouterError extends Error {
  override readonly name = 'AlertRouterError';
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

import { FaultError } from '@bitclouded/documents/fault-error';

export type EcsDrainErrorCode =
  /** A variable of the environment is missing or no good. */
  | 'bad-environment'
  /** The event is none of those that this function is made for. */
  | 'unknown-event'
  /** A step failed for an instance; it is tried again by the schedule. */
  | 'instance-failed';

/** All faults of one invocation, which counts as a failed one. */
export class EcsDrainError extends FaultError<EcsDrainErrorCode> {}

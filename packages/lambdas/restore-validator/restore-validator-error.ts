import { FaultError } from '@bitclouded/documents/fault-error';

export type RestoreValidatorErrorCode =
  /** The event is none of those that this function is made for. */
  | 'unknown-event'
  /** No check is written for the kind of the restored resource. */
  | 'unknown-kind'
  /** The resource is still at work when time is over; Lambda tries again. */
  | 'not-ready';

/** What kept a restore from being judged; the job has no result then. */
export class RestoreValidatorError extends FaultError<RestoreValidatorErrorCode> {}

import { FaultError } from '@bitclouded/documents';

export type StepErrorCode =
  | 'bundle-missing'
  | 'bundles-differ'
  | 'github-refused'
  | 'index-expiring'
  | 'index-unread'
  | 'index-without-release'
  | 'step-unknown';

/** A step of a workflow that cannot go on. */
export class StepError extends FaultError<StepErrorCode> {}

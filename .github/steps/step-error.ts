import { FaultError } from '@bitclouded/documents';

export type StepErrorCode =
  | 'bundle-missing'
  | 'bundles-differ'
  | 'github-refused'
  | 'images-unread'
  | 'index-expiring'
  | 'index-unread'
  | 'index-without-release'
  | 'lock-stranger'
  | 'step-unknown';

/** A step of a workflow that cannot go on. */
export class StepError extends FaultError<StepErrorCode> {}

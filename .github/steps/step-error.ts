import { FaultError } from '@bitclouded/documents';

export type StepErrorCode = 'step-unknown' | 'bundle-missing' | 'bundles-differ';

/** A step of a workflow that cannot go on. */
export class StepError extends FaultError<StepErrorCode> {}

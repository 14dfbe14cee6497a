import { FaultError } from '@bitclouded/documents';

export type ProvisionErrorCode =
  /** The service says that the caller may not do this. */
  | 'access-denied'
  /** CloudFormation could not work out what the request means. */
  | 'change-set-failed'
  /** The stack's creation failed once; such a stack can only be deleted. */
  | 'creation-rolled-back'
  /** No credentials, or ones that are expired or unknown to AWS. */
  | 'credentials-unusable'
  /** What was planned is no longer what would happen. */
  | 'plan-stale'
  /** Two templates ask a third for different values of one parameter. */
  | 'requirement-differs'
  /** The service found the template, a parameter or the request at fault. */
  | 'request-refused'
  /** No answer, or one that says to try later. */
  | 'service-unavailable'
  /** The stack did not reach the state that was asked for. */
  | 'stack-failed'
  /** An earlier operation left the stack in a state that nothing but a person's decision leads out of. */
  | 'stack-stuck'
  | 'template-too-large'
  /** No template of the catalogue has this name. */
  | 'template-unknown'
  | 'update-cancelled'
  /** Templates need each other in a circle. */
  | 'wiring-circular';

/** A stack that could not be planned or deployed. */
export class ProvisionError extends FaultError<ProvisionErrorCode> {}

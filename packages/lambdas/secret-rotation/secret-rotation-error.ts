import { FaultError } from '@bitclouded/documents/fault-error';

export type SecretRotationErrorCode =
  /** A variable of the environment is missing or no good. */
  | 'bad-environment'
  /** The event is no step of a rotation. */
  | 'unknown-event'
  /** There is no rotation of the secret to which the step belongs. */
  | 'no-rotation'
  /** The version that waits is of the user that is in use. */
  | 'wrong-user'
  /** Tasks still use the login whose password would change. */
  | 'services-behind'
  /** ECS did not take the deployment of a service, or did not show it. */
  | 'deploy-failed';

/** All faults of one step. What was begun is gone on with when the step comes again. */
export class SecretRotationError extends FaultError<SecretRotationErrorCode> {}

import { FaultError } from '@bitclouded/documents/fault-error';

export type CustomResourceErrorCode =
  /** The event is none of a custom resource. */
  | 'event-invalid'
  /** A property of the resource is missing or no good; the template must change. */
  | 'property-invalid'
  /** Time ran out; what was begun is gone on with when the request comes again. */
  | 'gave-up'
  /** The answer is more than CloudFormation takes. */
  | 'answer-too-large'
  /** CloudFormation could not be told. Lambda tries the event again. */
  | 'answer-unsent'
  /** A service refused, or something that is needed is not there. */
  | 'resource-failed';

/** What a custom resource's function has to say; the stack's events show its message. */
export class CustomResourceError extends FaultError<CustomResourceErrorCode> {}

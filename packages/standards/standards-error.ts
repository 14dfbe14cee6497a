import { type Fault, FaultError } from '@bitclouded/documents/fault-error';

export type StandardsErrorCode =
  | 'template-too-large'
  | 'template-too-deep'
  | 'template-not-utf8'
  | 'template-not-json'
  | 'template-not-yaml'
  | 'template-tag-unknown'
  | 'template-key-repeated'
  | 'template-key-invalid'
  | 'template-alias-invalid'
  | 'template-invalid'
  | 'not-a-template'
  | 'profile-invalid'
  | 'standard-unknown'
  | 'standard-misnamed'
  | 'engine-missing'
  | 'engine-failed'
  | 'guard-invalid';

/** A fault with the place where it is seen; line and column count from 1. */
export interface PlacedFault extends Fault<StandardsErrorCode> {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A file that cannot be read as a template, or a choice of standards that cannot be made. */
export class StandardsError extends FaultError<StandardsErrorCode> {
  declare readonly faults: readonly (Fault<StandardsErrorCode> | PlacedFault)[];
}

import { FaultError } from '@bitclouded/documents/fault-error';

export type CliErrorCode =
  | 'catalogue-missing'
  | 'path-missing'
  | 'path-unreadable'
  | 'path-special'
  | 'nothing-to-check'
  | 'output-unwritable'
  | 'engine-unknown';

/** A command that cannot be carried out as it was given. */
export class CliError extends FaultError<CliErrorCode> {}

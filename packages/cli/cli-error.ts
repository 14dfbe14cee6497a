import { FaultError } from '@bitclouded/documents';

export type CliErrorCode = 'path-missing' | 'path-unreadable' | 'path-special' | 'nothing-to-check';

/** A command that cannot be carried out as it was given. */
export class CliError extends FaultError<CliErrorCode> {}

import { FaultError } from '@bitclouded/documents';

export type PackerErrorCode = 'packer-missing' | 'packer-build-failed';

/** Packer is not there, or could not be made. */
export class PackerError extends FaultError<PackerErrorCode> {}

import { FaultError } from '@bitclouded/documents';

export type BundleErrorCode = 'bundle-failed' | 'licence-missing';

/** The command cannot be bundled, or not lawfully shipped. */
export class BundleError extends FaultError<BundleErrorCode> {}

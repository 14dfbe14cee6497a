import { FaultError } from '@bitclouded/documents';

/** Every way in which a release can be refused or fail; `docs/release.md` says what each means. */
export type ReleaseErrorCode = 'object-differs' | 'index-moved';

/** A release, or one of its stages, that cannot go on. */
export class ReleaseError extends FaultError<ReleaseErrorCode> {}

import { type DocumentErrorCode, FaultError } from '@bitclouded/documents';

/** Every way in which a release can be refused or fail; `docs/release.md` says what each means. */
export type ReleaseErrorCode =
  | DocumentErrorCode
  | 'access-denied'
  | 'artifact-unknown'
  | 'bucket-elsewhere'
  | 'bucket-missing'
  | 'build-failed'
  | 'builder-missing'
  | 'bundle-changed'
  | 'bundle-file-differs'
  | 'bundle-file-missing'
  | 'bundle-file-unexpected'
  | 'bundle-manifest-wrong'
  | 'bundle-missing'
  | 'bundle-of-other-host'
  | 'bundle-sums-invalid'
  | 'bundle-unexpected'
  | 'cdn-failed'
  | 'changeset-invalid'
  | 'changesets-unreadable'
  | 'channel-invalid'
  | 'channel-mismatch'
  | 'checksum-refused'
  | 'clock-skewed'
  | 'config-unreadable'
  | 'consent-declined'
  | 'consent-missing'
  | 'credentials-expired'
  | 'credentials-invalid'
  | 'dist-changed'
  | 'dist-empty'
  | 'dist-file-differs'
  | 'dist-file-missing'
  | 'dist-file-unexpected'
  | 'dist-stale'
  | 'git-failed'
  | 'host-not-aws'
  | 'host-not-listed'
  | 'host-not-ready'
  | 'host-not-supported'
  | 'host-special-file'
  | 'host-unavailable'
  | 'host-unknown'
  | 'image-architecture-wrong'
  | 'image-blob-missing'
  | 'image-build-failed'
  | 'image-differs'
  | 'image-layout-missing'
  | 'image-lock-stale'
  | 'image-missing'
  | 'image-not-oci'
  | 'image-runs-as-root'
  | 'image-secret-found'
  | 'image-smoke-test-failed'
  | 'image-tag-taken'
  | 'image-unknown'
  | 'image-unlocked'
  | 'image-variety-wrong'
  | 'index-good'
  | 'index-inconsistent'
  | 'index-moved'
  | 'index-never-was'
  | 'index-of-other-host'
  | 'index-older-than-alias'
  | 'key-unsafe'
  | 'lock-misnamed'
  | 'lock-timeout'
  | 'machine-bake-failed'
  | 'machine-image-failed'
  | 'manifest-inconsistent'
  | 'nothing-to-version'
  | 'object-differs'
  | 'object-not-public'
  | 'object-too-large'
  | 'output-not-unique'
  | 'package-version-invalid'
  | 'parameter-invalid'
  | 'parameter-missing'
  | 'parameter-unknown'
  | 'permissions-unknown'
  | 'plan-differs'
  | 'plan-missing'
  | 'port-invalid'
  | 'port-taken'
  | 'previous-differs'
  | 'previous-missing'
  | 'release-differs'
  | 'release-none'
  | 'release-pinned'
  | 'release-unknown'
  | 'release-unpublished'
  | 'release-yanked'
  | 'sbom-failed'
  | 'sbom-invalid'
  | 'scan-failed'
  | 'scanner-missing'
  | 'serial-invalid'
  | 'template-missing'
  | 'template-needs-artifacts'
  | 'template-not-yaml'
  | 'template-too-large'
  | 'unit-misnamed'
  | 'unit-unknown'
  | 'verification-faulty'
  | 'verification-missing'
  | 'verification-of-other'
  | 'version-claimed'
  | 'version-failed'
  | 'version-too-small'
  | 'workspace-unwritable';

/** A release, or one of its stages, that cannot go on. */
export class ReleaseError extends FaultError<ReleaseErrorCode> {}

/** What says that a host cannot be worked with, and nothing about an object of it. */
const HOST_FAILURES: ReadonlySet<ReleaseErrorCode> = new Set([
  'access-denied',
  'bucket-elsewhere',
  'bucket-missing',
  'cdn-failed',
  'checksum-refused',
  'clock-skewed',
  'credentials-expired',
  'credentials-invalid',
  'host-unavailable',
]);

/** Whether the host failed: the rest need not be tried, and the same command goes on once it works. */
export function isHostFailure(error: unknown): error is ReleaseError {
  return error instanceof ReleaseError && HOST_FAILURES.has(error.code);
}

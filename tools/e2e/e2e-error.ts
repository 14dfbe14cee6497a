import { FaultError } from '@bitclouded/documents';

export type E2eErrorCode =
  | 'repository-not-found'
  | 'tool-missing'
  | 'install-failed'
  | 'node-too-old'
  | 'server-failed'
  | 'lint-failed'
  | 'stack-failed';

/** A tool, server or stack of the end-to-end tests that did not do its part. */
export class E2eError extends FaultError<E2eErrorCode> {}

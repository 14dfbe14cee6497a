import { FaultError } from './fault-error.ts';

export type DocumentErrorCode =
  | 'document-too-large'
  | 'document-too-deep'
  | 'document-not-utf8'
  | 'document-not-json'
  | 'document-forbidden-name'
  | 'document-wrong-kind'
  | 'document-newer-schema'
  | 'document-invalid'
  | 'config-invalid';

/** A document that is not what it should be. */
export class DocumentError extends FaultError<DocumentErrorCode> {}

import { FaultError } from '@bitclouded/documents';

export type KitErrorCode =
  | 'architecture-missing'
  | 'architecture-twice'
  | 'base-unpinned'
  | 'tag-invalid'
  | 'name-invalid'
  | 'name-reserved'
  | 'wiring-circle'
  | 'wiring-name'
  | 'default-invalid'
  | 'output-missing'
  | 'output-undeclared'
  | 'requires-unknown'
  | 'wrong-kind'
  | 'token-in-condition'
  | 'token-in-arithmetic'
  | 'limit-exceeded'
  | 'intrinsic-unknown'
  | 'parameter-invalid'
  | 'reference-unknown'
  | 'rule-failed';

/** A definition that cannot become a template, a function or an image. */
export class KitError extends FaultError<KitErrorCode> {}

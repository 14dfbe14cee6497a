import { type Fault, FaultError } from '@bitclouded/documents';

export type PluginErrorCode =
  // of a unit's folder and wiring, found when the workspace is read
  | 'name-invalid'
  | 'file-missing'
  | 'file-extra'
  | 'upstream-unknown'
  | 'import-forbidden'
  | 'wiring-circle'
  // of a build
  | 'definition-throws'
  | 'definition-invalid'
  | 'dependency-unbuilt'
  | 'import-unresolved'
  | 'handler-invalid'
  | 'base-unknown'
  | 'template-refused'
  | 'standard-broken'
  | 'linter-failed'
  | 'linter-missing'
  | 'test-failed'
  // of a generator
  | 'folder-occupied';

export type PluginFault = Fault<PluginErrorCode>;

/** A unit that cannot be built, checked, tested or made. */
export class PluginError extends FaultError<PluginErrorCode> {}

/** The stages of a release, in their order. */
export type Stage =
  | 'build'
  | 'plan'
  | 'pack'
  | 'publish'
  | 'verify'
  | 'promote'
  | 'reconcile'
  | 'rebuild'
  | 'cdn'
  | 'image';

/** What a stage tells while it works. Only programs print it. */
export type ReleaseEvent =
  | { readonly type: 'stage-started'; readonly stage: Stage; readonly subject: string }
  | { readonly type: 'stage-finished'; readonly stage: Stage; readonly summary: string }
  /** An object of the host was written, was there already, or was read. */
  | {
      readonly type: 'object-created' | 'object-replaced' | 'object-present' | 'object-read';
      readonly region: string;
      readonly key: string;
      readonly sizeBytes: number;
    }
  /** Somebody else wrote the index first: it is read again and the operation applied again. */
  | { readonly type: 'index-moved'; readonly attempt: number }
  | { readonly type: 'index-written'; readonly serial: number }
  /** The CDN is still forgetting its copies. */
  | { readonly type: 'invalidation-waits'; readonly distributionId: string; readonly waitedMs: number };

/** Takes the events of a stage. It must not throw. */
export type Emit = (event: ReleaseEvent) => void;

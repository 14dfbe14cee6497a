/** An object as it is to stand on a host. */
export interface HostObject {
  readonly key: string;
  readonly bytes: Uint8Array;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly contentType: string;
  readonly cacheControl: string;
}

/** An object as it was read. `tag` changes with the bytes and is opaque: an ETag, or a hash. */
export interface StoredObject {
  readonly bytes: Uint8Array;
  readonly tag: string;
}

/** What an object's bytes come to. */
export interface Digest {
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** What can be asked of a host. Keys are the same in every region. */
export interface Reader {
  /** How messages name it. */
  readonly name: string;
  /** @returns undefined when the host itself says that there is no such object */
  read(region: string, key: string, signal: AbortSignal): Promise<StoredObject | undefined>;
  /** Reads an object back and hashes it as it comes: no body is kept. @returns undefined as `read` does */
  digest(region: string, key: string, signal: AbortSignal): Promise<Digest | undefined>;
  /** Every key, sorted; undefined where the host does not let its keys be listed. */
  list?(region: string, signal: AbortSignal): Promise<readonly string[] | undefined>;
}

/** A place that a release is published to: one file in this folder each. No verb deletes. */
export interface Destination extends Reader {
  /**
   * The SHA-256 of what stands under a key, lower-case hexadecimal: the host's own record of it where it has
   * one, so that asking is cheap.
   * @returns undefined when there is no such object
   */
  hashOf(region: string, key: string, signal: AbortSignal): Promise<string | undefined>;
  /**
   * Creates an object that does not exist yet; whole or not at all, also when the process dies.
   * @returns `same` when these bytes are there already
   * @throws ReleaseError `object-differs` when other bytes are there; it names both hashes
   */
  create(region: string, object: HostObject, signal: AbortSignal): Promise<'created' | 'same'>;
  /**
   * Replaces an object if it still has `tag` (undefined: if it does not exist).
   * @returns `moved` when somebody else was first; nothing is written then
   */
  swap(region: string, object: HostObject, tag: string | undefined, signal: AbortSignal): Promise<'swapped' | 'moved'>;
  /** Replaces an object whole, whoever wrote it: for copies that are derived from the index. */
  put(region: string, object: HostObject, signal: AbortSignal): Promise<void>;
  /** Clears away what writers that died left half done, where a host has such a thing; no object of anybody. */
  tidy?(signal: AbortSignal): Promise<void>;
}

import { sha256Of } from '@bitclouded/documents';
import { contentTypeOf } from '../pack/content-type.ts';
import type { HostObject } from './destination.ts';

/**
 * An object with the headers that its key asks for.
 * @param sha256 of the bytes, lower-case hexadecimal, where it is known
 */
export function hostObject(key: string, bytes: Uint8Array, sha256 = sha256Of(bytes)): HostObject {
  return {
    key,
    bytes,
    sha256,
    contentType: contentTypeOf(key),
    cacheControl: cacheControlOf(key),
  };
}

/** Versions (`v1.4.0/`), code and attestations never change; the index and its copies (`latest/`, `v1/`) may any time. */
export function cacheControlOf(key: string): string {
  return /^(?:v\d+\.\d+\.\d+[^/]*|lambdas|attestations)\//.test(key)
    ? 'public, max-age=31536000, immutable'
    : 'public, max-age=60';
}

import { ReleaseError } from '../release-error.ts';
import type { HostObject } from './destination.ts';

/** No published object is larger: an unpacked function may have 250 MB. Source: Lambda Developer Guide, "Lambda quotas". */
export const OBJECT_LIMIT_BYTES = 256 * 1024 * 1024;

/** Other bytes stand under a key that is written once. */
export function differs(object: HostObject, region: string, received: string): ReleaseError {
  return new ReleaseError({
    code: 'object-differs',
    where: `${region}: ${object.key}`,
    received,
    expected: `sha256 ${object.sha256}`,
    remedy: 'objects are never overwritten: find out who wrote this one, or release another version',
  });
}

export function tooLarge(where: string, sizeBytes: number): ReleaseError {
  return new ReleaseError({
    code: 'object-too-large',
    where,
    received: `${sizeBytes} bytes`,
    expected: `at most ${OBJECT_LIMIT_BYTES} bytes`,
    remedy: 'remove it: nothing that is published is this large',
  });
}

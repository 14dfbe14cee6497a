import { isNativeError } from 'node:util/types';
import type { Fault } from '@bitclouded/documents';
import { ReleaseError, type ReleaseErrorCode } from '../release-error.ts';
import type { HostObject } from './destination.ts';

/** Other bytes stand under a key that is written once. */
export function differs(object: HostObject, region: string, received: string): ReleaseError {
  return fault({
    code: 'object-differs',
    where: `${region}: ${object.key}`,
    received,
    expected: `sha256 ${object.sha256}`,
    remedy: 'objects are never overwritten: find out who wrote this one, or release another version',
  });
}

/** Something else than a plain file in plain folders. */
export function specialFile(path: string): ReleaseError {
  return fault({
    code: 'host-special-file',
    where: path,
    received: 'a link, a special file, a folder for a file, or a file for a folder',
    expected: 'plain files in plain folders, since a link may lead out of the host',
    remedy: 'remove it, or replace it by the file that belongs there',
  });
}

export function tooLarge(path: string, sizeBytes: number): ReleaseError {
  return fault({
    code: 'object-too-large',
    where: path,
    received: `${sizeBytes} bytes`,
    expected: 'at most 268435456 bytes',
    remedy: 'remove it: nothing that is published is this large',
  });
}

export function unsafeKey(key: string): ReleaseError {
  return fault({
    code: 'key-unsafe',
    where: key,
    received: key,
    expected: 'a relative key of letters, digits, ".", "_", "-" and "/", in which no part begins with "."',
    remedy: 'do not use what named this key',
  });
}

/** An error of the system as the release's; every other error as it is. */
export function hostErrorOf(cause: unknown, where: string): unknown {
  if (!isSystemError(cause)) return cause;
  return fault(
    {
      code: 'host-unavailable',
      where: cause.path ?? where,
      received: cause.message,
      expected: 'a folder that can be read and written, on a file system with hard links',
      remedy: 'free space, correct the permissions or choose another folder, then run this again: it goes on',
    },
    cause,
  );
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return isNativeError(error) && typeof (error as NodeJS.ErrnoException).syscall === 'string';
}

function fault(one: Fault<ReleaseErrorCode>, cause?: unknown): ReleaseError {
  return new ReleaseError(one, { cause });
}

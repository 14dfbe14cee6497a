import { isNativeError } from 'node:util/types';
import type { Fault } from '@bitclouded/documents';
import { ReleaseError, type ReleaseErrorCode } from '../release-error.ts';

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

/** An error that a call of the operating system answered with. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return isNativeError(error) && typeof (error as NodeJS.ErrnoException).syscall === 'string';
}

function fault(one: Fault<ReleaseErrorCode>, cause?: unknown): ReleaseError {
  return new ReleaseError(one, { cause });
}

import { isSystemError } from './destinations/folder-faults.ts';
import { ReleaseError } from './release-error.ts';

/** An error of the system while a stage writes into the workspace, as the release's; every other error as it is. */
export function workspaceErrorOf(cause: unknown, where: string): unknown {
  if (!isSystemError(cause)) return cause;
  return new ReleaseError(
    {
      code: 'workspace-unwritable',
      where: cause.path ?? where,
      received: cause.message,
      expected: 'a folder that can be written, with room for what is packed',
      remedy: 'free space or correct the permissions, then run this again: nothing half written is left',
    },
    { cause },
  );
}

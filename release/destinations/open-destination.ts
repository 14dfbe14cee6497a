import { resolve } from 'node:path';
import type { Host } from '@bitclouded/documents';
import { ReleaseError } from '../release-error.ts';
import type { Destination } from './destination.ts';
import { openFolder } from './folder.ts';

/**
 * The destination of a host.
 * @param workspace a folder host's path is relative to it
 * @throws ReleaseError `host-not-supported`
 */
export function openDestination(host: Host, workspace: string): Destination {
  if (host.kind === 'folder') return openFolder(resolve(workspace, host.folder), host.homeRegion);
  throw new ReleaseError({
    code: 'host-not-supported',
    where: `host ${host.name}`,
    received: `kind ${host.kind}`,
    expected: 'kind folder: this version publishes to folders only',
    remedy: 'plan and pack for this host, and publish to a folder host',
  });
}

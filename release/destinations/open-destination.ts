import { resolve } from 'node:path';
import type { Host } from '@bitclouded/documents';
import type { Destination, Reader } from './destination.ts';
import { openFolder } from './folder.ts';
import { openS3 } from './s3.ts';
import { openS3Reader } from './s3-reader.ts';

/**
 * The destination of a host. Nothing is asked of it yet.
 * @param workspace a folder host's path is relative to it
 */
export function openDestination(host: Host, workspace: string): Destination {
  return host.kind === 'folder' ? openFolder(resolve(workspace, host.folder), host.homeRegion) : openS3(host);
}

/** A host as strangers read it. */
export function openReader(host: Host, workspace: string): Reader {
  return host.kind === 'folder' ? openFolder(resolve(workspace, host.folder), host.homeRegion) : openS3Reader(host);
}

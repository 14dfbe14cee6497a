import type { AwsHost } from '@bitclouded/documents';
import { openDestination, openReader } from '../destinations/open-destination.ts';
import type { AwsClients } from '../host/aws-clients.ts';
import type { DoctorContext } from './check.ts';

/** What checks look at a host with, by the credentials and endpoints of the environment. */
export function openContext(
  host: AwsHost,
  clients: AwsClients,
  { workspace, now, signal }: { readonly workspace: string; readonly now: () => Date; readonly signal: AbortSignal },
  writeProbe = false,
): DoctorContext {
  return {
    host,
    clients,
    signed: openDestination(host, workspace),
    anonymous: openReader(host, workspace),
    fetch: globalThis.fetch,
    now,
    writeProbe,
    signal,
  };
}

import type { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import type { Host } from '@bitclouded/documents';
import type { Emit } from '../release-event.ts';
import { askCdn } from './ask-cdn.ts';
import { cloudFront, invalidate } from './invalidate.ts';
import { type IndexState, invalidationOf } from './invalidation.ts';

export interface Refreshed {
  /** The paths that the CDN has forgotten. */
  readonly paths: readonly string[];
  /** What is worth knowing and stops nothing. */
  readonly notices: readonly string[];
}

/** What `refreshCdn` works with; tests bring their own. */
export interface CdnTools {
  client(host: Extract<Host, { kind: 'aws' }>): Promise<CloudFrontClient>;
  readonly ask: typeof askCdn;
}

/**
 * Lets the CDN show an index and the aliases that follow it. It may be run again at any time: for an index that the CDN
 * shows already nothing new is begun.
 * @param state undefined where the host has no index
 * @throws ReleaseError `cdn-failed`
 */
export async function refreshCdn(
  host: Host,
  state: IndexState | undefined,
  signal: AbortSignal,
  emit: Emit,
  tools: CdnTools = { client: cloudFront, ask: askCdn },
): Promise<Refreshed> {
  if (host.kind === 'folder' || state === undefined) return { paths: [], notices: [] };
  if (host.cdn === undefined)
    return { paths: [], notices: [`${host.name} has no CDN in bitclouded.config.ts: people read it from S3`] };
  const { domain, distributionId } = host.cdn;
  const invalidation = invalidationOf(host.name, state);
  emit({ type: 'stage-started', stage: 'cdn', subject: domain });
  await invalidate(await tools.client(host), distributionId, invalidation, signal, emit);
  const other = await tools.ask(host, state.serial, signal);
  const { paths } = invalidation;
  emit({ type: 'stage-finished', stage: 'cdn', summary: other ?? `${domain} shows index ${state.serial}` });
  return { paths, notices: other === undefined ? [] : [`${other}: the index is at S3; look again in a minute`] };
}

import { keyOf, sha256Of } from '@bitclouded/documents';

/** Of an index, what decides which copies at the CDN are old. */
export interface IndexState {
  readonly serial: number;
  /** Of the index's envelope. */
  readonly indexSha256: string;
  readonly channels: Readonly<Record<string, string>>;
}

/** One request to the CDN to forget its copies. */
export interface Invalidation {
  /** Equal for equal content, so that sending it again makes nothing new. */
  readonly callerReference: string;
  readonly paths: readonly string[];
}

/** A distribution works on so many paths with a wildcard at once. Source: CloudFront Developer Guide, "Quotas on invalidations". */
const WILDCARDS_AT_ONCE = 15;
/** Leaves room for a second run. */
const WILDCARDS = Math.floor(WILDCARDS_AT_ONCE / 2);

/**
 * What the CDN has to forget once the aliases follow an index: a function of the index alone, so that whoever finishes
 * the work of a run that died sends the same request. CloudFront answers it by what it knows of the first one; a known
 * reference with other paths it refuses, hence their hash in the reference.
 */
export function invalidationOf(host: string, { serial, indexSha256, channels }: IndexState): Invalidation {
  const aliases = Object.keys(channels)
    .sort()
    .map((channel) => `/${channel}/*`);
  // With many channels whole versions are forgotten too, and fetched again at need: they never change.
  const paths = [`/${keyOf.index()}`, ...(aliases.length <= WILDCARDS ? aliases : ['/latest/*', '/v*'])];
  const content = sha256Of([indexSha256, ...paths].join('\n'));
  return { callerReference: `${host}-${serial}-${content.slice(0, 16)}`, paths };
}

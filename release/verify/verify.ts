import type { Fault, Host, Manifest, Seen, Verification } from '@bitclouded/documents';
import type { Reader } from '../destinations/destination.ts';
import type { StoredIndex } from '../promote/read-index.ts';
import type { Emit } from '../release-event.ts';
import { Inspection, type VerificationFaultCode } from './inspection.ts';
import { verifyAliases } from './verify-aliases.ts';
import { verifyIndex } from './verify-index.ts';
import { verifyRelease, type WantedRelease } from './verify-release.ts';
import { verifyRest } from './verify-rest.ts';

export interface VerifyRequest {
  readonly host: Host;
  readonly reader: Reader;
  /** The newest index that this machine has seen. */
  readonly seen: Seen | undefined;
  /** One version alone; undefined: everything that the index names, its aliases, and what else lies on the host. */
  readonly version?: string | undefined;
  /** What this machine packed: its version must be on the host, whole, with this manifest. */
  readonly packed?: { readonly version: string; readonly manifestSha256: string } | undefined;
  /** Says what is wrong with the images that a release names. */
  readonly images?: ((manifest: Manifest) => Promise<readonly Fault<VerificationFaultCode>[]>) | undefined;
}

export interface Verified {
  readonly report: Verification;
  /** As it stands there; undefined where there is none that can be used. */
  readonly index: StoredIndex | undefined;
}

/**
 * Reads a host back as anybody would, and hashes all of it. What is wrong stands in the report; only a host that
 * cannot be read is an error.
 * @throws ReleaseError `host-unavailable`
 */
export async function verify(request: VerifyRequest, now: Date, signal: AbortSignal, emit: Emit): Promise<Verified> {
  const { host, reader, version } = request;
  const inspection = new Inspection(host, reader, signal, emit);
  const { index, aliases } = await verifyIndex(inspection, request.seen, version ?? request.packed?.version, now);

  const manifests = new Map<string, Manifest>();
  const releases: { version: string; manifestSha256: string }[] = [];
  for (const wanted of wantedOf(request, index)) {
    const read = await verifyRelease(inspection, wanted);
    if (read === undefined) continue;
    inspection.faults.push(...((await request.images?.(read.manifest)) ?? []));
    manifests.set(wanted.version, read.manifest);
    releases.push({ version: wanted.version, manifestSha256: read.manifestSha256 });
  }
  if (version === undefined) {
    if (index === undefined && inspection.faults.length === 0)
      inspection.notice('nothing was promoted on this host yet');
    if (index !== undefined) await verifyAliases(inspection, index.index, aliases, manifests);
    await verifyRest(inspection, index?.index, new Set(manifests.keys()));
  }
  return { report: reportOf(inspection, releases), index };
}

function wantedOf({ version, packed }: VerifyRequest, index: StoredIndex | undefined): readonly WantedRelease[] {
  const promoted = index?.index.releases ?? [];
  const own = packed === undefined || promoted.some((release) => isSame(release, packed)) ? [] : [packed];
  const known: readonly WantedRelease[] = [...promoted, ...own];
  if (version === undefined) return known;
  const wanted = known.filter((release) => release.version === version);
  return wanted.length > 0 ? wanted : [{ version, manifestSha256: undefined }];
}

function isSame(a: { version: string; manifestSha256: string }, b: typeof a): boolean {
  return a.version === b.version && a.manifestSha256 === b.manifestSha256;
}

function reportOf(inspection: Inspection, releases: Verification['releases']): Verification {
  const order = (fault: { where: string; code: string }): string => `${fault.where}\n${fault.code}`;
  // A link is found twice: where it is listed and where it is read.
  const faults = new Map(inspection.faults.map((fault) => [`${order(fault)}\n${fault.received}`, fault]));
  return {
    schema: 'bitclouded.verification/1',
    host: inspection.host.name,
    releases,
    regions: [...inspection.host.regions],
    objectsRead: inspection.objectsRead,
    bytesRead: inspection.bytesRead,
    faults: [...faults.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1)),
    notices: inspection.notices,
  };
}

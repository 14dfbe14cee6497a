import { z } from 'zod';
import { sha256, sortedRecord, unitName, version } from './primitives.ts';

export const indexedRelease = z.strictObject({
  version,
  manifestSha256: sha256,
  /** SHA-256 of the attestations that were there at promotion. */
  attestations: z.array(sha256),
  /** Why nobody should take it any more. */
  yanked: z.string().min(1).optional(),
});

const channelName = z.string().regex(/^(?:latest|v\d+(?:\.\d+)?)$/, 'must be latest, v<major> or v<major>.<minor>');

/** The payload of `index.json`: which releases there are, and where the channels point. */
export const releaseIndex = z.strictObject({
  schema: z.literal('bitclouded.index/1'),
  host: unitName,
  /** Grows by one with each write. A smaller one than seen before is an old index put back. */
  serial: z.int().min(1),
  issued: z.iso.datetime(),
  expires: z.iso.datetime(),
  /** Ascending by version. */
  releases: z.array(indexedRelease),
  /** `latest`, `v1`, `v1.4` → version. */
  channels: sortedRecord(channelName, version),
  /** Channels that somebody holds at a version, and why. */
  pins: sortedRecord(channelName, z.strictObject({ version, reason: z.string().min(1) })),
});
export type ReleaseIndex = z.infer<typeof releaseIndex>;

/** The payload type that the envelope names. */
export const INDEX_PAYLOAD_TYPE = 'application/vnd.bitclouded.index+json';

const base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/, 'must be base64');

/** `index.json`: a DSSE envelope. Source: secure-systems-lab/dsse, "envelope.md". */
export const indexEnvelope = z.strictObject({
  payloadType: z.literal(INDEX_PAYLOAD_TYPE),
  payload: base64,
  /** Empty on a host without a signing key, such as the local one. */
  signatures: z.array(z.strictObject({ keyid: z.string(), sig: base64 })),
});
export type IndexEnvelope = z.infer<typeof indexEnvelope>;

/** `<channel>/alias.json`: what a channel's derived copies were made from. The last object that reconcile writes. */
export const alias = z.strictObject({
  schema: z.literal('bitclouded.alias/1'),
  channel: z.string(),
  version,
  manifestSha256: sha256,
  /** The index's serial that this copy follows. */
  serial: z.int().min(1),
});
export type Alias = z.infer<typeof alias>;

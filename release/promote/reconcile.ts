import {
  type Alias,
  type Host,
  keyOf,
  type Manifest,
  parseDocument,
  type ReleaseIndex,
  serialise,
  sha256Of,
} from '@bitclouded/documents';
import type { Destination } from '../destinations/destination.ts';
import { hostObject } from '../destinations/host-object.ts';
import { inParallel } from '../destinations/in-parallel.ts';
import { ReleaseError } from '../release-error.ts';
import type { Emit } from '../release-event.ts';
import { type Copy, copiesOf } from './aliases.ts';
import { indexMoved } from './change-index.ts';
import { readAlias } from './read-alias.ts';
import { readIndex } from './read-index.ts';

export interface Reconciled {
  /** Of the index that the aliases follow now; 0 where there is none. */
  readonly serial: number;
  /** Of that index's envelope. */
  readonly indexSha256: string | undefined;
  readonly channels: Readonly<Record<string, string>>;
  /** Objects that this run wrote. */
  readonly written: number;
}

/** Somebody promotes again and again: each round follows the newest index. */
const ROUNDS = 20;

/**
 * Makes the aliases (`latest/`, `v1/`, `v1.4/`) what the index says: each object whole, templates first and
 * `alias.json` last; writes only what differs, and goes on if the index moved meanwhile.
 * @throws ReleaseError `release-unpublished`, `object-differs`, `index-older-than-alias`, `index-moved`
 */
export async function reconcile(
  host: Host,
  destination: Destination,
  signal: AbortSignal,
  emit: Emit,
): Promise<Reconciled> {
  await destination.tidy?.(signal);
  let written = 0;
  const counted: Emit = (event) => {
    if (event.type === 'object-replaced') written++;
    emit(event);
  };
  const at = { host, destination, signal, emit: counted };
  for (let round = 1; round <= ROUNDS; round++) {
    const stored = await readIndex(host, destination, signal);
    if (stored === undefined) return { serial: 0, indexSha256: undefined, channels: {}, written };
    let overtaken = false;
    for (const [channel, version] of Object.entries(stored.index.channels))
      overtaken ||= (await followIndex(at, stored.index, channel, version)) === 'overtaken';
    const after = await readIndex(host, destination, signal);
    if (!overtaken && after?.index.serial === stored.index.serial)
      return { serial: stored.index.serial, indexSha256: stored.sha256, channels: stored.index.channels, written };
  }
  throw indexMoved(`${ROUNDS} rounds`);
}

interface At {
  readonly host: Host;
  readonly destination: Destination;
  readonly signal: AbortSignal;
  readonly emit: Emit;
}

async function followIndex(
  at: At,
  index: ReleaseIndex,
  channel: string,
  version: string,
): Promise<'followed' | 'overtaken'> {
  const { manifestSha256 } = index.releases.find((release) => release.version === version)!;
  const wanted: Alias = { schema: 'bitclouded.alias/1', channel, version, manifestSha256, serial: index.serial };
  const record = await readAlias(at.host, at.destination, channel, at.signal);
  if (record !== undefined && record.serial > index.serial) {
    await refuseOldIndex(at, record);
    return 'overtaken';
  }
  const copies = copiesOf(await readManifest(at, version, manifestSha256), manifestSha256, channel);
  await copyAll(
    at,
    copies.filter((copy) => copy.template),
  );
  await copyAll(
    at,
    copies.filter((copy) => !copy.template),
  );
  if (record?.version !== version || record.manifestSha256 !== manifestSha256)
    await put(at, keyOf.aliasRecord(channel), serialise('alias', wanted));
  return 'followed';
}

/** An alias follows a later index: either somebody promoted just now, or an old index was put back. */
async function refuseOldIndex({ host, destination, signal }: At, record: Alias): Promise<void> {
  const now = await readIndex(host, destination, signal);
  if (now !== undefined && now.index.serial >= record.serial) return;
  throw new ReleaseError({
    code: 'index-older-than-alias',
    where: keyOf.index(),
    received: `serial ${now?.index.serial ?? 'none'}`,
    expected: `at least ${record.serial}, which ${keyOf.aliasRecord(record.channel)} follows`,
    remedy: 'put the newest index back: an older one stands in its place',
  });
}

async function readManifest(
  { host, destination, signal }: At,
  version: string,
  manifestSha256: string,
): Promise<Manifest> {
  const key = keyOf.manifest(version);
  const stored = await destination.read(host.homeRegion, key, signal);
  const received = stored === undefined ? 'no such object' : `sha256 ${sha256Of(stored.bytes)}`;
  if (stored !== undefined && sha256Of(stored.bytes) === manifestSha256)
    return parseDocument('manifest', stored.bytes, key);
  throw new ReleaseError({
    code: 'release-unpublished',
    where: key,
    received,
    expected: `the manifest ${manifestSha256}, which the index names`,
    remedy: `publish ${version} again, then: npm run release -- reconcile`,
  });
}

async function copyAll(at: At, copies: readonly Copy[]): Promise<void> {
  const { destination, host } = at;
  await inParallel(copies, at.signal, async (copy, signal) => {
    const there = await destination.read(host.homeRegion, copy.to, signal);
    if (there !== undefined && sha256Of(there.bytes) === copy.sha256) return;
    const original = await destination.read(host.homeRegion, copy.from, signal);
    const received = original === undefined ? 'no such object' : `sha256 ${sha256Of(original.bytes)}`;
    if (original === undefined || sha256Of(original.bytes) !== copy.sha256)
      throw new ReleaseError({
        code: 'object-differs',
        where: copy.from,
        received,
        expected: `sha256 ${copy.sha256}`,
        remedy: 'restore it from the bundle of its version, then: npm run release -- reconcile',
      });
    await put(at, copy.to, original.bytes);
  });
}

async function put({ host, destination, signal, emit }: At, key: string, bytes: Uint8Array): Promise<void> {
  await destination.put(host.homeRegion, hostObject(key, bytes), signal);
  emit({ type: 'object-replaced', region: host.homeRegion, key, sizeBytes: bytes.byteLength });
}

import { readFileSync } from 'node:fs';
import { type Host, keyOf, parseDocument, serialise } from '@bitclouded/documents';
import pLimit from 'p-limit';
import type { Destination, HostObject } from '../destinations/destination.ts';
import { hostObject } from '../destinations/host-object.ts';
import { inParallel } from '../destinations/in-parallel.ts';
import type { Bundle, BundleFile } from '../pack/read-bundle.ts';
import { ReleaseError } from '../release-error.ts';
import type { Emit } from '../release-event.ts';

export interface PublishRequest {
  readonly bundle: Bundle;
  readonly host: Host;
  readonly destination: Destination;
  /** Refuses every bundle whose manifest has another SHA-256. */
  readonly expectManifest?: string | undefined;
  /** Looks at every object, whatever the receipts say, and creates again what somebody took away. */
  readonly repair?: boolean | undefined;
}

export interface Published {
  readonly version: string;
  readonly manifestSha256: string;
  /** Objects that this run wrote, over all regions. None: the release was complete. */
  readonly created: number;
  /** Objects that were there already, where the receipts did not say so at once. */
  readonly present: number;
}

/** What is in flight is in memory: of large objects only a few, so that a release of any size needs no more than this. */
const LARGE_BYTES = 1024 * 1024;
const LARGE_AT_ONCE = 4;

/**
 * Puts a bundle on its host: claim, code in every region, the version's objects in the home region, and in each
 * region a receipt after all its objects, the home region's last: it is the commit. Whatever ends it, the next
 * run goes on.
 * @throws ReleaseError `bundle-unexpected`, `bundle-of-other-host`, `version-claimed` before anything is written;
 *   `object-differs`, `bundle-changed`, `host-unavailable`
 */
export async function publish(request: PublishRequest, signal: AbortSignal, emit: Emit): Promise<Published> {
  const { bundle, host, destination } = request;
  checkBundle(request);
  await destination.tidy?.(signal);
  const withoutReceipt = await regionsWithoutReceipt(request, signal);
  const open = request.repair ? host.regions : withoutReceipt;
  const counts = { created: 0, present: 0 };
  const large = pLimit(LARGE_AT_ONCE);
  const done = (): Published => ({ version: bundle.version, manifestSha256: bundle.manifestSha256, ...counts });
  if (open.length === 0) return done();

  const create = async (region: string, object: HostObject, stop: AbortSignal): Promise<void> => {
    const result = await destination.create(region, object, stop);
    counts[result === 'created' ? 'created' : 'present']++;
    emit({
      type: result === 'created' ? 'object-created' : 'object-present',
      region,
      key: object.key,
      sizeBytes: object.bytes.byteLength,
    });
  };
  const createAll = (regions: readonly string[], files: readonly BundleFile[]): Promise<void> =>
    inParallel(
      regions.flatMap((region) => files.map((file) => ({ region, file }))),
      signal,
      ({ region, file }, stop) =>
        file.sizeBytes > LARGE_BYTES ? large(() => create(region, read(file), stop)) : create(region, read(file), stop),
    );

  await claimVersion(request, create, signal);
  const { code, versioned, receipt } = partsOf(bundle);
  const further = open.filter((region) => region !== host.homeRegion);
  const home = open.filter((region) => region === host.homeRegion);
  await createAll(open, code);
  await createAll(home, versioned);
  await createAll(further, [receipt]);
  await createAll(home, [receipt]);
  return done();
}

function checkBundle({ bundle, host, expectManifest }: PublishRequest): void {
  if (expectManifest !== undefined && bundle.manifestSha256 !== expectManifest)
    throw new ReleaseError({
      code: 'bundle-unexpected',
      where: bundle.folder,
      received: `manifest ${bundle.manifestSha256}`,
      expected: `manifest ${expectManifest}`,
      remedy: 'publish the bundle that was built and approved, and no other',
    });
  const packedFor = `${bundle.manifest.host.name} in ${bundle.manifest.host.regions.map(({ region }) => region).sort()}`;
  const publishedTo = `${host.name} in ${[...host.regions].sort()}`;
  if (packedFor !== publishedTo || bundle.manifest.host.homeRegion !== host.homeRegion)
    throw new ReleaseError({
      code: 'bundle-of-other-host',
      where: bundle.folder,
      received: `a bundle for ${packedFor}, home ${bundle.manifest.host.homeRegion}`,
      expected: `a bundle for ${publishedTo}, home ${host.homeRegion}`,
      remedy: `pack it again: npm run release -- pack --host ${host.name}`,
    });
}

/** One look at the receipt of a region tells whether there is anything to do. */
async function regionsWithoutReceipt(request: PublishRequest, signal: AbortSignal): Promise<readonly string[]> {
  const { bundle, host, destination } = request;
  const open = new Set<string>();
  await inParallel(host.regions, signal, async (region, stop) => {
    const receipt = await destination.hashOf(region, keyOf.manifest(bundle.version), stop);
    if (receipt === undefined) open.add(region);
    else if (receipt !== bundle.manifestSha256)
      throw claimed(request, `${region}: ${keyOf.manifest(bundle.version)}`, receipt);
  });
  return host.regions.filter((region) => open.has(region));
}

type Create = (region: string, object: HostObject, signal: AbortSignal) => Promise<void>;

/** Of two bundles with one version exactly one gets through here, before anything else is written. */
async function claimVersion(request: PublishRequest, create: Create, signal: AbortSignal): Promise<void> {
  const { bundle, host, destination } = request;
  const { version, manifestSha256 } = bundle;
  const key = keyOf.claim(version);
  const document = serialise('claim', { schema: 'bitclouded.claim/1', version, manifestSha256 });
  try {
    await create(host.homeRegion, hostObject(key, document), signal);
  } catch (cause) {
    if (!(cause instanceof ReleaseError) || cause.code !== 'object-differs') throw cause;
    const stored = await destination.read(host.homeRegion, key, signal);
    if (stored === undefined) throw cause;
    throw claimed(request, key, parseDocument('claim', stored.bytes, key).manifestSha256, cause);
  }
}

function claimed({ bundle }: PublishRequest, where: string, winner: string, cause?: unknown): ReleaseError {
  return new ReleaseError(
    {
      code: 'version-claimed',
      where,
      received: `manifest ${winner}, which owns ${bundle.version}`,
      expected: `manifest ${bundle.manifestSha256}, of ${bundle.folder}`,
      remedy: 'release this bundle as another version: one version is one bundle for ever',
    },
    { cause },
  );
}

function partsOf(bundle: Bundle): {
  code: readonly BundleFile[];
  versioned: readonly BundleFile[];
  receipt: BundleFile;
} {
  const isCode = (file: BundleFile): boolean => file.key.startsWith('lambdas/');
  const isReceipt = (file: BundleFile): boolean => file.key === keyOf.manifest(bundle.version);
  return {
    code: bundle.files.filter(isCode),
    versioned: bundle.files.filter((file) => !isCode(file) && !isReceipt(file)),
    receipt: bundle.files.find(isReceipt)!,
  };
}

/** A file of the bundle; one that is read again is refused where it is no longer what `readBundle` checked. */
function read(file: BundleFile): HostObject {
  if (file.held !== undefined) return hostObject(file.key, file.held, file.sha256);
  const object = hostObject(file.key, readFileSync(file.path));
  if (object.sha256 === file.sha256) return object;
  throw new ReleaseError({
    code: 'bundle-changed',
    where: file.path,
    received: `sha256 ${object.sha256}`,
    expected: `sha256 ${file.sha256}`,
    remedy: 'pack again, and let nothing write into the bundle while it is published',
  });
}

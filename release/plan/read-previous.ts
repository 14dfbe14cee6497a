import { type Host, keyOf, type Manifest, parseDocument, parseIndex, sha256Of } from '@bitclouded/documents';
import { lt, prerelease, rcompare } from 'semver';
import type { Destination } from '../destinations/destination.ts';
import { ReleaseError } from '../release-error.ts';

/** The release that a plan is compared with. */
export interface Previous {
  readonly version: string;
  readonly manifest: Manifest;
  readonly manifestSha256: string;
  /**
   * Reads one of its objects from the home region.
   * @throws ReleaseError `previous-missing`, `previous-differs` when it is not what its hash says
   */
  read(key: string, sha256: string): Promise<Buffer>;
}

/**
 * The greatest promoted release of a host below a version that is neither yanked nor a prerelease.
 * @returns undefined where there is none
 * @throws ReleaseError `previous-missing`, `previous-differs`; DocumentError for a damaged index or manifest
 */
export async function readPrevious(
  destination: Pick<Destination, 'name' | 'read'>,
  host: Host,
  below: string,
  signal: AbortSignal,
): Promise<Previous | undefined> {
  const stored = await destination.read(host.homeRegion, keyOf.index(), signal);
  if (stored === undefined) return undefined;
  const { index } = parseIndex(stored.bytes, `${destination.name}: ${keyOf.index()}`);
  const release = index.releases
    .filter(({ version, yanked }) => yanked === undefined && prerelease(version) === null && lt(version, below))
    .sort((a, b) => rcompare(a.version, b.version))[0];
  if (release === undefined) return undefined;

  const read = async (key: string, sha256: string): Promise<Buffer> => {
    const object = await destination.read(host.homeRegion, key, signal);
    const received = object === undefined ? undefined : sha256Of(object.bytes);
    if (object !== undefined && received === sha256) return Buffer.from(object.bytes);
    throw new ReleaseError({
      code: object === undefined ? 'previous-missing' : 'previous-differs',
      where: `${destination.name}: ${key}`,
      received: received === undefined ? 'no such object' : `sha256 ${received}`,
      expected: `sha256 ${sha256}, as release ${release.version} has it`,
      remedy: `verify that release, and restore the object or yank it: npm run release -- verify --host ${host.name}`,
    });
  };
  const key = keyOf.manifest(release.version);
  const bytes = await read(key, release.manifestSha256);
  return {
    version: release.version,
    manifest: parseDocument('manifest', bytes, `${destination.name}: ${key}`),
    manifestSha256: release.manifestSha256,
    read,
  };
}

import { type AwsHost, keyOf, parseDocument, sha256Of } from '@bitclouded/documents';
import pLimit from 'p-limit';
import { readIndex } from '../../promote/read-index.ts';
import { type Check, type DoctorContext, type Finding, fails, ok } from '../check.ts';

const READS_AT_ONCE = 8;

interface Release {
  readonly version: string;
  readonly manifestSha256: string;
}

/** Whether strangers find the receipt of each release that the index names: in the regions that it was published to. */
export const receipts: Check = {
  name: 'receipts',
  async run({ host, signed, anonymous, signal }): Promise<readonly Finding[]> {
    const releases = (await readIndex(host, signed, signal))?.index.releases ?? [];
    const limit = pLimit(READS_AT_ONCE);
    const read = (release: Release, region: string) =>
      limit(() => anonymous.read(region, keyOf.manifest(release.version), signal));
    const found = await Promise.all(releases.map((release) => findingsOf(host, release, read)));
    const faults = found.flat();
    if (faults.length > 0) return faults;
    return [ok(`${host.regions.length} regions`, `the receipts of ${releases.length} releases`)];
  },
};

/** The home region's receipt is the manifest, and names the regions of its release: the host may have others since. */
async function findingsOf(
  host: AwsHost,
  release: Release,
  read: (release: Release, region: string) => ReturnType<DoctorContext['anonymous']['read']>,
): Promise<readonly Finding[]> {
  const key = keyOf.manifest(release.version);
  const wrong = (region: string, bytes: Uint8Array | undefined): readonly Finding[] => {
    const sha256 = bytes && sha256Of(bytes);
    if (sha256 === release.manifestSha256) return [];
    return [
      fails(
        `${region}: ${key}`,
        sha256 === undefined ? 'none' : `sha256 ${sha256}`,
        `the manifest of ${release.version}, sha256 ${release.manifestSha256}`,
        `pack ${release.version} again, then: npm run release -- publish --repair --host ${host.name}`,
      ),
    ];
  };
  const home = await read(release, host.homeRegion);
  const faults = wrong(host.homeRegion, home?.bytes);
  if (home === undefined || faults.length > 0) return faults;
  const published = parseDocument('manifest', home.bytes, key).host.regions.map(({ region }) => region);
  const others = host.regions.filter((region) => region !== host.homeRegion && published.includes(region));
  const found = await Promise.all(others.map(async (region) => wrong(region, (await read(release, region))?.bytes)));
  return found.flat();
}

import { type FileArtifact, keyOf, type Manifest, parseDocument, sha256Of, versionPrefix } from '@bitclouded/documents';
import { inParallel } from '../destinations/in-parallel.ts';
import { type Inspection, isAboutContent } from './inspection.ts';
import { sumsOf } from './sums-of.ts';

export interface WantedRelease {
  readonly version: string;
  /** As the index or a bundle says; undefined: the claim is believed. */
  readonly manifestSha256: string | undefined;
}

/** Nothing is ever overwritten, so what is wrong has to go first. */
const RESTORE = "remove it if it is there; then, with this version's bundle: npm run release -- publish --repair";

/**
 * Reads a whole version back: claim, receipts, every artifact in every region, sums, and what does not belong.
 * @returns its manifest, or undefined where the version could not be read whole
 */
export async function verifyRelease(
  inspection: Inspection,
  wanted: WantedRelease,
): Promise<{ manifest: Manifest; manifestSha256: string } | undefined> {
  const expected = await verifyClaim(inspection, wanted);
  if (expected === undefined) return undefined;
  const manifest = await readManifest(inspection, wanted, expected);
  if (manifest === undefined) return undefined;
  await verifyArtifacts(inspection, manifest);
  await verifySums(inspection, manifest, expected);
  await verifyReceipts(inspection, manifest, expected);
  await verifyNoStrays(inspection, manifest);
  return { manifest, manifestSha256: expected };
}

/** @returns the hash that the manifest must have */
async function verifyClaim(inspection: Inspection, wanted: WantedRelease): Promise<string | undefined> {
  const { version, manifestSha256 } = wanted;
  const key = keyOf.claim(version);
  const { homeRegion } = inspection.host;
  const claim = await inspection.document('claim', homeRegion, key);
  if (claim === 'unreadable') return manifestSha256;
  if (claim === undefined) {
    if (manifestSha256 !== undefined)
      inspection.fault('claim-missing', key, 'no such object', `a claim of manifest ${manifestSha256}`, RESTORE);
    else if ((await inspection.digest(homeRegion, keyOf.manifest(version))) === undefined)
      inspection.fault(
        'version-missing',
        versionPrefix(version),
        'no claim and no receipt',
        'a published version',
        'name a version that was published',
      );
    else strayVersion(inspection, versionPrefix(version));
    return manifestSha256;
  }
  const owner = manifestSha256 ?? claim.manifestSha256;
  if (claim.version !== version || claim.manifestSha256 !== owner)
    inspection.fault(
      'claim-differs',
      key,
      `a claim of ${claim.version} by manifest ${claim.manifestSha256}`,
      `a claim of ${version} by manifest ${owner}`,
      'find out who wrote it: one version is one bundle for ever',
    );
  return owner;
}

/** A version folder that nobody claimed. */
export function strayVersion(inspection: Inspection, folder: string): void {
  inspection.fault(
    'version-stray',
    folder,
    'a version folder without a claim',
    'version folders that publish made, which begins with the claim',
    'find out who wrote it, and remove it',
  );
}

async function readManifest(
  inspection: Inspection,
  wanted: WantedRelease,
  expected: string,
): Promise<Manifest | undefined> {
  const { version } = wanted;
  const key = keyOf.manifest(version);
  const bytes = await inspection.bytes(inspection.host.homeRegion, key);
  if (bytes === 'unreadable') return undefined;
  if (bytes === undefined) {
    if (wanted.manifestSha256 === undefined) unfinished(inspection, version);
    else inspection.fault('object-missing', key, 'no such object', `sha256 ${expected}`, RESTORE);
    return undefined;
  }
  if (sha256Of(bytes) !== expected) {
    inspection.fault('object-corrupt', key, `sha256 ${sha256Of(bytes)}`, `sha256 ${expected}`, RESTORE);
    return undefined;
  }
  try {
    const manifest = parseDocument('manifest', bytes, key);
    return manifestAgrees(inspection, manifest, version) ? manifest : undefined;
  } catch (cause) {
    if (!isAboutContent(cause)) throw cause;
    inspection.faults.push(...cause.faults);
    return undefined;
  }
}

/** A publisher that died; the next one goes on. */
export function unfinished(inspection: Inspection, version: string): void {
  inspection.notice(`${version} was claimed and is not complete: publish it again, or release another version`);
}

/** That it speaks of this version and host, and that every key is the one that its artifact has. */
function manifestAgrees(inspection: Inspection, manifest: Manifest, version: string): boolean {
  const key = keyOf.manifest(version);
  const before = inspection.faults.length;
  const wrong = (received: string, expected: string): void =>
    inspection.fault('manifest-inconsistent', key, received, expected, 'find out who wrote it: pack did not');
  if (manifest.version !== version) wrong(`version ${manifest.version}`, `version ${version}`);
  if (manifest.host.name !== inspection.host.name) wrong(`host ${manifest.host.name}`, `host ${inspection.host.name}`);
  if (manifest.host.homeRegion !== inspection.host.homeRegion)
    wrong(`home region ${manifest.host.homeRegion}`, `home region ${inspection.host.homeRegion}`);
  const keys = new Set<string>();
  for (const artifact of hostedOf(manifest)) {
    if (artifact.key !== keyOfArtifact(version, artifact)) wrong(artifact.key, keyOfArtifact(version, artifact));
    if (keys.has(artifact.key)) wrong(`${artifact.key} twice`, 'each key once');
    keys.add(artifact.key);
  }
  return inspection.faults.length === before;
}

/**
 * The regions that a release was published to, of those that the host still has: one that the host got later holds
 * nothing of it, and its templates refuse to run there.
 */
function regionsOf({ host }: Inspection, manifest: Manifest): readonly string[] {
  const published = new Set(manifest.host.regions.map(({ region }) => region));
  return host.regions.filter((region) => published.has(region));
}

function hostedOf(manifest: Manifest): FileArtifact[] {
  return manifest.artifacts.filter((artifact) => artifact.kind !== 'image');
}

function keyOfArtifact(version: string, artifact: FileArtifact): string {
  switch (artifact.kind) {
    case 'template':
      return keyOf.template(version, artifact.name);
    case 'interface':
      return keyOf.interface(version, artifact.unit.slice(0, artifact.unit.indexOf(':')), artifact.name);
    case 'lambda':
      return keyOf.lambda(artifact.name, artifact.sha256);
    case 'policy':
      return keyOf.policy(version, artifact.name, artifact.part);
    case 'schema':
      return keyOf.schema(version, artifact.name);
  }
}

async function verifyArtifacts(inspection: Inspection, manifest: Manifest): Promise<void> {
  const hosted = hostedOf(manifest);
  const keyBySha256 = new Map(hosted.map((artifact) => [artifact.sha256, artifact.key]));
  const wanted = hosted.flatMap((artifact) =>
    (artifact.kind === 'lambda' ? regionsOf(inspection, manifest) : [inspection.host.homeRegion]).map((region) => ({
      region,
      artifact,
    })),
  );
  await inParallel(wanted, inspection.signal, async ({ region, artifact }) => {
    const digest = await inspection.digest(region, artifact.key);
    if (digest === 'unreadable' || digest?.sha256 === artifact.sha256) return;
    const where = inspection.at(region, artifact.key);
    const expected = `${artifact.sizeBytes} bytes, sha256 ${artifact.sha256}`;
    if (digest === undefined) return inspection.fault('object-missing', where, 'no such object', expected, RESTORE);
    const received = `${digest.sizeBytes} bytes, sha256 ${digest.sha256}`;
    const other = keyBySha256.get(digest.sha256);
    if (other !== undefined)
      return inspection.fault('object-swapped', where, `the content of ${other}`, expected, RESTORE);
    const code = digest.sizeBytes === artifact.sizeBytes ? 'object-corrupt' : 'object-wrong-size';
    inspection.fault(code, where, received, expected, RESTORE);
  });
}

async function verifySums(inspection: Inspection, manifest: Manifest, manifestSha256: string): Promise<void> {
  const key = keyOf.sums(manifest.version);
  const expected = sha256Of(sumsOf(hostedOf(manifest), manifest.version, manifestSha256));
  const digest = await inspection.digest(inspection.host.homeRegion, key);
  if (digest === 'unreadable' || digest?.sha256 === expected) return;
  if (digest === undefined) inspection.fault('object-missing', key, 'no such object', `sha256 ${expected}`, RESTORE);
  else
    inspection.fault(
      'object-corrupt',
      key,
      `sha256 ${digest.sha256}`,
      `the sums of its manifest, sha256 ${expected}`,
      RESTORE,
    );
}

async function verifyReceipts(inspection: Inspection, manifest: Manifest, expected: string): Promise<void> {
  const { homeRegion } = inspection.host;
  const key = keyOf.manifest(manifest.version);
  for (const region of regionsOf(inspection, manifest).filter((name) => name !== homeRegion)) {
    const digest = await inspection.digest(region, key);
    if (digest === 'unreadable' || digest?.sha256 === expected) continue;
    const where = inspection.at(region, key);
    if (digest === undefined)
      inspection.fault('object-missing', where, 'no such object', `sha256 ${expected}`, RESTORE);
    else inspection.fault('object-corrupt', where, `sha256 ${digest.sha256}`, `sha256 ${expected}`, RESTORE);
  }
}

async function verifyNoStrays(inspection: Inspection, manifest: Manifest): Promise<void> {
  const { homeRegion, regions } = inspection.host;
  const { version } = manifest;
  const receipt = keyOf.manifest(version);
  const own = regionsOf(inspection, manifest);
  for (const region of regions) {
    const known = new Set(own.includes(region) ? [receipt] : []);
    if (region === homeRegion)
      for (const { key } of [{ key: keyOf.claim(version) }, { key: keyOf.sums(version) }, ...hostedOf(manifest)])
        known.add(key);
    for (const key of (await inspection.keys(region)) ?? [])
      if (key.startsWith(`${versionPrefix(version)}/`) && !known.has(key))
        inspection.fault(
          'object-stray',
          inspection.at(region, key),
          'an object that the manifest does not name',
          'only what was published',
          'find out who wrote it, and remove it',
        );
  }
}

import { type AwsHost, keyOf, type Manifest, parseDocument } from '@bitclouded/documents';
import type { Reader, StoredObject } from '../destinations/destination.ts';
import { readIndex } from '../promote/read-index.ts';
import { ReleaseError } from '../release-error.ts';
import { isSupported } from './plan-gc.ts';

export interface Named {
  readonly amis: ReadonlySet<string>;
  /** The releases that were read. */
  readonly versions: readonly string[];
}

/**
 * The AMIs that the templates of supported releases take, as they are published: a yanked release's too, for stacks
 * of it run on.
 * @param publishedAt when a release was published; undefined where nobody can tell, and then it counts as supported
 * @throws ReleaseError `release-unpublished` for an object that the index promises; documents' own errors
 */
export async function namedMachines(
  host: AwsHost,
  reader: Pick<Reader, 'name' | 'read'>,
  publishedAt: (version: string) => Promise<Date | undefined>,
  now: Date,
  signal: AbortSignal,
): Promise<Named> {
  const stored = await readIndex(host, reader, signal);
  const amis = new Set<string>();
  const versions: string[] = [];
  for (const { version } of stored?.index.releases ?? []) {
    const published = await publishedAt(version);
    if (published !== undefined && !isSupported(published, now)) continue;
    versions.push(version);
    for (const ami of await amisOf(host, reader, version, signal)) amis.add(ami);
  }
  return { amis, versions };
}

async function amisOf(
  host: AwsHost,
  reader: Pick<Reader, 'name' | 'read'>,
  version: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const key = keyOf.manifest(version);
  const manifest = parseDocument('manifest', (await mustRead(host, reader, key, signal)).bytes, key);
  const keys = keysOfTemplates(manifest);
  const texts = await Promise.all(keys.map(async (one) => (await mustRead(host, reader, one, signal)).bytes));
  return texts.flatMap(
    (text) =>
      Buffer.from(text)
        .toString()
        .match(/\bami-[0-9a-f]{8,17}\b/g) ?? [],
  );
}

/** No template holds an AMI where the release has no machine image. */
function keysOfTemplates({ artifacts }: Manifest): readonly string[] {
  const hasMachines = artifacts.some((artifact) => artifact.kind === 'image' && artifact.variety === 'machine');
  return hasMachines ? artifacts.flatMap((artifact) => (artifact.kind === 'template' ? [artifact.key] : [])) : [];
}

async function mustRead(
  { homeRegion }: AwsHost,
  reader: Pick<Reader, 'name' | 'read'>,
  key: string,
  signal: AbortSignal,
): Promise<StoredObject> {
  const stored = await reader.read(homeRegion, key, signal);
  if (stored !== undefined) return stored;
  throw new ReleaseError({
    code: 'release-unpublished',
    where: `${key} of ${reader.name}`,
    received: 'no such object',
    expected: 'what the index promises: without it, nobody can tell which images are in use',
    remedy: 'npm run release -- verify, and mend what it finds',
  });
}

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type Artifact,
  bucketOf,
  cdnUrlOf,
  type FolderHost,
  type Host,
  keyOf,
  type Manifest,
  serialise,
  sha256Of,
  urlOf,
} from '@bitclouded/documents';
import { contentTypeOf } from '../pack/content-type.ts';
import type { Bundle, BundleFile } from '../pack/read-bundle.ts';
import { sumsOf } from '../verify/sums-of.ts';

/** What a test's release carries: names and contents. */
export interface Contents {
  readonly version: string;
  readonly templates?: Readonly<Record<string, string>>;
  readonly lambdas?: Readonly<Record<string, string>>;
  readonly schemas?: Readonly<Record<string, string>>;
}

export const TWO_REGIONS = ['eu-west-1', 'us-east-1'] as const;

/** A folder host for tests. */
export function testHost(regions: readonly string[] = ['eu-west-1'], folder = 'host'): FolderHost {
  return {
    kind: 'folder',
    name: 'local',
    folder,
    address: 'http://127.0.0.1:4874',
    prefix: 'bitclouded',
    account: '000000000000',
    homeRegion: regions[0]!,
    regions: [...regions],
    registry: 'localhost/bitclouded',
  };
}

/** Three small objects, one of each kind that is hosted. */
export const SMALL: Omit<Contents, 'version'> = {
  templates: { 'networking/vpc': 'Resources: {}\n', 'operations/alerts': 'Resources: { Topic: {} }\n' },
  lambdas: { 'log-governor': 'governor' },
  schemas: { manifest: '{"title":"bitclouded.manifest/1"}\n' },
};

/** Writes a bundle as pack would, of contents that a test chooses. */
export async function writeBundle(folder: string, host: Host, contents: Contents): Promise<Bundle> {
  const { version } = contents;
  const files = new Map<string, Buffer>();
  const hosted = (key: string, content: Buffer) => {
    files.set(key, content);
    return {
      key,
      url: urlOf(host, key),
      cdnUrl: cdnUrlOf(host, key),
      contentType: contentTypeOf(key),
      sizeBytes: content.byteLength,
      sha256: sha256Of(content),
    };
  };
  const unit = { sourceSha256: sha256Of('source'), verdict: 'new', dependencies: [] as string[] } as const;
  const artifacts: Artifact[] = [
    ...Object.entries(contents.templates ?? {}).flatMap(([name, text]): Artifact[] => [
      {
        kind: 'template',
        name,
        ...hosted(keyOf.template(version, name), Buffer.from(text)),
        ...unit,
        dependencies: [],
      },
      {
        kind: 'interface',
        name,
        unit: `template:${name}`,
        ...hosted(keyOf.interface(version, 'template', name), Buffer.from(`{"name":"${name}"}\n`)),
      },
    ]),
    ...Object.entries(contents.lambdas ?? {}).map(([name, text]): Artifact => {
      const content = Buffer.from(text);
      const key = keyOf.lambda(name, sha256Of(content));
      return { kind: 'lambda', name, ...hosted(key, content), ...unit, dependencies: [] };
    }),
    ...Object.entries(contents.schemas ?? {}).map(
      ([name, text]): Artifact => ({ kind: 'schema', name, ...hosted(keyOf.schema(version, name), Buffer.from(text)) }),
    ),
  ];
  const manifest: Manifest = {
    schema: 'bitclouded.manifest/1',
    version,
    host: {
      name: host.name,
      homeRegion: host.homeRegion,
      regions: host.regions.map((region) => ({ region, bucket: bucketOf(host, region) })),
      registry: host.registry,
    },
    comparedWith: null,
    removed: [],
    artifacts,
  };
  const receipt = serialise('manifest', manifest);
  const manifestSha256 = sha256Of(receipt);
  files.set(keyOf.manifest(version), receipt);
  const sums = sumsOf(
    artifacts.filter((artifact) => artifact.kind !== 'image'),
    version,
    manifestSha256,
  );
  files.set(keyOf.sums(version), Buffer.from(sums));
  return { folder, version, manifest, manifestSha256, files: await writeAll(folder, files) };
}

async function writeAll(folder: string, files: ReadonlyMap<string, Buffer>): Promise<BundleFile[]> {
  const written: BundleFile[] = [];
  for (const [key, content] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const path = join(folder, key);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    written.push({
      key,
      path,
      sizeBytes: content.byteLength,
      sha256: sha256Of(content),
      contentType: contentTypeOf(key),
    });
  }
  return written;
}

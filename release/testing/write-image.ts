import { gzipSync } from 'node:zlib';
import { addToLayout, writeLayoutIndex } from '../images/layout.ts';
import { type Descriptor, digestOf, INDEX, MANIFEST } from '../images/oci.ts';

/** A layer as a test wants it: paths and what they hold. */
export type LayerFiles = Readonly<Record<string, string | Uint8Array>>;

export interface WrittenImage {
  /** Of the index. */
  readonly digest: string;
  /** Of the manifest of each architecture. */
  readonly manifests: Readonly<Record<string, string>>;
  /** Of each layer, in their order. */
  readonly layers: readonly Descriptor[];
}

/** Writes an image as an OCI layout: the same layers for each architecture. */
export async function writeImage(
  folder: string,
  layers: readonly LayerFiles[],
  {
    architectures = ['amd64', 'arm64'],
    user = '65532:65532',
    env = [] as readonly string[],
    annotations = {} as Readonly<Record<string, string>>,
  } = {},
): Promise<WrittenImage> {
  const add = async (bytes: Uint8Array, mediaType: string): Promise<Descriptor> => ({
    mediaType,
    digest: await addToLayout(folder, bytes),
    size: bytes.byteLength,
  });
  const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
  const archives = layers.map(tarOf);
  const packed = await Promise.all(
    archives.map((archive) => add(gzipSync(archive), 'application/vnd.oci.image.layer.v1.tar+gzip')),
  );
  const manifests: Descriptor[] = [];
  for (const architecture of architectures) {
    const config = await add(
      json({
        architecture,
        os: 'linux',
        config: { User: user, Env: ['PATH=/bin', ...env], Cmd: ['/bin/sh'] },
        rootfs: { type: 'layers', diff_ids: archives.map(digestOf) },
      }),
      'application/vnd.oci.image.config.v1+json',
    );
    const manifest = await add(json({ schemaVersion: 2, mediaType: MANIFEST, config, layers: packed }), MANIFEST);
    manifests.push({ ...manifest, platform: { architecture, os: 'linux' } });
  }
  const index = await add(json({ schemaVersion: 2, mediaType: INDEX, manifests }), INDEX);
  await writeLayoutIndex(folder, [{ ...index, annotations }]);
  return {
    digest: index.digest,
    manifests: Object.fromEntries(manifests.map(({ platform, digest }) => [platform!.architecture, digest])),
    layers: packed,
  };
}

/** A tar archive of files that everybody may run. Source: POSIX.1-2017, "ustar Interchange Format". */
export function tarOf(files: LayerFiles): Buffer {
  const blocks = Object.entries(files).flatMap(([path, content]) => {
    const bytes = Buffer.from(content as Uint8Array);
    return [headerOf(path, bytes.byteLength), bytes, Buffer.alloc((512 - (bytes.byteLength % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function headerOf(path: string, sizeBytes: number): Buffer {
  const header = Buffer.alloc(512);
  const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');
  header.write(path, 0, 100);
  header.write(octal(0o755, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(sizeBytes, 11), 124);
  header.write(octal(0, 11), 136);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\u000000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 6)}\u0000 `, 148);
  return header;
}

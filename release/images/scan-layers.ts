import { Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { type Fault, secretsIn } from '@bitclouded/documents';
import { ReleaseError, type ReleaseErrorCode } from '../release-error.ts';
import { allOf } from './held-to.ts';
import { type Descriptor, type ImageSource, type Manifest, parseManifest } from './oci.ts';
import { tarFiles } from './tar-entries.ts';

/** What of a file is looked at: keys are small, and so are the files that hold them. */
const HEAD_BYTES = 2 * 1024 * 1024;

export interface ScannedImage {
  /** Of its manifest. */
  readonly digest: string;
  /** As its configuration says, in GOARCH's names. */
  readonly architecture: string;
}

/**
 * Looks for secrets in every layer of an image, each by itself: a file that a later layer deletes is still there for
 * whoever pulls the image. Its configuration is looked at too: it has the environment and the build's commands.
 * And holds the programs to the architecture that the configuration names: a builder whose base lacks an architecture
 * may take another one, and write the wanted one into the configuration.
 * @throws ReleaseError with every `image-secret-found` (never the secret itself) and `image-architecture-wrong`
 */
export async function scanLayers(
  source: ImageSource,
  images: readonly ScannedImage[],
  signal: AbortSignal,
): Promise<{ readonly layers: number; readonly files: number }> {
  const faults: Fault<ReleaseErrorCode>[] = [];
  /** What each layer's programs run on: layers are shared, and read once. */
  const seen = new Map<string, ReadonlySet<string>>();
  let files = 0;

  async function scan(layer: Descriptor): Promise<ReadonlySet<string>> {
    const machines = new Set<string>();
    try {
      for await (const { path, head } of tarFiles(unpacked(source, layer, signal), HEAD_BYTES)) {
        files++;
        faults.push(...faultsOf(`layer ${layer.digest} /${path.replace(/^\.?\//, '')}`, head));
        const machine = machineOf(head);
        if (machine !== undefined) machines.add(machine);
      }
    } catch (cause) {
      throw isDamage(cause) ? unreadable(`${source.name}@${layer.digest}`, cause) : cause;
    }
    return machines;
  }

  for (const { digest, architecture } of images) {
    const { config, layers } = await manifestOf(source, digest, signal);
    faults.push(...faultsOf(`configuration ${config.digest}`, await allOf(source.blob(config, signal))));
    const machines = new Set<string>();
    for (const layer of layers) {
      const own = seen.get(layer.digest) ?? (await scan(layer));
      seen.set(layer.digest, own);
      for (const machine of own) machines.add(machine);
    }
    if (machines.size > 0 && !machines.has(architecture))
      faults.push({
        code: 'image-architecture-wrong',
        where: `${source.name} (${architecture})`,
        received: `programs for ${[...machines].join(', ')}`,
        expected: `programs for ${architecture}`,
        remedy: 'build on a base that has this architecture',
      });
  }
  if (faults.length > 0) throw new ReleaseError(faults);
  return { layers: seen.size, files };
}

/** Source: System V ABI, "ELF Header": e_machine, as x86-64 and AArch64 have it. */
const MACHINES: Readonly<Record<number, string>> = { 62: 'amd64', 183: 'arm64' };

/** What a program runs on; undefined for what is no program, or one of another kind of machine. */
function machineOf(head: Buffer): string | undefined {
  const isElf = head.byteLength > 20 && head.readUInt32BE(0) === 0x7f454c46;
  return isElf ? MACHINES[head.readUInt16LE(18)] : undefined;
}

async function manifestOf(source: ImageSource, digest: string, signal: AbortSignal): Promise<Manifest> {
  const where = `${source.name}@${digest}`;
  const parsed = parseManifest(await source.manifest(digest, signal), where);
  if (parsed.type === 'manifest') return parsed.manifest;
  throw new ReleaseError({
    code: 'image-not-oci',
    where,
    received: 'an index',
    expected: 'the manifest of one architecture',
    remedy: 'build the image again',
  });
}

/** Source: OCI Image Specification, "Layer Media Types": `+gzip`, `+zstd`, or Docker's `.gzip`. */
function unpacked(source: ImageSource, layer: Descriptor, signal: AbortSignal): AsyncIterable<Uint8Array> {
  const packed = source.blob(layer, signal);
  const unpack = /zstd$/.test(layer.mediaType)
    ? createZstdDecompress()
    : /gzip$/.test(layer.mediaType)
      ? createGunzip()
      : undefined;
  if (unpack === undefined) return packed;
  const from = Readable.from(packed);
  from.once('error', (error) => unpack.destroy(error));
  return from.pipe(unpack);
}

/** What the reader of archives and zlib say of bytes that are none of theirs. */
function isDamage(cause: unknown): cause is Error {
  return cause instanceof RangeError || /^Z(?:_|STD)/.test(String((cause as NodeJS.ErrnoException | undefined)?.code));
}

function unreadable(where: string, cause: Error): ReleaseError {
  return new ReleaseError(
    {
      code: 'image-not-oci',
      where,
      received: cause.message,
      expected: 'a layer: a tar archive',
      remedy: 'build the image again',
    },
    { cause },
  );
}

/**
 * GnuTLS, which apt on Debian and Ubuntu needs, has in its library the keys of its self-tests, which everybody knows.
 * Source: GnuTLS, lib/crypto-selftests-pk.c.
 */
const PUBLISHED_KEYS = /\/libgnutls\.so\.[\d.]+$/;

function faultsOf(where: string, bytes: Uint8Array): Fault<ReleaseErrorCode>[] {
  const found = secretsIn(bytes).filter(({ kind }) => kind !== 'a private key' || !PUBLISHED_KEYS.test(where));
  return found.map(({ kind, line }) => ({
    code: 'image-secret-found',
    where,
    received: `${kind} in line ${line}`,
    expected: 'no secret in any layer',
    remedy:
      'keep it out of the build: RUN --mount=type=secret, or the task at run time; deleting it in a later layer hides nothing. If it is real, revoke it',
  }));
}

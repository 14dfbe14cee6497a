import { ReleaseError } from '../release-error.ts';
import { heldTo } from './held-to.ts';
import { type Descriptor, differs, digestOf, type ImageSource, MANIFEST_TYPES } from './oci.ts';
import { asUnavailable, type RegistrySession, unavailable, wordsOf } from './registry-session.ts';

/** A manifest larger than this is none. Source: OCI Distribution Specification, "Pushing Manifests" (registries take 4 MiB). */
const MANIFEST_LIMIT_BYTES = 4 * 1024 * 1024;

const ACCEPT = { accept: MANIFEST_TYPES.join(', ') };

/** A repository of a registry, to read from. The registry is not believed: every byte is held to its digest. */
export function registrySource(session: RegistrySession): ImageSource {
  const { url, registry, repository } = session.address;
  const name = `${registry}/${repository}`;
  return {
    name,
    async manifest(digest, signal) {
      const where = `${name}@${digest}`;
      const address = `${url}/manifests/${digest}`;
      const bytes = await session.attempts(async () => {
        const answer = await session.send({ method: 'GET', url: address, headers: ACCEPT }, signal);
        if (answer.status === 404) throw await missing('image-missing', where, answer);
        if (!answer.ok) throw unavailable(address, `GET: ${answer.status} ${await wordsOf(answer)}`);
        return bodyOf(answer, address, signal);
      }, signal);
      if (digestOf(bytes) !== digest) throw differs(where, digestOf(bytes), digest);
      return bytes;
    },
    async *blob(descriptor, signal) {
      const address = `${url}/blobs/${descriptor.digest}`;
      const answer = await session.send({ method: 'GET', url: address }, signal);
      if (answer.status === 404) throw await missing('image-blob-missing', `${name}@${descriptor.digest}`, answer);
      if (!answer.ok || answer.body === null)
        throw unavailable(address, `GET: ${answer.status} ${await wordsOf(answer)}`);
      yield* heldTo(descriptor, chunksOf(answer, address, signal), `${name}@${descriptor.digest}`);
    },
  };
}

/**
 * Asks which digest a tag or a digest has.
 * @returns undefined when the registry says that there is no such image
 */
export async function headManifest(
  session: RegistrySession,
  reference: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const url = `${session.address.url}/manifests/${reference}`;
  return session.attempts(async () => {
    const answer = await session.send({ method: 'HEAD', url, headers: ACCEPT }, signal);
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw unavailable(url, `HEAD: ${answer.status}`);
    const digest = answer.headers.get('docker-content-digest');
    if (digest !== null) return digest;
    // The header is not required of a registry.
    const got = await session.send({ method: 'GET', url, headers: ACCEPT }, signal);
    return got.ok ? digestOf(await bodyOf(got, url, signal)) : undefined;
  }, signal);
}

/** Whether a blob is there, whole. @throws ReleaseError `host-unavailable` */
export async function hasBlob(session: RegistrySession, blob: Descriptor, signal: AbortSignal): Promise<boolean> {
  const url = `${session.address.url}/blobs/${blob.digest}`;
  return session.attempts(async () => {
    const answer = await session.send({ method: 'HEAD', url }, signal);
    if (answer.status === 404) return false;
    if (!answer.ok) throw unavailable(url, `HEAD: ${answer.status}`);
    const length = answer.headers.get('content-length');
    return length === null || Number(length) === blob.size;
  }, signal);
}

async function bodyOf(answer: Response, address: string, signal: AbortSignal): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of chunksOf(answer, address, signal)) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > MANIFEST_LIMIT_BYTES)
      throw differs(address, `more than ${MANIFEST_LIMIT_BYTES} bytes`, 'an image manifest');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function* chunksOf(answer: Response, address: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* answer.body as unknown as AsyncIterable<Uint8Array>;
  } catch (cause) {
    throw asUnavailable(cause, address, signal);
  }
}

async function missing(
  code: 'image-missing' | 'image-blob-missing',
  where: string,
  answer: Response,
): Promise<ReleaseError> {
  return new ReleaseError({
    code,
    where,
    received: `404 ${await wordsOf(answer)}`,
    expected: code === 'image-missing' ? 'the manifest of the image' : 'a layer or configuration that the image names',
    remedy: 'push or mirror the image there again, or correct the reference',
  });
}

import { ReleaseError } from '../release-error.ts';
import { type Descriptor, differs, digestOf, type ImageSource } from './oci.ts';
import { type RegistrySession, unavailable, wordsOf } from './registry-session.ts';

/** What is held in memory, and sent in one request. ECR takes no less than 5 MiB but at the end. */
const CHUNK_BYTES = 16 * 1024 * 1024;

/**
 * Uploads a blob in chunks. What is cut is begun again; nothing of it stands in the repository before its end, where
 * the registry holds it to its digest.
 * Source: OCI Distribution Specification, "Pushing blobs in chunks" and "Pushing a blob monolithically".
 */
export async function uploadBlob(
  session: RegistrySession,
  source: ImageSource,
  blob: Descriptor,
  signal: AbortSignal,
): Promise<void> {
  const start = `${session.address.url}/blobs/uploads/`;
  await session.attempts(async () => {
    let location = await step(session, { method: 'POST', url: start, headers: { 'content-length': '0' } }, signal);
    let sent = 0;
    let last: Buffer = Buffer.alloc(0);
    for await (const { bytes, isLast } of inChunks(source.blob(blob, signal))) {
      if (isLast) {
        last = bytes;
        break;
      }
      const headers = { ...OCTETS, 'content-range': `${sent}-${sent + bytes.byteLength - 1}` };
      location = await step(session, { method: 'PATCH', url: location, headers, body: bytes }, signal);
      sent += bytes.byteLength;
    }
    const url = new URL(location);
    url.searchParams.set('digest', blob.digest);
    await step(session, { method: 'PUT', url: url.href, headers: OCTETS, body: last }, signal);
  }, signal);
}

const OCTETS = { 'content-type': 'application/octet-stream' } as const;

/**
 * Puts a manifest or an index under a digest or a tag.
 * @throws ReleaseError `image-differs` when the registry says that it took something else, `image-blob-missing` when
 *   it lacks what the manifest names
 */
export async function putManifest(
  session: RegistrySession,
  { bytes, mediaType, reference }: { bytes: Uint8Array; mediaType: string; reference: string },
  signal: AbortSignal,
): Promise<void> {
  const url = `${session.address.url}/manifests/${reference}`;
  await session.attempts(async () => {
    const answer = await session.send(
      { method: 'PUT', url, headers: { 'content-type': mediaType }, body: bytes },
      signal,
    );
    if (!answer.ok) throw await refused(url, answer);
    const taken = answer.headers.get('docker-content-digest');
    if (taken !== null && taken !== digestOf(bytes)) throw differs(url, taken, digestOf(bytes));
  }, signal);
}

type Step = Parameters<RegistrySession['send']>[0];

/** One request of an upload. @returns where the next one goes */
async function step(session: RegistrySession, request: Step, signal: AbortSignal): Promise<string> {
  const answer = await session.send(request, signal);
  // An upload that the registry has forgotten is begun again.
  if (answer.status === 404 && request.method !== 'POST')
    throw unavailable(request.url, `${request.method}: 404 ${await wordsOf(answer)}`);
  if (!answer.ok) throw await refused(request.url, answer);
  await answer.body?.cancel();
  return new URL(answer.headers.get('location') ?? '', request.url).href;
}

async function refused(url: string, answer: Response): Promise<ReleaseError> {
  const words = await wordsOf(answer);
  const where = url.split('?')[0]!;
  if (words.includes('BLOB_UNKNOWN') || words.includes('MANIFEST_BLOB_UNKNOWN'))
    return new ReleaseError({
      code: 'image-blob-missing',
      where,
      received: words,
      expected: 'a registry that has what was pushed to it a moment ago',
      remedy: 'push again; if it stays so, the registry loses what it was given',
    });
  if (words.includes('DIGEST_INVALID')) return differs(where, words, 'bytes that keep their digest on the way');
  return new ReleaseError({
    code: 'access-denied',
    where,
    received: `${answer.status} ${words}`,
    expected: 'a repository that takes images',
    remedy:
      answer.status === 404
        ? 'make the repository first (on ECR: aws ecr create-repository), then run this again'
        : 'correct what the registry names, then run this again',
  });
}

/** The same bytes in chunks of one size; the last one, marked, may be smaller or empty. */
async function* inChunks(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ readonly bytes: Buffer; readonly isLast: boolean }> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  for await (const part of bytes) {
    held.push(part);
    heldBytes += part.byteLength;
    while (heldBytes > CHUNK_BYTES) {
      const all = Buffer.concat(held);
      yield { bytes: all.subarray(0, CHUNK_BYTES), isLast: false };
      held = [all.subarray(CHUNK_BYTES)];
      heldBytes -= CHUNK_BYTES;
    }
  }
  yield { bytes: Buffer.concat(held), isLast: true };
}

import pLimit from 'p-limit';
import { ReleaseError } from '../release-error.ts';
import { type Descriptor, type ImageSource, parseManifest } from './oci.ts';
import type { RegistrySession } from './registry-session.ts';
import { hasBlob, headManifest } from './registry-source.ts';
import { putManifest, uploadBlob } from './registry-upload.ts';

/** What was sent; 0: all of it was there. */
export interface Sent {
  readonly blobs: number;
  readonly manifests: number;
}

/** A manifest or an index as it stands in a source. */
export interface Stored {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
}

/** Copies images from a source to a repository, each blob at most once. */
export interface Sender {
  /**
   * Sends what a manifest or an index names, then itself by digest. What is there is not sent.
   * @throws ReleaseError `image-missing`, `image-blob-missing`, `image-differs`, `access-denied`, `host-unavailable`
   */
  send(digest: string, signal: AbortSignal): Promise<Stored>;
  /** Puts a manifest or an index under a digest or a tag. */
  put(stored: Stored, reference: string, signal: AbortSignal): Promise<void>;
  /** Until now. */
  sent(): Sent;
}

const BLOBS_AT_ONCE = 4;

/** @param onSent is told each blob and manifest that was sent */
export function openSender(
  source: ImageSource,
  session: RegistrySession,
  onSent: (digest: string, sizeBytes: number) => void = () => undefined,
): Sender {
  const { registry, repository } = session.address;
  const limit = pLimit(BLOBS_AT_ONCE);
  /** Layers that several architectures share are asked about once. */
  const asked = new Map<string, Promise<void>>();
  let blobs = 0;
  let manifests = 0;

  async function sendBlob(blob: Descriptor, signal: AbortSignal): Promise<void> {
    if (await hasBlob(session, blob, signal)) return;
    await uploadBlob(session, source, blob, signal);
    if (!(await hasBlob(session, blob, signal))) throw lost(`${registry}/${repository}@${blob.digest}`);
    blobs++;
    onSent(blob.digest, blob.size);
  }

  async function put(stored: Stored, reference: string, signal: AbortSignal): Promise<void> {
    await putManifest(session, { ...stored, reference }, signal);
    manifests++;
    onSent(reference, stored.bytes.byteLength);
  }

  async function send(digest: string, signal: AbortSignal): Promise<Stored> {
    const bytes = await source.manifest(digest, signal);
    const parsed = parseManifest(bytes, `${source.name}@${digest}`);
    if (parsed.type === 'index') for (const child of parsed.index.manifests) await send(child.digest, signal);
    else
      await allSettled(
        [parsed.manifest.config, ...parsed.manifest.layers].map((blob) => {
          const sending = asked.get(blob.digest) ?? limit(() => sendBlob(blob, signal));
          asked.set(blob.digest, sending);
          return sending;
        }),
      );
    const stored = { bytes, mediaType: parsed.mediaType };
    if ((await headManifest(session, digest, signal)) === undefined) await put(stored, digest, signal);
    return stored;
  }
  return { send, put, sent: () => ({ blobs, manifests }) };
}

/** Waits for all, so that nothing goes on behind an error. */
async function allSettled(work: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) if (result.status === 'rejected') throw result.reason;
}

function lost(where: string): ReleaseError {
  return new ReleaseError({
    code: 'image-blob-missing',
    where,
    received: 'nothing, a moment after the registry took it',
    expected: 'what was uploaded',
    remedy: 'push again; if it stays so, the registry loses what it is given',
  });
}

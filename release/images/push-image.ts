import pLimit from 'p-limit';
import { ReleaseError } from '../release-error.ts';
import { type Descriptor, differs, type ImageSource, parseManifest } from './oci.ts';
import type { RegistrySession } from './registry-session.ts';
import { hasBlob, headManifest, registrySource } from './registry-source.ts';
import { putManifest, uploadBlob } from './registry-upload.ts';

export interface PushRequest {
  readonly source: ImageSource;
  /** Of the image's index, or of its manifest where it has no index. */
  readonly digest: string;
  /** Where it goes. */
  readonly session: RegistrySession;
  /** Also named so; undefined: by digest alone. */
  readonly tag?: string | undefined;
  /** Is told each blob and manifest that was sent. */
  readonly onSent?: (digest: string, sizeBytes: number) => void;
}

export interface Pushed {
  /** `registry/repository@sha256:…`. */
  readonly reference: string;
  /** What was sent; 0: all of it was there. */
  readonly blobs: number;
  readonly manifests: number;
}

const BLOBS_AT_ONCE = 4;

/**
 * Copies an image to a repository with its digests kept: blobs, manifests, the index by digest, and its tag last.
 * What is there is not sent. It is read back at its end, because a registry may say what it likes.
 * @throws ReleaseError `image-tag-taken` before anything is sent; `image-differs`, `image-missing`,
 *   `image-blob-missing`, `access-denied`, `host-unavailable`
 */
export async function pushImage(request: PushRequest, signal: AbortSignal): Promise<Pushed> {
  const { source, digest, session, tag, onSent = () => undefined } = request;
  const { registry, repository } = session.address;
  const name = `${registry}/${repository}`;
  const tagged = tag === undefined ? digest : await headManifest(session, tag, signal);
  if (tag !== undefined && tagged !== undefined && tagged !== digest) throw tagTaken(`${name}:${tag}`, tagged, digest);

  const sent = { blobs: 0, manifests: 0 };
  const limit = pLimit(BLOBS_AT_ONCE);
  /** Layers that several architectures share are asked about once. */
  const blobs = new Map<string, Promise<void>>();

  async function sendBlob(blob: Descriptor): Promise<void> {
    if (await hasBlob(session, blob, signal)) return;
    await uploadBlob(session, source, blob, signal);
    if (!(await hasBlob(session, blob, signal))) throw lost(`${name}@${blob.digest}`);
    sent.blobs++;
    onSent(blob.digest, blob.size);
  }

  async function sendTree(manifestDigest: string): Promise<{ bytes: Uint8Array; mediaType: string }> {
    const bytes = await source.manifest(manifestDigest, signal);
    const parsed = parseManifest(bytes, `${source.name}@${manifestDigest}`);
    if (parsed.type === 'index') for (const child of parsed.index.manifests) await sendTree(child.digest);
    else
      await allSettled(
        [parsed.manifest.config, ...parsed.manifest.layers].map((blob) => {
          const sending = blobs.get(blob.digest) ?? limit(() => sendBlob(blob));
          blobs.set(blob.digest, sending);
          return sending;
        }),
      );
    if ((await headManifest(session, manifestDigest, signal)) === undefined) {
      await putManifest(session, { bytes, mediaType: parsed.mediaType, reference: manifestDigest }, signal);
      sent.manifests++;
      onSent(manifestDigest, bytes.byteLength);
    }
    return { bytes, mediaType: parsed.mediaType };
  }

  const root = await sendTree(digest);
  // Throws unless the registry gives these very bytes.
  await registrySource(session).manifest(digest, signal);
  if (tag !== undefined && tagged === undefined) {
    await putManifest(session, { ...root, reference: tag }, signal);
    sent.manifests++;
    const now = await headManifest(session, tag, signal);
    if (now !== digest) throw differs(`${name}:${tag}`, now ?? 'no such tag', digest);
  }
  return { reference: `${name}@${digest}`, ...sent };
}

/** Waits for all, so that nothing goes on behind an error. */
async function allSettled(work: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) if (result.status === 'rejected') throw result.reason;
}

function tagTaken(where: string, received: string, expected: string): ReleaseError {
  return new ReleaseError({
    code: 'image-tag-taken',
    where,
    received,
    expected: `${expected}, or no such tag yet`,
    remedy: 'give the image another version in its image.ts: a tag that people have read is not moved',
  });
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

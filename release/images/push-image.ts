import { ReleaseError } from '../release-error.ts';
import { differs, type ImageSource } from './oci.ts';
import { sendDocuments } from './referrers.ts';
import type { RegistrySession } from './registry-session.ts';
import { headManifest, registrySource } from './registry-source.ts';
import { openSender, type Sent } from './send-image.ts';

export interface PushRequest {
  readonly source: ImageSource;
  /** Of the image's index, or of its manifest where it has no index. */
  readonly digest: string;
  /** Where it goes. */
  readonly session: RegistrySession;
  /** Also named so; undefined: by digest alone. */
  readonly tag?: string | undefined;
  /** Digests of manifests in the source that say something about the image, such as SBOMs. */
  readonly documents?: readonly string[];
  /** Is told each blob and manifest that was sent. */
  readonly onSent?: (digest: string, sizeBytes: number) => void;
}

export interface Pushed extends Sent {
  /** `registry/repository@sha256:…`. */
  readonly reference: string;
}

/**
 * Copies an image to a repository with its digests kept: blobs, manifests, the index by digest, what is said about it,
 * and its tag last. What is there is not sent. It is read back at its end, because a registry may say what it likes.
 * @throws ReleaseError `image-tag-taken` before anything is sent; `image-differs`, `image-missing`,
 *   `image-blob-missing`, `access-denied`, `host-unavailable`
 */
export async function pushImage(request: PushRequest, signal: AbortSignal): Promise<Pushed> {
  const { source, digest, session, tag, documents = [], onSent } = request;
  const { registry, repository } = session.address;
  const name = `${registry}/${repository}`;
  const tagged = tag === undefined ? digest : await headManifest(session, tag, signal);
  if (tag !== undefined && tagged !== undefined && tagged !== digest) throw tagTaken(`${name}:${tag}`, tagged, digest);

  const sender = openSender(source, session, onSent);
  const root = await sender.send(digest, signal);
  // Throws unless the registry gives these very bytes.
  await registrySource(session).manifest(digest, signal);
  await sendDocuments(sender, session, documents, signal);
  if (tag !== undefined && tagged === undefined) {
    await sender.put(root, tag, signal);
    const now = await headManifest(session, tag, signal);
    if (now !== digest) throw differs(`${name}:${tag}`, now ?? 'no such tag', digest);
  }
  return { reference: `${name}@${digest}`, ...sender.sent() };
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

import { ReleaseError } from '../release-error.ts';
import { type Descriptor, INDEX, parseManifest } from './oci.ts';
import { type RegistrySession, unavailable, wordsOf } from './registry-session.ts';
import { headManifest, registrySource } from './registry-source.ts';
import type { Sender } from './send-image.ts';

/** The manifests in a repository that say something about an image. */
export interface Referrers {
  readonly documents: readonly Descriptor[];
  /** Whether the registry lists them by itself. Else a tag that clients keep lists them. */
  readonly listedByRegistry: boolean;
}

/**
 * Asks a registry what says something about an image.
 * Source: OCI Distribution Specification, "Listing Referrers".
 * @param digest of the manifest or the index that they are about
 */
export async function referrersOf(session: RegistrySession, digest: string, signal: AbortSignal): Promise<Referrers> {
  const documents: Descriptor[] = [];
  for (let url: string | undefined = `${session.address.url}/referrers/${digest}`; url !== undefined; ) {
    const page = await listed(session, url, signal);
    if (page === undefined) return { documents: await tagged(session, digest, signal), listedByRegistry: false };
    documents.push(...page.documents);
    url = page.next;
  }
  return { documents, listedByRegistry: true };
}

/**
 * Sends manifests that say something about images, and sees to it that they are found by the image. What is there and
 * found is not sent.
 * @param digests of manifests in the sender's source, each with a subject
 * @throws ReleaseError `image-differs` where a registry that lists them does not list what it took
 */
export async function sendDocuments(
  sender: Sender,
  session: RegistrySession,
  digests: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const bySubject = new Map<string, Descriptor[]>();
  for (const digest of digests) {
    const { bytes, mediaType } = await sender.send(digest, signal);
    const parsed = parseManifest(bytes, digest);
    const subject = parsed.type === 'manifest' ? parsed.manifest.subject : undefined;
    if (parsed.type !== 'manifest' || subject === undefined) continue;
    const { artifactType } = parsed.manifest;
    const described = { mediaType, digest, size: bytes.byteLength, ...(artifactType && { artifactType }) };
    bySubject.set(subject.digest, [...(bySubject.get(subject.digest) ?? []), described]);
  }
  for (const [subject, described] of bySubject) await list(sender, session, subject, described, signal);
}

/** Source: OCI Distribution Specification, "Pushing Manifests with Subject" and "Referrers Tag Schema". */
async function list(
  sender: Sender,
  session: RegistrySession,
  subject: string,
  described: readonly Descriptor[],
  signal: AbortSignal,
): Promise<void> {
  const { documents, listedByRegistry } = await referrersOf(session, subject, signal);
  const missing = described.filter(({ digest }) => documents.every((document) => document.digest !== digest));
  if (missing.length === 0) return;
  const { registry, repository } = session.address;
  if (listedByRegistry)
    throw new ReleaseError({
      code: 'image-differs',
      where: `${registry}/${repository}@${subject}`,
      received: `a list of referrers without ${missing.map(({ digest }) => digest).join(', ')}`,
      expected: 'a list of all that the registry took',
      remedy: 'push again in a minute; if it stays so, the registry loses what it is given',
    });
  const index = { schemaVersion: 2, mediaType: INDEX, manifests: [...documents, ...missing] };
  await sender.put({ bytes: Buffer.from(JSON.stringify(index)), mediaType: INDEX }, tagOf(subject), signal);
}

/** @returns undefined where the registry has no such list */
async function listed(
  session: RegistrySession,
  url: string,
  signal: AbortSignal,
): Promise<{ readonly documents: readonly Descriptor[]; readonly next: string | undefined } | undefined> {
  return session.attempts(async () => {
    const answer = await session.send({ method: 'GET', url, headers: { accept: INDEX } }, signal);
    // 404 is the specified word for it; older registries know neither the path nor that.
    if ([400, 404, 405].includes(answer.status)) {
      await answer.body?.cancel();
      return undefined;
    }
    if (!answer.ok) throw unavailable(url, `GET: ${answer.status} ${await wordsOf(answer)}`);
    const parsed = parseManifest(await answer.bytes(), url);
    const [, next] = /<([^>]+)>;\s*rel="?next/.exec(answer.headers.get('link') ?? '') ?? [];
    const documents = parsed.type === 'index' ? parsed.index.manifests : [];
    return { documents, next: next && new URL(next, url).href };
  }, signal);
}

async function tagged(session: RegistrySession, subject: string, signal: AbortSignal): Promise<readonly Descriptor[]> {
  const digest = await headManifest(session, tagOf(subject), signal);
  if (digest === undefined) return [];
  const parsed = parseManifest(await registrySource(session).manifest(digest, signal), tagOf(subject));
  return parsed.type === 'index' ? parsed.index.manifests : [];
}

function tagOf(digest: string): string {
  return digest.replace(':', '-');
}

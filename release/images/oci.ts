import { sha256Of } from '@bitclouded/documents';
import { z } from 'zod';
import { ReleaseError } from '../release-error.ts';

/** Source: OCI Image Specification, "Image Media Types", and Docker's "Image Manifest Version 2, Schema 2". */
export const INDEX = 'application/vnd.oci.image.index.v1+json';
export const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
/** What a registry is asked for, so that it answers what it has and converts nothing. */
export const MANIFEST_TYPES: readonly string[] = [INDEX, MANIFEST, DOCKER_LIST, DOCKER_MANIFEST];

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'must be sha256:<64 hexadecimal digits>');

/** Unknown properties stay: a document is copied byte by byte, and only read here. */
const descriptor = z.looseObject({
  mediaType: z.string(),
  digest,
  size: z.int().min(0),
  platform: z.looseObject({ architecture: z.string(), os: z.string() }).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
  /** What a document about an image is, where the descriptor names one. */
  artifactType: z.string().optional(),
});
export type Descriptor = z.infer<typeof descriptor>;

const index = z.looseObject({ schemaVersion: z.literal(2), manifests: z.array(descriptor) });
export type Index = z.infer<typeof index>;

const manifest = z.looseObject({
  schemaVersion: z.literal(2),
  config: descriptor,
  layers: z.array(descriptor),
  artifactType: z.string().optional(),
  /** The image that this manifest says something about. */
  subject: descriptor.optional(),
});
export type Manifest = z.infer<typeof manifest>;

/** What is read of an image's configuration. Source: OCI Image Specification, "Image Configuration". */
const configuration = z.looseObject({
  architecture: z.string(),
  os: z.string(),
  config: z.looseObject({ User: z.string().optional() }).optional(),
});
export type Configuration = z.infer<typeof configuration>;

/** A manifest or index as it is stored, with what it says of itself. */
export type Parsed =
  | { readonly type: 'index'; readonly mediaType: string; readonly index: Index }
  | { readonly type: 'manifest'; readonly mediaType: string; readonly manifest: Manifest };

/** A place from which images are read, by digest. Everything that it gives is held to its digest. */
export interface ImageSource {
  /** How messages name it. */
  readonly name: string;
  /** @throws ReleaseError `image-missing`, `image-differs` */
  manifest(digest: string, signal: AbortSignal): Promise<Uint8Array>;
  /** Fails at its end if the bytes are not those of the digest. @throws ReleaseError `image-blob-missing`, `image-differs` */
  blob(descriptor: Descriptor, signal: AbortSignal): AsyncIterable<Uint8Array>;
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${sha256Of(bytes)}`;
}

/**
 * Reads an index or a manifest.
 * @throws ReleaseError `image-not-oci`
 */
export function parseManifest(bytes: Uint8Array, where: string): Parsed {
  const value = jsonOf(bytes, where);
  const mediaType = typeof value === 'object' && value !== null && 'mediaType' in value ? value.mediaType : undefined;
  const asIndex = index.safeParse(value);
  if (asIndex.success) return { type: 'index', mediaType: String(mediaType ?? INDEX), index: asIndex.data };
  const asManifest = manifest.safeParse(value);
  if (asManifest.success)
    return { type: 'manifest', mediaType: String(mediaType ?? MANIFEST), manifest: asManifest.data };
  throw notOci(where, asManifest.error.issues[0]!.message, 'an image index or an image manifest');
}

/** @throws ReleaseError `image-not-oci` */
export function parseConfiguration(bytes: Uint8Array, where: string): Configuration {
  const parsed = configuration.safeParse(jsonOf(bytes, where));
  if (parsed.success) return parsed.data;
  throw notOci(where, parsed.error.issues[0]!.message, 'an image configuration');
}

/** The fault of bytes that are not those of their digest. */
export function differs(where: string, received: string, expected: string): ReleaseError {
  return new ReleaseError({
    code: 'image-differs',
    where,
    received,
    expected,
    remedy: 'do not use what stands there; find out who changed it, and push or mirror the image again',
  });
}

function jsonOf(bytes: Uint8Array, where: string): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw notOci(where, cause.message, 'JSON');
  }
}

function notOci(where: string, received: string, expected: string): ReleaseError {
  return new ReleaseError({
    code: 'image-not-oci',
    where,
    received,
    expected,
    remedy: 'build the image again, or correct the reference',
  });
}

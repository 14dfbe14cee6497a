import { z } from 'zod';
import {
  anyUnitName,
  hostKey,
  region,
  sha256,
  sizeBytes,
  templateName,
  unitKind,
  unitName,
  unitReference,
  version,
} from './primitives.ts';

/** What an upgrade from the release before means for a stack, from nothing to the worst. */
export const verdict = z.enum(['new', 'unchanged', 'bytes only', 'safe', 'interrupts', 'replaces', 'breaking']);
export type Verdict = z.infer<typeof verdict>;

const hosted = {
  key: hostKey,
  /** Where CloudFormation and Lambda read it: S3 in the home region. */
  url: z.url(),
  /** Where people read it: the CDN. */
  cdnUrl: z.url(),
  contentType: z.string(),
  sizeBytes,
  sha256,
};

export const templateArtifact = z.strictObject({
  kind: z.literal('template'),
  name: templateName,
  ...hosted,
  sourceSha256: sha256,
  verdict,
  dependencies: z.array(unitReference),
});
export const interfaceArtifact = z.strictObject({
  kind: z.literal('interface'),
  name: anyUnitName,
  unit: unitReference,
  ...hosted,
});
export const lambdaArtifact = z.strictObject({
  kind: z.literal('lambda'),
  name: unitName,
  ...hosted,
  sourceSha256: sha256,
  verdict,
  dependencies: z.array(unitReference),
});
export const schemaArtifact = z.strictObject({ kind: z.literal('schema'), name: unitName, ...hosted });
/** What deploying needs: a template's policy, for CloudFormation's service role; or `person`, for who uses such roles. */
export const policyArtifact = z.strictObject({
  kind: z.literal('policy'),
  name: anyUnitName,
  /** From 1: IAM limits a policy's length, and whoever needs the policy needs all its parts. */
  part: z.int().min(1),
  ...hosted,
});
export const imageArtifact = z.strictObject({
  kind: z.literal('image'),
  name: unitName,
  variety: z.enum(['container', 'mirrored', 'machine']),
  /** `repository@sha256:…` where locked, else `repository:tag`. */
  reference: z.string(),
  /** False where the image is bound by tag and the host does not carry it. */
  locked: z.boolean(),
  contextSha256: sha256,
  sourceSha256: sha256,
  verdict,
  dependencies: z.array(unitReference),
});

export const artifact = z.discriminatedUnion('kind', [
  templateArtifact,
  interfaceArtifact,
  lambdaArtifact,
  schemaArtifact,
  policyArtifact,
  imageArtifact,
]);
export type Artifact = z.infer<typeof artifact>;
export type FileArtifact = Exclude<Artifact, { kind: 'image' }>;

/** `manifest.json`: the whole of one release on one host. */
export const manifest = z.strictObject({
  schema: z.literal('bitclouded.manifest/1'),
  version,
  host: z.strictObject({
    name: unitName,
    homeRegion: region,
    /** The bucket of each region that carries the functions' code. */
    regions: z.array(z.strictObject({ region, bucket: z.string() })).min(1),
    registry: z.string(),
  }),
  /** The release that the verdicts compare with. */
  comparedWith: version.nullable(),
  /** Units of that release that are no more. */
  removed: z.array(z.strictObject({ kind: unitKind, name: anyUnitName })),
  artifacts: z.array(artifact),
});
export type Manifest = z.infer<typeof manifest>;

/** `claim.json`: the first object of a version; it says which of several bundles owns the version. */
export const claim = z.strictObject({ schema: z.literal('bitclouded.claim/1'), version, manifestSha256: sha256 });
export type Claim = z.infer<typeof claim>;

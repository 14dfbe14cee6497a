import { z } from 'zod';
import { region, sha256, sortedRecord, unitName } from './primitives.ts';

/** An OCI digest. Source: OCI Image Specification, "Descriptors". */
export const ociDigest = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'must be sha256:<64 hexadecimal digits>');

const machineImage = z.string().regex(/^ami-[0-9a-f]{8,17}$/, 'must be an AMI such as ami-0123456789abcdef0');

/** `image.lock.json`: what was built from an image's definition. */
export const imageLock = z.strictObject({
  schema: z.literal('bitclouded.image-lock/1'),
  name: unitName,
  /** The folder's hash at the build, the lock left out. Another hash now: the lock is stale. */
  contextSha256: sha256,
  /** The OCI image index; absent for machine images. */
  digest: ociDigest.optional(),
  /** AMIs: host → region → architecture → image id. */
  machines: sortedRecord(
    z.string(),
    sortedRecord(region, z.strictObject({ arm64: machineImage.optional(), x86_64: machineImage.optional() })),
  ).optional(),
});
export type ImageLock = z.infer<typeof imageLock>;

import { DeleteObjectsCommand, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import { CustomResourceError } from '@bitclouded/kit/custom-resource';

/** A bucket, and whose it must be: a name may have passed to another account. */
export interface Bucket {
  readonly Bucket: string;
  readonly ExpectedBucketOwner: string;
}

/** A version or a delete marker. */
interface Version {
  readonly Key: string;
  readonly VersionId: string;
}

/** Requests to delete at the same time, each of a page; S3 slows a prefix down above 3,500 deletes a second. */
const SIDE_BY_SIDE = 4;
/** S3 may be too busy for all of a small bucket; what it refuses this often in a row, it refuses for good. */
const FRUITLESS_ROUNDS = 3;
/** How many of the objects that stay are named. */
const NAMED = 3;

/**
 * Deletes every version and delete marker, until a listing finds none: also what is written meanwhile, and what S3
 * was too busy for in a round before. Cut off at any point, it goes on when it is called again.
 * @param pause before a round that follows a fruitless one; counted from 1
 * @throws CustomResourceError `resource-failed` where S3 deletes none of what is left; the SDK's NoSuchBucket
 */
export async function emptyBucket(
  s3: S3Client,
  bucket: Bucket,
  pause: (round: number, signal: AbortSignal) => Promise<unknown>,
  signal: AbortSignal,
): Promise<void> {
  for (let fruitless = 0; ; ) {
    const { found, refused } = await deleteOnce(s3, bucket, signal);
    if (found === 0) return;
    fruitless = refused.length < found ? 0 : fruitless + 1;
    if (fruitless === FRUITLESS_ROUNDS) throw staysFault(bucket, refused);
    if (fruitless > 0) await pause(fruitless, signal);
  }
}

async function deleteOnce(
  s3: S3Client,
  bucket: Bucket,
  abortSignal: AbortSignal,
): Promise<{ found: number; refused: readonly string[] }> {
  const pages = pagesOf(s3, bucket, abortSignal);
  const refused: string[] = [];
  let found = 0;
  const work = async (): Promise<void> => {
    for (let page = await pages.next(); !page.done; page = await pages.next()) {
      found += page.value.length;
      if (page.value.length === 0) continue;
      const Delete = { Objects: page.value, Quiet: true };
      const { Errors = [] } = await s3.send(new DeleteObjectsCommand({ ...bucket, Delete }), { abortSignal });
      refused.push(...Errors.map(({ Key, Code }) => `${Key} (${Code})`));
    }
  };
  for (const each of await Promise.allSettled(Array.from({ length: SIDE_BY_SIDE }, work)))
    if (each.status === 'rejected') throw each.reason;
  return { found, refused };
}

/** Pages of at most 1,000 versions and markers together, which is what one request deletes. */
async function* pagesOf(s3: S3Client, bucket: Bucket, abortSignal: AbortSignal): AsyncGenerator<Version[], void, void> {
  let KeyMarker: string | undefined;
  let VersionIdMarker: string | undefined;
  do {
    const page = await s3.send(new ListObjectVersionsCommand({ ...bucket, KeyMarker, VersionIdMarker }), {
      abortSignal,
    });
    yield [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key, VersionId }) => ({
      Key: Key!,
      VersionId: VersionId!,
    }));
    ({ NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page);
  } while (KeyMarker !== undefined);
}

function staysFault({ Bucket }: Bucket, refused: readonly string[]): CustomResourceError {
  return new CustomResourceError({
    code: 'resource-failed',
    where: Bucket,
    received: `${refused.length} objects that S3 does not delete, such as ${refused.slice(0, NAMED).join(', ')}`,
    expected: 'every object to be deleted',
    remedy: 'lift the object lock, the bucket policy or what else protects them, then delete the stack again',
  });
}

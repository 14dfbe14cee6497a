import { GetBucketTaggingCommand, type S3Client } from '@aws-sdk/client-s3';
import { type CustomResource, CustomResourceError, type Owner } from '@bitclouded/kit/custom-resource';
import { type Bucket, emptyBucket } from './empty-bucket.ts';
import { type Properties, readBucket } from './properties.ts';

/** Begins the physical id; the bucket's name follows. */
const PREFIX = 'emptied-on-delete/';

export interface Dependencies {
  readonly s3: S3Client;
  /** Waits before another round over objects that S3 did not delete; counted from 1. */
  readonly pause: (round: number, signal: AbortSignal) => Promise<unknown>;
}

/**
 * Stands for the promise that a bucket is emptied before it is deleted. Made and changed, it only looks whether the
 * bucket carries its tag, so that a stack learns early; the tag is asked again before anything is deleted.
 */
export function bucketEmptier({ s3, pause }: Dependencies): CustomResource<Properties> {
  return {
    read: readBucket,
    owns: (id) => id.startsWith(PREFIX),

    async create({ properties, owner, signal }) {
      await checkTag(s3, bucketOf(properties.BucketName, owner), properties, signal);
      return { id: `${PREFIX}${properties.BucketName}` };
    },

    async update({ properties, owner, signal }) {
      await checkTag(s3, bucketOf(properties.BucketName, owner), properties, signal);
      return { id: `${PREFIX}${properties.BucketName}` };
    },

    async remove({ id, properties, owner, signal }) {
      // A create that failed promised nothing: the bucket may not even be meant.
      if (id === undefined) return;
      const { TagKey, TagValue } = properties;
      if (typeof TagKey !== 'string' || typeof TagValue !== 'string') return;
      const bucket = bucketOf(id.slice(PREFIX.length), owner);
      try {
        await checkTag(s3, bucket, { TagKey, TagValue }, signal);
        await emptyBucket(s3, bucket, pause, signal);
      } catch (error) {
        if (!isNamed(error, 'NoSuchBucket')) throw error;
      }
    },
  };
}

async function checkTag(
  s3: S3Client,
  bucket: Bucket,
  { TagKey, TagValue }: Pick<Properties, 'TagKey' | 'TagValue'>,
  abortSignal: AbortSignal,
): Promise<void> {
  const value = (await tagsOf(s3, bucket, abortSignal)).get(TagKey);
  if (value === TagValue) return;
  throw new CustomResourceError({
    code: 'resource-failed',
    where: bucket.Bucket,
    received: value === undefined ? `a bucket without the tag ${TagKey}` : `a tag ${TagKey} with another value`,
    expected: `the tag ${TagKey} with the value ${JSON.stringify(TagValue)}: without it nothing is deleted`,
    remedy: 'tag the bucket if all that is in it may go; if not, take it out of the stack with what empties it',
  });
}

async function tagsOf(s3: S3Client, bucket: Bucket, abortSignal: AbortSignal): Promise<Map<string, string>> {
  try {
    const { TagSet = [] } = await s3.send(new GetBucketTaggingCommand({ ...bucket }), { abortSignal });
    return new Map(TagSet.map(({ Key, Value }) => [Key!, Value!]));
  } catch (error) {
    if (!isNamed(error, 'NoSuchTagSet')) throw error;
    return new Map();
  }
}

/** The stack's account is in its ARN. */
function bucketOf(Bucket: string, { stackId }: Owner): Bucket {
  return { Bucket, ExpectedBucketOwner: stackId.split(':')[4]! };
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

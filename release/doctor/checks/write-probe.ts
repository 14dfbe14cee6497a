import { PutObjectCommand } from '@aws-sdk/client-s3';
import { bucketOf, versionPrefix } from '@bitclouded/documents';
import { type Check, type Finding, fails, ok } from '../check.ts';

/** A version that no release has. */
const KEY = `${versionPrefix('0.0.0')}/write-probe`;

/**
 * Whether the buckets really refuse what could overwrite a release: a write without a condition. It is tried only when
 * asked for: where the policy is broken, the write succeeds and leaves its object.
 */
export const writeProbe: Check = {
  name: 'write-probe',
  async run({ host, clients, writeProbe: wanted, signal }) {
    if (!wanted) return [];
    return Promise.all(
      host.regions.map(async (region): Promise<Finding> => {
        const Bucket = bucketOf(host, region);
        const where = `${region}: s3://${Bucket}/${KEY}`;
        const command = new PutObjectCommand({ Bucket, Key: KEY, Body: '', ExpectedBucketOwner: host.account });
        try {
          await clients.s3(region).send(command, { abortSignal: signal });
        } catch (error) {
          if ((error as Error).name !== 'AccessDenied') throw error;
          return ok(where, 'a write without a condition is refused');
        }
        return fails(
          where,
          'a write without a condition went through',
          'a refusal, whoever writes',
          `npm run release -- host up --host ${host.name}, and remove the object`,
        );
      }),
    );
  },
};

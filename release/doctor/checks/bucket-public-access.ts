import { GetPublicAccessBlockCommand } from '@aws-sdk/client-s3';
import { bucketOf } from '@bitclouded/documents';
import { type Check, type Finding, fails, ok } from '../check.ts';
import { closedBy } from '../closed-by.ts';

/** Whether each bucket's own Block Public Access lets its policy be public. */
export const bucketPublicAccess: Check = {
  name: 'bucket-public-access',
  run: ({ host, clients, signal }) =>
    Promise.all(
      host.regions.map(async (region): Promise<Finding> => {
        const Bucket = bucketOf(host, region);
        const where = `${region}: bucket ${Bucket}`;
        try {
          const command = new GetPublicAccessBlockCommand({ Bucket, ExpectedBucketOwner: host.account });
          const answer = await clients.s3(region).send(command, { abortSignal: signal });
          const closed = closedBy(answer.PublicAccessBlockConfiguration ?? {});
          if (closed.length === 0) return ok(where, 'Block Public Access lets its policy be public');
          return fails(
            where,
            `${closed.join(' and ')} of the bucket ${closed.length > 1 ? 'are' : 'is'} on`,
            'a bucket that its policy lets everybody read',
            `npm run release -- host up --host ${host.name}: the stack sets it as it should be`,
          );
        } catch (error) {
          if ((error as Error).name !== 'NoSuchPublicAccessBlockConfiguration') throw error;
          return ok(where, 'no Block Public Access');
        }
      }),
    ),
};

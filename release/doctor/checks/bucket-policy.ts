import { GetBucketPolicyCommand } from '@aws-sdk/client-s3';
import { bucketOf } from '@bitclouded/documents';
import { type Check, type Finding, fails, ok } from '../check.ts';
import { judgePolicy } from '../judge-policy.ts';
import { readPolicy } from '../read-policy.ts';

/** Whether each bucket's policy lets everybody read what is published, and nobody overwrite or delete it. */
export const bucketPolicy: Check = {
  name: 'bucket-policy',
  run: ({ host, clients, signal }) =>
    Promise.all(
      host.regions.map(async (region): Promise<Finding> => {
        const Bucket = bucketOf(host, region);
        const where = `${region}: bucket ${Bucket}`;
        const expected = 'a policy that lets everybody read what is published, and nobody overwrite or delete it';
        const remedy = `npm run release -- host up --host ${host.name}: the stack sets it as it should be`;
        try {
          const command = new GetBucketPolicyCommand({ Bucket, ExpectedBucketOwner: host.account });
          const { Policy = '' } = await clients.s3(region).send(command, { abortSignal: signal });
          const statements = readPolicy(Policy);
          if (statements === undefined) return fails(where, `no policy document: ${Policy}`, expected, remedy);
          const lacks = judgePolicy(host, region, statements);
          if (lacks.length > 0) return fails(where, lacks.join('; '), expected, remedy);
          return ok(where, 'strangers read, nobody overwrites or deletes');
        } catch (error) {
          if ((error as Error).name !== 'NoSuchBucketPolicy') throw error;
          return fails(where, 'no policy', expected, remedy);
        }
      }),
    ),
};

import { GetBucketVersioningCommand, HeadBucketCommand } from '@aws-sdk/client-s3';
import { bucketOf } from '@bitclouded/documents';
import { type Check, type Finding, fails, ok } from '../check.ts';

/** Whether each region has its bucket, the account owns it, and it keeps versions. */
export const buckets: Check = {
  name: 'buckets',
  run: ({ host, clients, signal }) =>
    Promise.all(
      host.regions.map(async (region): Promise<Finding> => {
        const Bucket = bucketOf(host, region);
        const where = `${region}: bucket ${Bucket}`;
        const client = clients.s3(region);
        const ask = { Bucket, ExpectedBucketOwner: host.account };
        const hostUp = `npm run release -- host up --host ${host.name}`;
        try {
          const { BucketRegion } = await client.send(new HeadBucketCommand(ask), { abortSignal: signal });
          if (BucketRegion !== undefined && BucketRegion !== region)
            return fails(where, `a bucket in ${BucketRegion}`, `a bucket in ${region}`, `remove it, then: ${hostUp}`);
          const { Status } = await client.send(new GetBucketVersioningCommand(ask), { abortSignal: signal });
          if (Status !== 'Enabled') return fails(where, `versioning ${Status ?? 'off'}`, 'versioning on', hostUp);
          return ok(where, `there, of account ${host.account}, versioned`);
        } catch (error) {
          // HEAD has no body, so the status alone speaks.
          const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
          if (status === 404) return fails(where, 'no such bucket', 'the bucket of the host', hostUp);
          if (status === 403)
            return fails(
              where,
              '403: the bucket is not of this account, or these credentials may not see it',
              `a bucket of account ${host.account} that these credentials may list`,
              "sign in to the host's account, or let the role do s3:ListBucket and s3:GetBucketVersioning",
            );
          throw error;
        }
      }),
    ),
};

import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  PutBucketPolicyCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { type AwsHost, bucketOf } from '@bitclouded/documents';

/** A host on AWS for tests, in an account that its server knows. */
export function awsTestHost(regions: readonly string[] = ['us-east-1'], more: Partial<AwsHost> = {}): AwsHost {
  return {
    kind: 'aws',
    name: 'production',
    prefix: 'bitclouded',
    account: '123456789012',
    homeRegion: regions[0]!,
    regions: [...regions],
    registry: 'public.ecr.aws/example',
    ...more,
  };
}

/** Makes the buckets of a host, which everybody may read and nobody but the account list. */
export async function makeBuckets(host: AwsHost, clientOf: (region: string) => Promise<S3Client>): Promise<void> {
  for (const region of host.regions) {
    const Bucket = bucketOf(host, region);
    const client = await clientOf(region);
    // The client adds where its region is.
    await client.send(new CreateBucketCommand({ Bucket }));
    await client.send(new DeletePublicAccessBlockCommand({ Bucket }));
    const statement = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    await client.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  }
}

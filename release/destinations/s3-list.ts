import { isServiceError } from './s3-faults.ts';
import type { S3Access } from './s3-request.ts';

/** @returns every key, sorted; undefined where the bucket's keys may not be listed */
export async function listKeys(
  { clientOf }: S3Access,
  { region, bucket, owner }: { readonly region: string; readonly bucket: string; readonly owner: string },
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  const [client, { paginateListObjectsV2 }] = await Promise.all([clientOf(region), import('@aws-sdk/client-s3')]);
  const keys: string[] = [];
  try {
    const wanted = { Bucket: bucket, ExpectedBucketOwner: owner };
    for await (const page of paginateListObjectsV2({ client }, wanted, { abortSignal: signal }))
      for (const { Key } of page.Contents ?? []) keys.push(Key!);
  } catch (cause) {
    if (!isServiceError(cause) || cause.name !== 'AccessDenied') throw cause;
    return undefined;
  }
  return keys.sort();
}

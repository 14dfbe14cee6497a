import {
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { type AwsHost, bucketOf } from '@bitclouded/documents';
import { cacheControlOf } from '../../../release/destinations/host-object.ts';
import { contentTypeOf } from '../../../release/pack/content-type.ts';
import { makeBuckets } from '../../../release/testing/aws-host.ts';
import type { ObjectStore } from '../object-store/start-object-store.ts';
import type { StandIn } from '../stand-in.ts';

/** What of a server's fields says how to speak S3 with it. */
export type S3Server = Pick<ObjectStore | StandIn, 'endpoint' | 'region' | 'credentials'>;

/** Every object of a host with its content, by `<region> <key>`. */
export type HostContents = Readonly<Record<string, string>>;

/** The owner's client of a region. */
export function ownersClient({ endpoint, credentials }: S3Server, region: string): S3Client {
  return new S3Client({ endpoint, credentials, region, forcePathStyle: true });
}

/** Makes the buckets of a host: unversioned, everybody reads their objects, and their owner alone lists and writes. */
export function makeHost(server: S3Server, host: AwsHost): Promise<void> {
  // The stand-in has a place for each region's buckets; Ceph's gateway has one, and serves every region from it.
  const placeOf = (region: string): string => ('recordedTypes' in server ? region : server.region);
  return makeBuckets(host, async (region) => ownersClient(server, placeOf(region)));
}

/** Reads all that a host holds. */
export async function contentsOfHost(server: S3Server, host: AwsHost): Promise<HostContents> {
  const contents: [string, string][] = [];
  for (const region of host.regions) {
    const [client, Bucket] = [ownersClient(server, region), bucketOf(host, region)];
    const keys: string[] = [];
    for await (const page of paginateListObjectsV2({ client }, { Bucket }))
      for (const { Key } of page.Contents ?? []) keys.push(Key!);
    const read = async (Key: string): Promise<[string, string]> => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      return [`${region} ${Key}`, await Body!.transformToString('latin1')];
    };
    contents.push(...(await Promise.all(keys.map(read))));
  }
  return Object.fromEntries(contents.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Makes a host hold these objects and no others. */
export async function restoreHost(server: S3Server, host: AwsHost, wanted: HostContents): Promise<void> {
  const there = await contentsOfHost(server, host);
  for (const region of host.regions) {
    const [client, Bucket] = [ownersClient(server, region), bucketOf(host, region)];
    const ofRegion = (contents: HostContents) =>
      Object.entries(contents).flatMap(([id, text]): [string, string][] =>
        id.startsWith(`${region} `) ? [[id.slice(region.length + 1), text]] : [],
      );
    const removed = ofRegion(there).filter(([key]) => wanted[`${region} ${key}`] === undefined);
    const written = ofRegion(wanted).filter(([key, text]) => there[`${region} ${key}`] !== text);
    await Promise.all(
      written.map(([Key, text]) =>
        client.send(
          new PutObjectCommand({
            Bucket,
            Key,
            Body: Buffer.from(text, 'latin1'),
            ContentType: contentTypeOf(Key),
            CacheControl: cacheControlOf(Key),
          }),
        ),
      ),
    );
    await Promise.all(removed.map(([Key]) => client.send(new DeleteObjectCommand({ Bucket, Key }))));
  }
}

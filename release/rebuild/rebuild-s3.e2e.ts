import { DeleteObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type AwsHost, bucketOf, keyOf } from '@bitclouded/documents';
import { type StandIn, startStandIn } from '../../tools/e2e/stand-in.ts';
import { openS3 } from '../destinations/s3.ts';
import { openS3Reader } from '../destinations/s3-reader.ts';
import { promote } from '../promote/promote.ts';
import { readIndex } from '../promote/read-index.ts';
import { publish } from '../publish/publish.ts';
import { awsTestHost, makeBuckets } from '../testing/aws-host.ts';
import { failureOf, inFolder } from '../testing/in-folder.ts';
import { go, ignore, NOW } from '../testing/released.ts';
import { SMALL, writeBundle } from '../testing/write-bundle.ts';
import { verify } from '../verify/verify.ts';
import { rebuildIndex } from './rebuild-index.ts';

let standIn: StandIn;
let host: AwsHost;
/** The administrator's, in a region. */
const signed = async (region: string) => new S3Client({ ...standIn, region, forcePathStyle: true });
const before = { ...process.env };

beforeAll(async () => {
  standIn = await startStandIn();
  Object.assign(process.env, standIn.env);
  host = awsTestHost(['us-east-1', 'eu-west-1'], { account: standIn.account });
  await makeBuckets(host, signed);
  await release('1.0.0');
  await release('1.1.0');
});
afterAll(async () => {
  process.env = before;
  await standIn?.stop();
});

async function release(version: string): Promise<void> {
  const [destination, reader] = [openS3(host), openS3Reader(host)];
  await inFolder(async (folder) => {
    const bundle = await writeBundle(folder, host, { version, ...SMALL, lambdas: { 'log-governor': version } });
    const { manifestSha256 } = await publish({ bundle, host, destination }, go, ignore);
    const { report } = await verify({ host, reader, seen: undefined, version }, NOW, go, ignore);
    await promote({ host, destination, version, manifestSha256, report }, () => NOW, go, ignore);
  });
}

const index = async () => (await readIndex(host, openS3(host), go))?.index;
const at = (region: string, Key: string) => ({ Bucket: bucketOf(host, region), Key });
const rebuild = () => rebuildIndex({ host, destination: openS3(host), seen: undefined }, () => NOW, go, ignore);

it('brings back an index that was deleted from a bucket, and never replaces a good one', async () => {
  const lost = (await index())!;
  await (await signed('us-east-1')).send(new DeleteObjectCommand(at('us-east-1', keyOf.index())));
  expect(await index()).toBeUndefined();
  const { why, leftOut } = await rebuild();
  expect({ why, leftOut }).toEqual({ why: 'it was gone', leftOut: [] });
  expect(await index()).toEqual({ ...lost, serial: lost.serial + 1 });
  expect((await failureOf(rebuild())).code).toBe('index-good');
});

it('replaces an index that was overwritten, and leaves out a release that lacks its code in one region', async () => {
  const [home, abroad] = [await signed('us-east-1'), await signed('eu-west-1')];
  const keys = (await openS3(host).list!('eu-west-1', go))!;
  const { artifacts } = JSON.parse(
    Buffer.from((await openS3(host).read('us-east-1', keyOf.manifest('1.1.0'), go))!.bytes).toString(),
  );
  const { key } = artifacts.find(({ kind }: { kind: string }) => kind === 'lambda');
  expect(keys).toContain(key);
  await abroad.send(new DeleteObjectCommand(at('eu-west-1', key)));
  await home.send(new PutObjectCommand({ ...at('us-east-1', keyOf.index()), Body: 'lost' }));
  const { leftOut } = await rebuild();
  expect(leftOut).toEqual([{ version: '1.1.0', because: expect.stringContaining(`eu-west-1: ${key}`) }]);
  expect((await index())!.channels).toEqual({ latest: '1.0.0', v1: '1.0.0', 'v1.0': '1.0.0' });
  const { CacheControl, ContentType } = await home.send(new HeadObjectCommand(at('us-east-1', keyOf.index())));
  expect({ CacheControl, ContentType }).toEqual({
    CacheControl: 'public, max-age=60',
    ContentType: 'application/json',
  });
});

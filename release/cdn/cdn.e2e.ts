import {
  CloudFrontClient,
  CreateDistributionCommand,
  GetInvalidationCommand,
  ListInvalidationsCommand,
} from '@aws-sdk/client-cloudfront';
import { makePublisher } from '../../tools/e2e/publishing/publisher.ts';
import { type StandIn, startStandIn } from '../../tools/e2e/stand-in.ts';
import { s3Access } from '../destinations/s3-access.ts';
import { awsTestHost, makeBuckets } from '../testing/aws-host.ts';
import { inFolder } from '../testing/in-folder.ts';
import { SMALL } from '../testing/write-bundle.ts';

const REGIONS = ['us-east-1', 'eu-west-1'];
const before = { ...process.env };
let standIn: StandIn;
let cloudFront: CloudFrontClient;

beforeAll(async () => {
  standIn = await startStandIn();
  Object.assign(process.env, standIn.env);
  cloudFront = new CloudFrontClient({});
  await makeBuckets(awsTestHost(REGIONS), s3Access('signed').clientOf);
});
afterAll(async () => {
  process.env = before;
  await standIn?.stop();
});

async function makeDistribution(): Promise<string> {
  const { Distribution } = await cloudFront.send(
    new CreateDistributionCommand({
      DistributionConfig: {
        CallerReference: 'test',
        Comment: '',
        Enabled: true,
        Origins: {
          Quantity: 1,
          Items: [
            {
              Id: 'home',
              DomainName: 'home.example.com',
              CustomOriginConfig: { HTTPPort: 80, HTTPSPort: 443, OriginProtocolPolicy: 'https-only' },
            },
          ],
        },
        DefaultCacheBehavior: {
          TargetOriginId: 'home',
          ViewerProtocolPolicy: 'redirect-to-https',
          CachePolicyId: '658327ea-f89d-4fab-a63d-7e88639e58f6',
        },
      },
    }),
  );
  return Distribution!.Id!;
}

async function pathsForgotten(DistributionId: string): Promise<string[][]> {
  const { InvalidationList } = await cloudFront.send(new ListInvalidationsCommand({ DistributionId }));
  return Promise.all(
    (InvalidationList?.Items ?? []).map(async ({ Id }) => {
      const { Invalidation } = await cloudFront.send(new GetInvalidationCommand({ DistributionId, Id }));
      return Invalidation!.InvalidationBatch!.Paths!.Items!;
    }),
  );
}

it('publishes, verifies and promotes by the commands; a CDN that fails is finished by the same command', async () => {
  const distributionId = await makeDistribution();
  const host = awsTestHost(REGIONS, { cdn: { domain: 'cdn.example.invalid', distributionId: 'E0000000MISSING' } });
  await inFolder(async (root) => {
    const broken = await makePublisher(root, 'clone', host, standIn.env);
    await broken.pack({ version: '1.0.0', ...SMALL });
    const release = (...args: string[]) => broken.run(args);
    const dry = await release('publish', '--dry-run');
    expect(dry).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('It would write 11 objects') });
    const published = await release('publish', '--json');
    expect(published).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(published.stdout)).toMatchObject({ version: '1.0.0', created: 11, present: 0 });
    expect(await release('publish')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('Nothing to do'),
    });
    const verified = await release('verify', '--json');
    expect(JSON.parse(verified.stdout)).toMatchObject({ faults: [], releases: [{ version: '1.0.0' }] });

    const failed = await release('promote');
    expect(failed).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('cdn-failed') });
    expect(failed.stderr).toContain('the release is visible at S3');
    expect(failed.stderr).not.toMatch(/^\s+at /m);
    const address = `${standIn.endpoint}/${host.prefix}-${host.account}-us-east-1-an`;
    expect((await fetch(`${address}/index.json`)).status).toBe(200);
    expect((await fetch(`${address}/v1/alias.json`)).status).toBe(200);

    // The same folder, with the distribution corrected.
    await makePublisher(root, 'clone', { ...host, cdn: { ...host.cdn!, distributionId } }, standIn.env);
    for (let again = 0; again < 2; again++) {
      const promoted = await release('promote', '--json');
      expect(promoted).toMatchObject({ exitCode: 0 });
      expect(JSON.parse(promoted.stdout)).toMatchObject({
        serial: 1,
        indexChanged: false,
        notices: [expect.stringContaining('cdn.example.invalid/index.json does not answer')],
      });
      // The second time nothing new is begun.
      expect(await pathsForgotten(distributionId)).toEqual([['/index.json', '/latest/*', '/v1/*', '/v1.0/*']]);
    }
    const yanked = await release('yank', '1.0.0', '--reason', 'a test');
    expect(yanked).toMatchObject({ exitCode: 0 });
    expect(await pathsForgotten(distributionId)).toHaveLength(2);
  });
});

import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DeleteRoleCommand, DeleteRolePolicyCommand, IAMClient, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import {
  DeleteBucketPolicyCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { type AwsHost, bucketOf, keyOf, serialise, serialiseUnsignedIndex, sha256Of } from '@bitclouded/documents';
import { readOutputs } from '@bitclouded/provisioner';
import { findPaths } from '../../tools/e2e/paths.ts';
import { type StandIn, startStandIn } from '../../tools/e2e/stand-in.ts';
import { type AwsFront, startFront } from '../host/testing/aws-front.ts';
import { buildHostTemplates, type HostWorkspace, withHostWorkspace } from '../host/testing/host-workspace.ts';
import type { Examined } from './examine.ts';

const HOME = 'us-east-1';
const OTHER = 'eu-west-1';
const BASE: AwsHost = {
  name: 'production',
  kind: 'aws',
  prefix: 'bitclouded',
  account: '123456789012',
  homeRegion: HOME,
  regions: [HOME, OTHER],
  registry: 'registry.example.com/bitclouded',
  stacks: { 'github-oidc': { Repository: 'example/fork', RepositoryId: '1' } },
};
const MANIFEST = serialise('manifest', {
  schema: 'bitclouded.manifest/1',
  version: '1.0.0',
  host: {
    name: BASE.name,
    homeRegion: HOME,
    regions: BASE.regions.map((region) => ({ region, bucket: bucketOf(BASE, region) })),
    registry: BASE.registry,
  },
  comparedWith: null,
  removed: [],
  artifacts: [],
});
const RELEASE = { version: '1.0.0', manifestSha256: sha256Of(MANIFEST), attestations: [] };

const places = findPaths();
let standIn: StandIn;
let front: AwsFront;
let host: AwsHost;
const s3 = (region: string): S3Client => new S3Client({ ...standIn, region, forcePathStyle: true });

beforeAll(async () => {
  await buildHostTemplates(places);
  standIn = await startStandIn();
  front = await startFront(standIn);
});
afterAll(async () => {
  await front.stop();
  await standIn.stop();
});
beforeEach(async () => {
  await standIn.reset();
  front.reset();
  host = BASE;
  await within(async ({ run }) => {
    const { code, err } = await run('host', 'up', '--yes', '--quiet');
    expect(code === 0 ? '' : err).toBe('');
  });
  const client = new CloudFormationClient({ ...standIn });
  const outputs = await readOutputs(client, 'bitclouded-artifact-host', new AbortController().signal);
  host = { ...BASE, cdn: { domain: outputs!.CdnDomainName!, distributionId: outputs!.DistributionId! } };
  front.state.web = { [outputs!.CdnDomainName!]: 200, 'registry.example.com': 401 };
  await release();
});

function within(work: (workspace: HostWorkspace) => Promise<void>): Promise<void> {
  const { name: _, ...configured } = host;
  return withHostWorkspace(places, configured, front.env, work);
}

/** Puts a release on the host, as far as a doctor looks at it. */
async function release(changes: { host?: string; regions?: readonly string[] } = {}): Promise<void> {
  for (const region of changes.regions ?? host.regions) {
    const Key = keyOf.manifest(RELEASE.version);
    await s3(region).send(
      new PutObjectCommand({ Bucket: bucketOf(host, region), Key, Body: MANIFEST, IfNoneMatch: '*' }),
    );
  }
  const now = Date.now();
  const Body = serialiseUnsignedIndex({
    schema: 'bitclouded.index/1',
    host: changes.host ?? 'production',
    serial: 1,
    issued: new Date(now).toISOString(),
    expires: new Date(now + 90 * 86_400_000).toISOString(),
    releases: [RELEASE],
    channels: { latest: '1.0.0', v1: '1.0.0', 'v1.0': '1.0.0' },
    pins: {},
  });
  await s3(HOME).send(
    new PutObjectCommand({ Bucket: bucketOf(host, HOME), Key: keyOf.index(), Body, IfNoneMatch: '*' }),
  );
}

async function examined(...args: string[]): Promise<{ code: number | null; findings: Examined[] }> {
  let result: { code: number | null; findings: Examined[] } | undefined;
  await within(async ({ run }) => {
    const { code, out, err } = await run('doctor', '--json', ...args);
    expect(err).not.toMatch(/^\s+at /m);
    result = { code, findings: JSON.parse(out).findings };
  });
  return result!;
}

const failing = (findings: readonly Examined[]): string[] =>
  findings.filter(({ grade }) => grade === 'fails').map(({ check, where }) => `${check} ${where}`);

it('finds nothing that would fail on a good host, and reads only', async () => {
  const writes: string[] = [];
  front.state.before = (words) => {
    if (/^(?:PUT|DELETE) /.test(words)) writes.push(words);
    return undefined;
  };
  const { code, findings } = await examined();
  expect({ code, failing: failing(findings) }).toEqual({ code: 0, failing: [] });
  expect(writes).toEqual([]);
  expect(new Set(findings.map(({ check }) => check))).toEqual(
    new Set([
      'credentials',
      'clock',
      'regions',
      'account-public-access',
      'quotas',
      'buckets',
      'bucket-public-access',
      'bucket-policy',
      'index',
      'receipts',
      'cdn',
      'registry',
      'workflow-roles',
    ]),
  );
  // Nobody signed this host's index.
  expect(findings.filter(({ grade }) => grade === 'warning').map(({ check }) => check)).toEqual(['index']);
  await within(async ({ run }) => {
    const { out } = await run('doctor');
    expect(out).toMatch(/nothing would fail|no things would fail/);
  });
});

it('tries a write when it is asked to, and the host refuses it', async () => {
  const { code, findings } = await examined('--write-probe');
  expect({ code, failing: failing(findings) }).toEqual({ code: 0, failing: [] });
  expect(findings.filter(({ check }) => check === 'write-probe').map(({ grade }) => grade)).toEqual(['ok', 'ok']);
});

it('finds everything that is broken at the host, at once', async () => {
  await s3(OTHER).send(new DeleteBucketPolicyCommand({ Bucket: bucketOf(host, OTHER) }));
  await s3(HOME).send(
    new PutPublicAccessBlockCommand({
      Bucket: bucketOf(host, HOME),
      PublicAccessBlockConfiguration: { BlockPublicPolicy: true, RestrictPublicBuckets: true },
    }),
  );
  const iam = new IAMClient({ ...standIn });
  const outputs = await readOutputs(
    new CloudFormationClient({ ...standIn }),
    'bitclouded-github-oidc',
    new AbortController().signal,
  );
  const RoleName = outputs!.GcRoleArn!.split('/').at(-1)!;
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  for (const PolicyName of PolicyNames) await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
  await iam.send(new DeleteRoleCommand({ RoleName }));
  front.state.accountBlock = ['BlockPublicPolicy'];
  front.state.clockOffsetMs = -10 * 60_000;
  front.state.quota = 3;
  front.state.web = { 'registry.example.com': 503 };

  const { code, findings } = await examined('--write-probe');
  expect(code).toBe(1);
  const found = failing(findings);
  for (const one of [
    'clock clock',
    'account-public-access account 123456789012',
    'quotas account 123456789012: buckets',
    `bucket-public-access us-east-1: bucket ${bucketOf(host, HOME)}`,
    `bucket-policy eu-west-1: bucket ${bucketOf(host, OTHER)}`,
    `write-probe eu-west-1: s3://${bucketOf(host, OTHER)}/v0.0.0/write-probe`,
    `cdn https://${host.cdn!.domain}/index.json`,
    'registry https://registry.example.com/v2/',
    'workflow-roles GcRoleArn',
  ])
    expect(found).toContain(one);
  expect(found.some((one) => one.startsWith('receipts '))).toBe(true);
  for (const { expected, remedy } of findings.filter(({ grade }) => grade === 'fails'))
    expect([expected, remedy]).toEqual([expect.stringMatching(/./), expect.stringMatching(/./)]);
});

it('finds buckets that are not there, another account and another distribution', async () => {
  host = { ...host, regions: [HOME, OTHER, 'eu-central-1'], account: '111122223333' };
  const strangers = failing((await examined()).findings);
  expect(strangers).toContain('credentials credentials');
  host = { ...host, account: BASE.account, cdn: { domain: 'cdn.example.com', distributionId: 'E2QWRUHEXAMPLE' } };
  const { code, findings } = await examined();
  expect(code).toBe(1);
  expect(failing(findings)).toContain(`buckets eu-central-1: bucket ${bucketOf(host, 'eu-central-1')}`);
  expect(failing(findings)).toContain('cdn distribution E2QWRUHEXAMPLE');
});

it('finds a policy that lets somebody overwrite', async () => {
  const Bucket = bucketOf(host, HOME);
  const Statement = [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` }];
  await s3(HOME).send(
    new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }),
  );
  const { code, findings } = await examined();
  expect(code).toBe(1);
  const finding = findings.find(({ check, grade }) => check === 'bucket-policy' && grade === 'fails');
  expect(finding?.received).toContain('can be overwritten');
  expect(finding?.received).not.toContain('strangers may not read');
});

it('says of a dead network what it received, check by check', async () => {
  const { name: _, ...configured } = host;
  const dead = {
    ...front.env,
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
    AWS_ENDPOINT_URL_S3_CONTROL: 'http://localhost:9',
  };
  await withHostWorkspace(places, configured, dead, async ({ run }) => {
    const { code, out } = await run('doctor', '--json');
    expect(code).toBe(1);
    const { findings } = JSON.parse(out) as { findings: Examined[] };
    expect(findings.find(({ check }) => check === 'credentials')?.received).toContain('ECONNREFUSED');
    expect(new Set(findings.filter(({ grade }) => grade === 'fails').map(({ check }) => check)).size).toBeGreaterThan(
      8,
    );
  });
});

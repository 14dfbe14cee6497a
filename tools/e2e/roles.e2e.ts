import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudFrontClient, CreateInvalidationCommand, GetInvalidationCommand } from '@aws-sdk/client-cloudfront';
import { DescribeImagesCommand, EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import {
  BatchDeleteImageCommand,
  CompleteLayerUploadCommand,
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeImagesCommand as DescribePushedCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  InitiateLayerUploadCommand,
  PutImageCommand,
  SetRepositoryPolicyCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { buildUnits } from './build-units.ts';
import { findPaths } from './paths.ts';
import { createStack, deleteStack, updateStack } from './stacks.ts';
import { type StandIn, startStandIn } from './stand-in.ts';

type Credentials = StandIn['credentials'] & { readonly sessionToken?: string };
type Role = 'Publish' | 'Promote' | 'Push' | 'Bake' | 'Gc';
type Claims = Readonly<Record<string, string>>;

const PREFIX = 'releases';
const OTHER_REGION = 'eu-west-1';
const GITHUB = 'token.actions.githubusercontent.com';
const VERSION = 'v1.4.0';
const ROLES = ['Publish', 'Promote', 'Push', 'Bake', 'Gc'] as const satisfies readonly Role[];
const ENVIRONMENTS: Readonly<Record<Role, string>> = {
  Publish: 'publication',
  Promote: 'promotion',
  Push: 'pushing',
  Bake: 'baking',
  Gc: 'retirement',
};
const WORKFLOWS: Readonly<Record<Role, string>> = {
  Publish: 'release.yml',
  Promote: 'release.yml',
  Push: 'images.yml',
  Bake: 'images.yml',
  Gc: 'images.yml',
};
const ABSENT = { IfNoneMatch: '*' } as const;

const workflowOf = (role: Role): string => `octo/releases/.github/workflows/${WORKFLOWS[role]}@refs/heads/main`;

/** The least that a registry takes for an image. */
const MANIFEST = JSON.stringify({
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: `sha256:${'4'.repeat(64)}`, size: 2 },
  layers: [],
});

/** The release host's three stacks, and what its five roles can and cannot do with them. */
describe('the roles of a release host', () => {
  let standIn: StandIn;
  let administrator: S3Client;
  let home: string;
  let region: string;
  let distributionId: string;
  let roles: Readonly<Record<Role, string>>;
  const sessions = new Map<Role, Credentials>();

  beforeAll(async () => {
    const { repository } = findPaths();
    await buildUnits(repository);
    standIn = await startStandIn();
    administrator = s3As(standIn.credentials);
    const create = async (name: string, parameters: Record<string, string>, at = standIn.region) => {
      const cloudFormation = new CloudFormationClient({ ...standIn, region: at });
      const file = join(repository, 'dist/templates/foundation', name, 'template.yaml');
      const { outputs } = await createStack(cloudFormation, {
        name: `${PREFIX}-${name}`,
        template: { body: await readFile(file, 'utf8') },
        parameters,
      });
      return outputs;
    };
    const host = await create('artifact-host', { Prefix: PREFIX });
    home = host.ArtifactBucket!;
    distributionId = host.DistributionId!;
    const { BakeRoleArn, PushRoleArn, PublishRoleArn, PromoteRoleArn, GcRoleArn } = await create('github-oidc', {
      Prefix: PREFIX,
      Repository: 'octo/releases',
      RepositoryId: '42',
      ArtifactBucket: home,
      DistributionId: distributionId,
      // The stand-in keeps a provider as a record; its STS goes by this address alone.
      ExistingProviderArn: `arn:aws:iam::${standIn.account}:oidc-provider/${GITHUB}`,
    });
    roles = {
      Publish: PublishRoleArn!,
      Promote: PromoteRoleArn!,
      Push: PushRoleArn!,
      Bake: BakeRoleArn!,
      Gc: GcRoleArn!,
    };
    const BreakGlassArns = `arn:aws:iam::${standIn.account}:user/administrator`;
    const regional = { Prefix: PREFIX, PublisherArns: PublishRoleArn!, BreakGlassArns };
    region = (await create('artifact-region', regional, OTHER_REGION)).RegionBucket!;
    await administrator.send(new CreateBucketCommand({ Bucket: 'stranger' }));
    for (const role of ROLES) sessions.set(role, await assume(role, {}));
  });
  afterAll(() => standIn?.stop());

  const s3As = (credentials: Credentials, at = standIn.region) =>
    new S3Client({ ...standIn, credentials, region: at, forcePathStyle: true });
  const s3 = (role: Role, at?: string) => s3As(sessions.get(role)!, at);

  /** A token as GitHub signs it for the job that the role is for, but for what the test changes. */
  function tokenOf(role: Role, changes: Claims): string {
    const environment = ENVIRONMENTS[role];
    const claims = {
      iss: `https://${GITHUB}`,
      aud: 'sts.amazonaws.com',
      sub: `repo:octo/releases:environment:${environment}`,
      repository: 'octo/releases',
      repository_id: '42',
      ref: 'refs/heads/main',
      environment,
      job_workflow_ref: workflowOf(role),
      ...changes,
    };
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    return `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}.c2lnbmVk`;
  }

  async function assume(role: Role, changes: Claims): Promise<Credentials> {
    const { Credentials: given } = await new STSClient({ ...standIn }).send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: roles[role],
        RoleSessionName: 'job',
        WebIdentityToken: tokenOf(role, changes),
      }),
    );
    return {
      accessKeyId: given!.AccessKeyId!,
      secretAccessKey: given!.SecretAccessKey!,
      sessionToken: given!.SessionToken!,
    };
  }

  const put = (client: S3Client, Key: string, how: Partial<PutObjectCommandInput> = {}, Bucket = home) =>
    client.send(new PutObjectCommand({ Bucket, Key, Body: Key, ...how }));
  const denied = (request: Promise<unknown>) => expect(request).rejects.toMatchObject({ name: 'AccessDenied' });
  const anonymous = async (bucket: string, path: string, init: RequestInit = {}) =>
    (await fetch(`${standIn.endpoint}/${bucket}/${path}`, init)).status;

  it.each<[string, Claims]>([
    ['another repository', { repository: 'octo/other' }],
    ['a repository that took over the name', { repository_id: '43' }],
    ['a branch', { ref: 'refs/heads/feature' }],
    ['another environment', { environment: 'promotion' }],
    ['a job without an environment', { sub: 'repo:octo/releases:ref:refs/heads/main' }],
    ['another workflow', { job_workflow_ref: 'octo/releases/.github/workflows/ci.yml@refs/heads/main' }],
    ['a pull request', { sub: 'repo:octo/releases:pull_request', ref: 'refs/pull/1/merge' }],
    ['another audience', { aud: 'https://github.com/octo' }],
    ['another issuer', { iss: 'https://gitlab.com' }],
    ['numbers of another repository', { sub: 'repo:octo@7/releases@43:environment:publication' }],
  ])('are refused to %s', (_, changes) => denied(assume('Publish', changes)));

  it('are given to a subject with the numbers of owner and repository', async () => {
    const sub = 'repo:octo@7/releases@42:environment:publication';
    await expect(assume('Publish', { sub })).resolves.toHaveProperty('sessionToken');
  });

  it('publish creates artifacts once, and nothing visible', async () => {
    const publish = s3('Publish');
    for (const key of [`${VERSION}/manifest.json`, 'lambdas/a/1.zip', 'attestations/1.json']) {
      await put(publish, key, ABSENT);
      await denied(put(publish, key));
      await expect(put(publish, key, ABSENT)).rejects.toMatchObject({ name: 'PreconditionFailed' });
    }
    for (const key of ['index.json', 'latest/manifest.json', 'v1/manifest.json', 'v1.4/manifest.json', 'other'])
      await denied(put(publish, key, ABSENT));
    const { Contents } = await publish.send(new ListObjectsV2Command({ Bucket: home }));
    expect(Contents).toHaveLength(3);
  });

  it('publish creates artifacts in every region of the host, and in no other bucket', async () => {
    const publish = s3('Publish', OTHER_REGION);
    for (const key of ['lambdas/a/1.zip', `${VERSION}/manifest.json`]) {
      await put(publish, key, ABSENT, region);
      await denied(put(publish, key, {}, region));
    }
    await denied(put(publish, 'other', ABSENT, region));
    await denied(put(s3('Publish'), 'lambdas/a/1.zip', ABSENT, 'stranger'));
  });

  it('publish uploads in parts, and completes only what is not there', async () => {
    const publish = s3('Publish');
    const upload = async (Key: string, condition: { IfNoneMatch?: string }) => {
      const at = { Bucket: home, Key };
      const { UploadId } = await publish.send(new CreateMultipartUploadCommand(at));
      const { ETag } = await publish.send(new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: 'part' }));
      const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
      return publish.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload, ...condition }));
    };
    await upload('lambdas/big/1.zip', ABSENT);
    await denied(upload('lambdas/big/2.zip', {}));
    await expect(upload('lambdas/big/1.zip', ABSENT)).rejects.toMatchObject({ name: 'PreconditionFailed' });
  });

  it('publish writes nothing that anonymous readers could not decrypt', async () => {
    const key = 'lambdas/b/1.zip';
    await denied(put(s3('Publish'), key, { ...ABSENT, ServerSideEncryption: 'aws:kms' }));
    await put(s3('Publish'), key, { ...ABSENT, ServerSideEncryption: 'AES256' });
  });

  it('publish pushes to the host’s repositories alone', async () => {
    const ecr = new ECRClient({ ...standIn, credentials: sessions.get('Publish')! });
    await ecr.send(new GetAuthorizationTokenCommand({}));
    await ecr.send(new CreateRepositoryCommand({ repositoryName: `${PREFIX}/aws-util` }));
    const stranger = ecr.send(new CreateRepositoryCommand({ repositoryName: 'stranger' }));
    await expect(stranger).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it.each<[string, Role, Claims]>([
    ['the environment that publishes', 'Push', { environment: 'publication' }],
    ['the workflow that releases', 'Push', { job_workflow_ref: workflowOf('Publish') }],
    ['the environment that bakes', 'Push', { environment: 'baking' }],
    ['the environment that pushes', 'Bake', { environment: 'pushing' }],
    [
      'the environment and the workflow that push',
      'Publish',
      { environment: 'pushing', job_workflow_ref: workflowOf('Push') },
    ],
  ])('%s does not get the role %s', (_, role, changes) => {
    const { environment = ENVIRONMENTS[role] } = changes;
    return denied(assume(role, { sub: `repo:octo/releases:environment:${environment}`, ...changes }));
  });

  it('push puts images into the host’s repositories', async () => {
    const ecr = new ECRClient({ ...standIn, credentials: sessions.get('Push')! });
    const at = { repositoryName: `${PREFIX}/log-router` };
    await ecr.send(new GetAuthorizationTokenCommand({}));
    await ecr.send(new CreateRepositoryCommand(at));
    const { uploadId } = await ecr.send(new InitiateLayerUploadCommand(at));
    const layerPartBlob = Buffer.from('layer');
    const bytes = { partFirstByte: 0, partLastByte: layerPartBlob.length - 1, layerPartBlob };
    await ecr.send(new UploadLayerPartCommand({ ...at, uploadId, ...bytes }));
    const layerDigests = [`sha256:${createHash('sha256').update(layerPartBlob).digest('hex')}`];
    await ecr.send(new CompleteLayerUploadCommand({ ...at, uploadId, layerDigests }));
    await ecr.send(new PutImageCommand({ ...at, imageManifest: MANIFEST, imageTag: '1.0' }));
    const { imageDetails } = await ecr.send(new DescribePushedCommand(at));
    expect(imageDetails).toMatchObject([{ imageTags: ['1.0'] }]);
  });

  it('push touches no other repository, takes no image away, and gives nobody a right', async () => {
    const ecr = new ECRClient({ ...standIn, credentials: sessions.get('Push')! });
    const own = { repositoryName: `${PREFIX}/aws-util` };
    const strangers = { repositoryName: 'stranger' };
    await new ECRClient({ ...standIn }).send(new CreateRepositoryCommand(strangers));
    const refused = (request: Promise<unknown>) =>
      expect(request).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await refused(ecr.send(new CreateRepositoryCommand({ repositoryName: 'other' })));
    await refused(ecr.send(new InitiateLayerUploadCommand(strangers)));
    await refused(ecr.send(new PutImageCommand({ ...strangers, imageManifest: MANIFEST, imageTag: '1.0' })));
    await refused(ecr.send(new BatchDeleteImageCommand({ ...own, imageIds: [{ imageTag: '1.0' }] })));
    await refused(ecr.send(new DeleteRepositoryCommand({ ...own, force: true })));
    const policyText = JSON.stringify({ Version: '2012-10-17', Statement: [] });
    await refused(ecr.send(new SetRepositoryPolicyCommand({ ...own, policyText })));
  });

  it('promote creates and swaps the index, writes aliases, and no artifact', async () => {
    const promote = s3('Promote');
    const { ETag } = await put(promote, 'index.json', ABSENT);
    await denied(put(promote, 'index.json', { Body: 'unconditional' }));
    await put(promote, 'index.json', { Body: 'swapped', IfMatch: ETag! });
    await expect(put(promote, 'index.json', { Body: 'late', IfMatch: ETag! })).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
    for (const key of ['latest/manifest.json', 'v1/manifest.json', 'v1.4/templates/networking/vpc.yaml']) {
      await put(promote, key);
      await put(promote, key, { Body: 'again' });
    }
    for (const key of [`${VERSION}/late.json`, 'v2.0.0-rc.0/claim.json', 'lambdas/a/2.zip', 'attestations/2.json'])
      await denied(put(promote, key, ABSENT));
    const { Body } = await promote.send(new GetObjectCommand({ Bucket: home, Key: `${VERSION}/manifest.json` }));
    expect(await Body!.transformToString()).toBe(`${VERSION}/manifest.json`);
  });

  it('promote invalidates the one distribution; publish and push do not', async () => {
    const invalidate = (role: Role, DistributionId: string) =>
      new CloudFrontClient({ ...standIn, credentials: sessions.get(role)! }).send(
        new CreateInvalidationCommand({
          DistributionId,
          InvalidationBatch: { CallerReference: '7', Paths: { Quantity: 1, Items: ['/*'] } },
        }),
      );
    const { Invalidation } = await invalidate('Promote', distributionId);
    const looking = new CloudFrontClient({ ...standIn, credentials: sessions.get('Promote')! });
    await looking.send(new GetInvalidationCommand({ DistributionId: distributionId, Id: Invalidation!.Id! }));
    for (const role of ['Publish', 'Push'] as const) await denied(invalidate(role, distributionId));
    await denied(invalidate('Promote', 'E2QWRUHEXAMPLE'));
  });

  it('bake and gc look at images; they and push touch no artifact and no foreign instance', async () => {
    for (const role of ['Push', 'Bake', 'Gc'] as const) {
      const ec2 = new EC2Client({ ...standIn, credentials: sessions.get(role)! });
      const look = ec2.send(new DescribeImagesCommand({ Owners: ['self'] }));
      await (role === 'Push' ? expect(look).rejects.toMatchObject({ name: 'UnauthorizedOperation' }) : look);
      const launch = new RunInstancesCommand({ ImageId: 'ami-12345678', MinCount: 1, MaxCount: 1 });
      await expect(ec2.send(launch)).rejects.toMatchObject({ name: 'UnauthorizedOperation' });
      await denied(put(s3(role), `${VERSION}/a.json`, ABSENT));
      await denied(put(s3(role), 'index.json', ABSENT));
      await denied(s3(role).send(new ListObjectsV2Command({ Bucket: home })));
    }
  });

  it('nobody deletes or overwrites an artifact, not even the administrator', async () => {
    const Key = `${VERSION}/manifest.json`;
    const { Versions } = await administrator.send(new ListObjectVersionsCommand({ Bucket: home, Prefix: Key }));
    for (const client of [administrator, s3('Publish'), s3('Promote')]) {
      await denied(client.send(new DeleteObjectCommand({ Bucket: home, Key })));
      await denied(client.send(new DeleteObjectCommand({ Bucket: home, Key, VersionId: Versions![0]!.VersionId! })));
      await denied(put(client, Key));
    }
    await denied(put(administrator, 'index.json'));
  });

  it('no role changes what protects the bucket', async () => {
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [] });
    for (const role of ROLES) await denied(s3(role).send(new PutBucketPolicyCommand({ Bucket: home, Policy })));
  });

  it('in a bucket with publishers and a broken glass, those alone write and delete', async () => {
    const elsewhere = s3As(standIn.credentials, OTHER_REGION);
    const at = { Bucket: region, Key: 'lambdas/a/1.zip' };
    await denied(put(elsewhere, 'lambdas/a/2.zip', ABSENT, region));
    await denied(s3('Publish', OTHER_REGION).send(new DeleteObjectCommand(at)));
    await elsewhere.send(new DeleteObjectCommand(at));
  });

  it('everybody reads what is published, lists nothing, and writes nothing', async () => {
    for (const path of ['index.json', `${VERSION}/manifest.json`, 'latest/manifest.json', 'lambdas/a/1.zip'])
      expect([path, await anonymous(home, path)]).toEqual([path, 200]);
    expect(await anonymous(region, `${VERSION}/manifest.json`)).toBe(200);
    await put(administrator, 'private/notes.txt', ABSENT);
    for (const path of ['private/notes.txt', '', '?list-type=2', '?versions', '?policy'])
      expect([path, await anonymous(home, path)]).toEqual([path, 403]);
    for (const method of ['PUT', 'DELETE'])
      expect(await anonymous(home, 'index.json', { method, ...(method === 'PUT' && { body: 'x' }) })).toBe(403);
  });

  it('the stacks take an update, and artifacts stay when they go', async () => {
    const { repository } = findPaths();
    const cloudFormation = new CloudFormationClient({ ...standIn });
    const body = await readFile(join(repository, 'dist/templates/foundation/artifact-host/template.yaml'), 'utf8');
    const name = `${PREFIX}-artifact-host`;
    const parameters = { Prefix: PREFIX, BreakGlassArns: `arn:aws:iam::${standIn.account}:role/nobody` };
    await updateStack(cloudFormation, { name, template: { body }, parameters });
    for (const each of ['github-oidc', 'artifact-host']) await deleteStack(cloudFormation, `${PREFIX}-${each}`);
    const { Body } = await administrator.send(new GetObjectCommand({ Bucket: home, Key: 'index.json' }));
    expect(await Body!.transformToString()).toBe('swapped');
    expect(await anonymous(home, 'index.json')).toBe(403);
  });
});

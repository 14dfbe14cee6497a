import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStackResourceCommand } from '@aws-sdk/client-cloudformation';
import {
  CreateDBClusterSnapshotCommand,
  CreateDBSnapshotCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { synthesise } from '@bitclouded/kit';
import { snapshotsOf } from '../../../../tools/e2e/catalogue/snapshots.ts';
import { buildFunctions } from '../../../../tools/e2e/functions/published-function.ts';
import { findPaths } from '../../../../tools/e2e/paths.ts';
import {
  createStack,
  deleteStack,
  previewUpdate,
  type StackRequest,
  updateStack,
} from '../../../../tools/e2e/stacks.ts';
import { type StandIn, startStandIn } from '../../../../tools/e2e/stand-in.ts';
import { body, reasonsOf } from '../../../../tools/e2e/trial.ts';
import template from './template.ts';

const BUCKET = 'published-functions';

/**
 * Databases that stacks make, restore and change, with the function `restore-secret` run from its zip. RDS here is a
 * record with a password: that a server takes it, nothing here shows.
 */
describe('a database of a stack', () => {
  let standIn: StandIn;
  let cloudFormation: CloudFormationClient;
  let rds: RDSClient;
  let secrets: SecretsManagerClient;

  beforeAll(async () => {
    const { repository } = findPaths();
    await buildFunctions(repository, ['restore-secret']);
    standIn = await startStandIn();
    cloudFormation = new CloudFormationClient({ ...standIn });
    rds = new RDSClient({ ...standIn });
    secrets = new SecretsManagerClient({ ...standIn });
    const s3 = new S3Client({ ...standIn, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    const Body = readFileSync(join(repository, 'dist/lambdas/restore-secret/function.zip'));
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'restore-secret.zip', Body }));
  });
  afterAll(() => standIn?.stop());

  function request(name: string, own: Record<string, string>): StackRequest {
    const Mappings = {
      Artifacts: { 'restore-secret': { Key: 'restore-secret.zip' }, [standIn.region]: { Bucket: BUCKET } },
    };
    return {
      name,
      template: body({ ...synthesise(template).template, Mappings }),
      parameters: { VpcId: 'vpc-0abc', DbSubnetGroup: 'private', ...own },
    };
  }

  /** What RDS says of the stack's database. */
  async function databaseOf(StackName: string, isAurora: boolean) {
    const LogicalResourceId = isAurora ? 'Cluster' : 'Database';
    const { StackResourceDetail } = await cloudFormation.send(
      new DescribeStackResourceCommand({ StackName, LogicalResourceId }),
    );
    const id = StackResourceDetail!.PhysicalResourceId!;
    if (isAurora) {
      const { DBClusters } = await rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier: id }));
      const { DbClusterResourceId: resourceId, TagList, BackupRetentionPeriod } = DBClusters![0]!;
      return { id, resourceId, TagList, BackupRetentionPeriod };
    }
    const { DBInstances } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }));
    const { DbiResourceId: resourceId, TagList, BackupRetentionPeriod } = DBInstances![0]!;
    return { id, resourceId, TagList, BackupRetentionPeriod };
  }

  async function takeSnapshot(of: string, name: string, isAurora: boolean): Promise<void> {
    if (isAurora)
      await rds.send(
        new CreateDBClusterSnapshotCommand({ DBClusterIdentifier: of, DBClusterSnapshotIdentifier: name }),
      );
    else await rds.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: of, DBSnapshotIdentifier: name }));
  }

  async function secretOf({ outputs }: { readonly outputs: Readonly<Record<string, string>> }) {
    const SecretId = outputs.DbAdminSecretArn!;
    const { SecretString, VersionId } = await secrets.send(new GetSecretValueCommand({ SecretId }));
    return { ...(JSON.parse(SecretString!) as { username: string; password: string }), version: VersionId };
  }

  const isGone = (SecretId: string) =>
    secrets.send(new DescribeSecretCommand({ SecretId })).then(
      () => false,
      (error: unknown) => {
        if (error instanceof ResourceNotFoundException) return true;
        throw error;
      },
    );

  const passwordSetFor = ({ TagList = [] }: Awaited<ReturnType<typeof databaseOf>>) =>
    TagList.find(({ Key }) => Key === 'bitclouded:password-set')?.Value;

  // Side by side: the function waits between its looks at a database.
  test('is restored beside and in place, and its secret fits each time, on RDS and on Aurora', async () => {
    await Promise.all([liveThrough('RDS', false), liveThrough('Aurora', true)]);
  });

  async function liveThrough(service: string, isAurora: boolean): Promise<void> {
    const family = { Aurora: String(isAurora), Engine: 'mysql' };
    const [first, beside, snapshot] = ['first', 'beside', 'snapshot'].map((word) => `${service}-${word}`) as [
      string,
      string,
      string,
    ];

    // An empty one: RDS has made the secret, and nothing sets another password, then or later.
    const made = await createStack(cloudFormation, request(first, family));
    const empty = await databaseOf(first, isAurora);
    expect(made.outputs).toMatchObject({ DbEngine: 'mysql', DbPort: '3306' });
    expect(await secretOf(made)).toMatchObject({ username: 'dbadmin' });
    const secretBefore = await secretOf(made);
    const longer = await updateStack(cloudFormation, request(first, { ...family, BackupRetentionDays: '14' }));
    expect(longer.outputs).toEqual(made.outputs);
    expect(await secretOf(longer)).toEqual(secretBefore);
    expect(await databaseOf(first, isAurora)).toMatchObject({ id: empty.id, BackupRetentionPeriod: 14 });
    expect(passwordSetFor(await databaseOf(first, isAurora))).toBeUndefined();

    // Beside it, from a snapshot.
    await takeSnapshot(empty.id, snapshot, isAurora);
    const restored = await createStack(cloudFormation, request(beside, { ...family, Snapshot: snapshot }));
    expect(restored.outputs.DbAdminSecretArn).not.toBe(made.outputs.DbAdminSecretArn);
    const fits = await secretOf(restored);
    expect(fits).toMatchObject({ username: 'dbadmin' });
    const copy = await databaseOf(beside, isAurora);
    expect(passwordSetFor(copy)).toBe(copy.resourceId);

    // Later updates name the snapshot: the data, the secret and its password stay.
    const kept = { ...family, Snapshot: snapshot, BackupRetentionDays: '14' };
    const later = await updateStack(cloudFormation, request(beside, kept));
    expect(later.outputs).toEqual(restored.outputs);
    expect(await secretOf(later)).toEqual(fits);
    expect(await databaseOf(beside, isAurora)).toMatchObject({ id: copy.id, BackupRetentionPeriod: 14 });
    const dropped = await previewUpdate(cloudFormation, request(beside, { ...family, BackupRetentionDays: '14' }));
    expect(
      dropped.flatMap(({ ResourceChange: change }) =>
        change?.Replacement === 'True' ? [change.LogicalResourceId] : [],
      ),
    ).toContain(isAurora ? 'Cluster' : 'Database');

    // In place: another database takes the place of the old one, which leaves with its secret.
    const inPlace = await updateStack(cloudFormation, request(first, { ...family, Snapshot: snapshot }));
    expect(inPlace.outputs.DbEndpoint).not.toBe(made.outputs.DbEndpoint);
    expect(inPlace.outputs.DbAdminSecretArn).not.toBe(made.outputs.DbAdminSecretArn);
    expect(await secretOf(inPlace)).toMatchObject({ username: 'dbadmin' });
    expect(await isGone(made.outputs.DbAdminSecretArn!)).toBe(true);
    const replaced = await databaseOf(first, isAurora);
    expect(passwordSetFor(replaced)).toBe(replaced.resourceId);

    // A snapshot that is not there changes nothing.
    const missing = updateStack(cloudFormation, request(first, { ...family, Snapshot: 'missing' }));
    expect(await reasonsOf(missing)).toContain('not found');
    expect(await databaseOf(first, isAurora)).toMatchObject({ id: replaced.id });
    expect(await secretOf(inPlace)).toMatchObject({ username: 'dbadmin' });

    await deleteStack(cloudFormation, beside);
    await deleteStack(cloudFormation, first);
    // A snapshot is left of what is deleted.
    const type = isAurora ? 'AWS::RDS::DBCluster' : 'AWS::RDS::DBInstance';
    for (const { id } of [copy, replaced]) expect(await snapshotsOf(rds, type, id)).toBe(1);
  }
});

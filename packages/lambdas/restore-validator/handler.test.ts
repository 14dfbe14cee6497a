import { basename } from 'node:path';
import {
  BackupClient,
  DescribeRestoreJobCommand,
  type DescribeRestoreJobCommandOutput,
  InvalidRequestException,
  PutRestoreValidationResultCommand,
} from '@aws-sdk/client-backup';
import { DescribeTableCommand, DynamoDBClient, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { DescribeFileSystemsCommand, EFSClient, FileSystemNotFound } from '@aws-sdk/client-efs';
import {
  DBInstanceNotFoundFault,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { ListObjectsV2Command, NoSuchBucket, S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { createHandler, type RestoreEvent } from './handler.ts';
import definition from './lambda.ts';

const backup = mockClient(BackupClient);
const rds = mockClient(RDSClient);
const efs = mockClient(EFSClient);
const s3 = mockClient(S3Client);
const dynamodb = mockClient(DynamoDBClient);
const mocks = [backup, rds, efs, s3, dynamodb];
const $metadata = {};
const gone = { message: 'gone', $metadata };

const DB = 'arn:aws:rds:eu-west-1:123456789012:db:restored';
const CLUSTER = 'arn:aws:rds:eu-west-1:123456789012:cluster:restored';
const FILES = 'arn:aws-cn:elasticfilesystem:cn-north-1:123456789012:file-system/fs-1';
const TABLE = 'arn:aws:dynamodb:eu-west-1:123456789012:table/restored';
const BUCKET = 'arn:aws:s3:::restored';
const EVENT: RestoreEvent = { 'detail-type': 'Restore Job State Change', detail: { restoreJobId: 'job-1' } };

beforeEach(() => {
  for (const mock of mocks) mock.reset();
});

function job(CreatedResourceArn: string, more: Partial<DescribeRestoreJobCommandOutput> = {}): void {
  backup.on(DescribeRestoreJobCommand, { RestoreJobId: 'job-1' }).resolves({
    Status: 'COMPLETED',
    CreatedBy: { RestoreTestingPlanArn: 'arn:aws:backup:eu-west-1:123456789012:restore-testing-plan:weekly' },
    CreatedResourceArn,
    ...more,
  });
}

/** Handles one event; time passes by waiting alone. @returns the results that were put, and how long was waited */
async function handle(event = EVENT): Promise<{ results: unknown[]; waitedMs: number }> {
  let waitedMs = 0;
  const handler = createHandler({
    backup: new BackupClient(),
    rds: new RDSClient(),
    efs: new EFSClient(),
    s3: new S3Client(),
    dynamodb: new DynamoDBClient(),
    logger: { info: () => {} },
    wait: async (ms) => {
      waitedMs += ms;
    },
  });
  await handler(event, { getRemainingTimeInMillis: () => 900_000 - waitedMs } as Context);
  return {
    results: backup.commandCalls(PutRestoreValidationResultCommand).map((call) => call.args[0].input),
    waitedMs,
  };
}

const result = (ValidationStatus: string, message: RegExp) => [
  { RestoreJobId: 'job-1', ValidationStatus, ValidationStatusMessage: expect.stringMatching(message) },
];

describe('a restored', () => {
  it.each([
    ['instance that is available and encrypted', 'available', true, 'SUCCESSFUL', /available and encrypted/],
    ['instance that is not encrypted', 'available', false, 'FAILED', /not encrypted/],
    ['instance that cannot start', 'incompatible-restore', true, 'FAILED', /incompatible-restore/],
  ])('%s', async (_, DBInstanceStatus, StorageEncrypted, status, message) => {
    job(DB);
    const asked = { DBInstanceIdentifier: 'restored' };
    rds.on(DescribeDBInstancesCommand, asked).resolves({ DBInstances: [{ DBInstanceStatus, StorageEncrypted }] });
    expect((await handle()).results).toEqual(result(status, message));
  });

  it('cluster is sound when it is available and encrypted', async () => {
    job(CLUSTER);
    const asked = { DBClusterIdentifier: 'restored' };
    rds
      .on(DescribeDBClustersCommand, asked)
      .resolves({ DBClusters: [{ Status: 'available', StorageEncrypted: true }] });
    expect((await handle()).results).toEqual(result('SUCCESSFUL', /cluster/));
  });

  it.each([
    ['available', true, 'SUCCESSFUL'],
    ['available', false, 'FAILED'],
    ['error', true, 'FAILED'],
  ] as const)('file system that is %s, encrypted: %p', async (LifeCycleState, Encrypted, status) => {
    job(FILES);
    efs
      .on(DescribeFileSystemsCommand, { FileSystemId: 'fs-1' })
      .resolves({ FileSystems: [{ LifeCycleState, Encrypted }] as never });
    expect((await handle()).results).toEqual(result(status, /file system/));
  });

  it.each([
    ['ACTIVE', 'SUCCESSFUL'],
    ['ARCHIVED', 'FAILED'],
  ] as const)('table that is %s', async (TableStatus, status) => {
    job(TABLE);
    dynamodb.on(DescribeTableCommand, { TableName: 'restored' }).resolves({ Table: { TableStatus } });
    expect((await handle()).results).toEqual(result(status, /table/));
  });

  it.each([
    [1, 'SUCCESSFUL'],
    [0, 'FAILED'],
  ] as const)('bucket of which a listing gives %p objects', async (KeyCount, status) => {
    job(BUCKET);
    s3.on(ListObjectsV2Command, { Bucket: 'restored', MaxKeys: 1 }).resolves({ KeyCount });
    expect((await handle()).results).toEqual(result(status, /bucket/));
  });

  it('resource of any kind that is not there is unsound', async () => {
    rds.on(DescribeDBInstancesCommand).rejects(new DBInstanceNotFoundFault(gone));
    efs.on(DescribeFileSystemsCommand).rejects(new FileSystemNotFound({ ...gone, ErrorCode: 'FileSystemNotFound' }));
    dynamodb.on(DescribeTableCommand).rejects(new ResourceNotFoundException(gone));
    s3.on(ListObjectsV2Command).rejects(new NoSuchBucket(gone));
    for (const arn of [DB, FILES, TABLE, BUCKET]) {
      backup.reset();
      job(arn);
      expect((await handle()).results).toEqual(result('FAILED', /is not there/));
    }
  });
});

describe('time', () => {
  it('is given to a resource that is still at work', async () => {
    job(DB);
    rds
      .on(DescribeDBInstancesCommand)
      .resolvesOnce({ DBInstances: [{ DBInstanceStatus: 'backing-up' }] })
      .resolvesOnce({ DBInstances: [{ DBInstanceStatus: 'modifying' }] })
      .resolves({ DBInstances: [{ DBInstanceStatus: 'available', StorageEncrypted: true }] });
    const { results, waitedMs } = await handle();
    expect(results).toEqual(result('SUCCESSFUL', /available/));
    expect(waitedMs).toBe(30_000);
  });

  it('that is over gives no result but a failure, so that the event comes again', async () => {
    job(DB);
    rds.on(DescribeDBInstancesCommand).resolves({ DBInstances: [{ DBInstanceStatus: 'creating' }] });
    await expect(handle()).rejects.toThrow(/not-ready[\s\S]+still creating/);
    expect(backup.commandCalls(PutRestoreValidationResultCommand)).toHaveLength(0);
  });
});

describe('no result is put', () => {
  it.each([
    ['for a job that has one', { ValidationStatus: 'SUCCESSFUL' }],
    ['for a job that failed validation', { ValidationStatus: 'FAILED' }],
    ['for a restore that no plan made', { CreatedBy: undefined }],
    ['for a job that goes on', { Status: 'RUNNING' }],
    ['when the resource is deleted', { DeletionStatus: 'DELETING' }],
  ] as const)('%s', async (_, more) => {
    job(DB, more);
    expect((await handle()).results).toEqual([]);
    expect(rds.calls()).toHaveLength(0);
  });

  it('where the service refuses a look: that says nothing of the restore', async () => {
    job(BUCKET);
    s3.on(ListObjectsV2Command).rejects(new Error('AccessDenied'));
    await expect(handle()).rejects.toThrow('AccessDenied');
    expect(backup.commandCalls(PutRestoreValidationResultCommand)).toHaveLength(0);
  });

  it('for a kind that no check is written for', async () => {
    job('arn:aws:ec2:eu-west-1:123456789012:volume/vol-1');
    await expect(handle()).rejects.toThrow(/unknown-kind/);
  });

  it('for an event of another kind', async () => {
    await expect(handle({ 'detail-type': 'Backup Job State Change', detail: {} })).rejects.toThrow(/unknown-event/);
  });
});

describe('a report that is refused', () => {
  const refusal = new InvalidRequestException({ message: 'the job is validated', $metadata });

  it('is success when the same event was reported meanwhile', async () => {
    job(BUCKET);
    s3.on(ListObjectsV2Command).resolves({ KeyCount: 1 });
    backup.on(PutRestoreValidationResultCommand).callsFake(() => {
      job(BUCKET, { ValidationStatus: 'SUCCESSFUL' });
      throw refusal;
    });
    await handle();
  });

  it('is a failure otherwise', async () => {
    job(BUCKET);
    s3.on(ListObjectsV2Command).resolves({ KeyCount: 1 });
    backup.on(PutRestoreValidationResultCommand).rejects(refusal);
    await expect(handle()).rejects.toThrow('the job is validated');
  });
});

test('the definition has the name of its folder', () => {
  expect(definition.name).toBe(basename(__dirname));
});

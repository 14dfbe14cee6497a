import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import {
  BackupClient,
  DescribeRestoreJobCommand,
  type DescribeRestoreJobOutput,
  InvalidRequestException,
  PutRestoreValidationResultCommand,
} from '@aws-sdk/client-backup';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EFSClient } from '@aws-sdk/client-efs';
import { RDSClient } from '@aws-sdk/client-rds';
import { S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import { type Clients, checkResource, type Verdict } from './check-resource.ts';
import { RestoreValidatorError } from './restore-validator-error.ts';

/** Between two looks at a resource that is still at work. */
const LOOK_AGAIN_MS = 15_000;
/** Kept of the function's time for the result, or for saying that there is none. */
const RESERVE_MS = 30_000;

/** Kept for throwing, when a request hangs. */
const LAST_MOMENT_MS = 2_000;

export interface RestoreEvent {
  readonly 'detail-type'?: string;
  readonly detail?: { readonly restoreJobId?: string };
}

export interface Dependencies extends Clients {
  readonly backup: BackupClient;
  readonly logger: Pick<Logger, 'info'>;
  readonly wait: (ms: number) => Promise<unknown>;
}

/**
 * The handler with its effects as arguments. The job itself says what it restored, for whom, and whether it has a
 * result; so an event that comes twice, or late, gives no second one.
 * @throws RestoreValidatorError from the handler, where no result could be found; Lambda then tries again
 */
export function createHandler({ backup, logger, wait, ...clients }: Dependencies) {
  return async function handle(event: RestoreEvent, context: Context): Promise<void> {
    const id = jobIdOf(event);
    const signal = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - LAST_MOMENT_MS));
    const job = await backup.send(new DescribeRestoreJobCommand({ RestoreJobId: id }), { abortSignal: signal });
    const why = nothingToDo(job);
    if (why !== undefined) return void logger.info('Nothing to validate', { job: id, why });

    const arn = job.CreatedResourceArn!;
    const hasTime = () => context.getRemainingTimeInMillis() > RESERVE_MS + LOOK_AGAIN_MS;
    let found = await checkResource(arn, clients, signal);
    while (found.verdict === 'pending' && hasTime()) {
      await wait(LOOK_AGAIN_MS);
      found = await checkResource(arn, clients, signal);
    }
    if (found.verdict === 'pending') throw notReady(arn, found);
    await report(id, found, signal);
    logger.info('Validated', { job: id, resource: arn, ...found });
  };

  async function report(RestoreJobId: string, { verdict, message }: Verdict, abortSignal: AbortSignal): Promise<void> {
    const ValidationStatus = verdict === 'sound' ? 'SUCCESSFUL' : 'FAILED';
    try {
      await backup.send(
        new PutRestoreValidationResultCommand({ RestoreJobId, ValidationStatus, ValidationStatusMessage: message }),
        { abortSignal },
      );
    } catch (error) {
      if (!(error instanceof InvalidRequestException)) throw error;
      // The same event, delivered twice at once, may have reported it meanwhile.
      const job = await backup.send(new DescribeRestoreJobCommand({ RestoreJobId }), { abortSignal });
      if (!isValidated(job)) throw error;
    }
  }
}

function jobIdOf(event: RestoreEvent): string {
  const id = event.detail?.restoreJobId;
  if (event['detail-type'] === 'Restore Job State Change' && id) return id;
  throw new RestoreValidatorError({
    code: 'unknown-event',
    where: 'event',
    received: `${event['detail-type'] ?? 'no detail-type'}, ${id ? 'a' : 'no'} restoreJobId`,
    expected: 'a Restore Job State Change of AWS Backup with its restoreJobId',
    remedy: 'correct the pattern of the rule that sent it',
  });
}

/** Why the job gets no result of this function, if so. */
function nothingToDo(job: DescribeRestoreJobOutput): string | undefined {
  if (!job.CreatedBy?.RestoreTestingPlanArn) return 'no restore testing plan made the job';
  if (job.Status !== 'COMPLETED') return `the job is ${job.Status}`;
  if (isValidated(job)) return `the job has the result ${job.ValidationStatus}`;
  if (job.DeletionStatus) return 'the restored resource is being deleted, or is already';
  if (!job.CreatedResourceArn) return 'the job names no resource';
  return undefined;
}

function isValidated({ ValidationStatus }: DescribeRestoreJobOutput): boolean {
  return ValidationStatus !== undefined && ValidationStatus !== 'VALIDATING';
}

function notReady(arn: string, { message }: Verdict): RestoreValidatorError {
  return new RestoreValidatorError({
    code: 'not-ready',
    where: arn,
    received: message,
    expected: 'a resource at rest before the time of the function is over',
    remedy: 'none at once: the event is tried again; if it stays so, look at the resource',
  });
}

export const handler = createHandler({
  backup: new BackupClient({ maxAttempts: 6 }),
  rds: new RDSClient({ maxAttempts: 6 }),
  efs: new EFSClient({ maxAttempts: 6 }),
  s3: new S3Client({ maxAttempts: 6 }),
  dynamodb: new DynamoDBClient({ maxAttempts: 6 }),
  logger: new Logger({ serviceName: 'restore-validator' }),
  wait: sleep,
});

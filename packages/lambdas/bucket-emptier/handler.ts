import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { S3Client } from '@aws-sdk/client-s3';
import { answerCustomResource, type Effects } from '@bitclouded/kit/custom-resource';
import { bucketEmptier, type Dependencies } from './bucket-emptier.ts';

/** The handler with its effects as arguments. */
export function createHandler(dependencies: Dependencies & Effects) {
  return answerCustomResource(bucketEmptier(dependencies), dependencies);
}

const logger = new Logger({ serviceName: 'bucket-emptier' });

export const handler = createHandler({
  // Adaptive: many deletes side by side slow down instead of being throttled to their end.
  s3: new S3Client({ retryMode: 'adaptive', maxAttempts: 8 }),
  pause: (round, signal) => sleep(2000 * round, undefined, { signal }),
  send: fetch,
  log: (message, detail) => logger.info(message, { ...detail }),
});

import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { RDSClient } from '@aws-sdk/client-rds';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { answerCustomResource, type Effects } from '@bitclouded/kit/custom-resource';
import { type Dependencies, restoreSecret } from './restore-secret.ts';

const PAUSE_MS = 10_000;

/** The handler with its effects as arguments. */
export function createHandler(dependencies: Dependencies & Effects) {
  return answerCustomResource(restoreSecret(dependencies), dependencies);
}

const logger = new Logger({ serviceName: 'restore-secret' });

export const handler = createHandler({
  rds: new RDSClient({ maxAttempts: 6 }),
  secrets: new SecretsManagerClient({ maxAttempts: 6 }),
  pause: (signal) => sleep(PAUSE_MS, undefined, { signal }),
  send: fetch,
  log: (message, detail) => logger.info(message, { ...detail }),
});

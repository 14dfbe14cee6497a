import { readFile } from 'node:fs/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { answerCustomResource, type Effects } from '@bitclouded/kit/custom-resource';
import { authoritiesOf, mysql, postgres } from '@bitclouded/kit/databases';
import { type Dependencies, dbBootstrap } from './db-bootstrap.ts';

/** The handler with its effects as arguments. */
export function createHandler(dependencies: Dependencies & Effects) {
  return answerCustomResource(dbBootstrap(dependencies), dependencies);
}

const logger = new Logger({ serviceName: 'db-bootstrap' });

export const handler = createHandler({
  secrets: new SecretsManagerClient({ maxAttempts: 6 }),
  engines: { postgres, mysql },
  readAuthorities: () => authoritiesOf(process.env, (file) => readFile(file, 'utf8')),
  send: fetch,
  log: (message, detail) => logger.info(message, { ...detail }),
});

import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { ACMClient } from '@aws-sdk/client-acm';
import { Route53Client } from '@aws-sdk/client-route-53';
import { answerCustomResource, type Effects } from '@bitclouded/kit/custom-resource';
import { acmCertificate, type Dependencies } from './acm-certificate.ts';

/** The handler with its effects as arguments. */
export function createHandler(dependencies: Dependencies & Effects) {
  return answerCustomResource(acmCertificate(dependencies), dependencies);
}

const logger = new Logger({ serviceName: 'acm-certificate' });

export const handler = createHandler({
  acm: (region) => new ACMClient({ region, maxAttempts: 6 }),
  route53: new Route53Client({ maxAttempts: 6 }),
  pause: (ms, signal) => sleep(ms, undefined, { signal }),
  send: fetch,
  log: (message, detail) => logger.info(message, { ...detail }),
});

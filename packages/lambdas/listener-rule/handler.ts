import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { answerCustomResource, type Effects } from '@bitclouded/kit/custom-resource';
import { type Dependencies, listenerRule } from './listener-rule.ts';

/** Milliseconds; the longest pause doubles with each attempt, up to the limit. */
const FIRST_PAUSE_MS = 200;
const PAUSE_LIMIT_MS = 2000;

/** The handler with its effects as arguments. */
export function createHandler(dependencies: Dependencies & Effects) {
  return answerCustomResource(listenerRule(dependencies), dependencies);
}

const logger = new Logger({ serviceName: 'listener-rule' });

export const handler = createHandler({
  elb: new ElasticLoadBalancingV2Client({ maxAttempts: 6 }),
  pause: (attempt, signal) =>
    sleep(Math.random() * Math.min(PAUSE_LIMIT_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1)), undefined, { signal }),
  send: fetch,
  log: (message, detail) => logger.info(message, { ...detail }),
});

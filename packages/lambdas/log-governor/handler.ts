import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { Context } from 'aws-lambda';
import { type GovernorEvent, readEvent } from './event.ts';
import { LogGovernorError } from './faults.ts';
import { governNamed, type Report, type Round, sweep } from './govern.ts';
import { readSettings, type Settings } from './settings.ts';

/** A sweep stops this long before the function's timeout, so that what it found is still reported. */
const SWEEP_RESERVE_MS = 20_000;

export interface Dependencies {
  readonly logs: CloudWatchLogsClient;
  readonly environment: NodeJS.ProcessEnv;
  readonly logger: Pick<Logger, 'info'>;
  readonly wait: (ms: number) => Promise<unknown>;
}

/**
 * The handler with its effects as arguments. It answers with counts of groups.
 *
 * @throws LogGovernorError, from the handler, with every fault of the invocation; what could be done is done
 */
export function createHandler({ environment, ...rest }: Dependencies) {
  let settings: Settings | undefined;

  return async function handle(event: GovernorEvent, context: Context): Promise<Report> {
    settings ??= readSettings(environment);
    const report: Report = { seen: 0, governed: 0, changed: 0, gone: 0 };
    const round: Round = { ...rest, settings, ownGroup: context.logGroupName, report, faults: [] };

    const target = readEvent(event);
    if (target.kind === 'sweep') await sweep(round, () => context.getRemainingTimeInMillis() > SWEEP_RESERVE_MS);
    if (target.kind === 'group') await governNamed(round, target.name);

    rest.logger.info('Done', { target, report, faults: round.faults.length });
    if (round.faults.length > 0) throw new LogGovernorError(round.faults);
    return report;
  };
}

export const handler = createHandler({
  // Adaptive: a sweep makes thousands of requests, and slows down instead of being throttled to its end.
  logs: new CloudWatchLogsClient({ retryMode: 'adaptive', maxAttempts: 8 }),
  environment: process.env,
  logger: new Logger({ serviceName: 'log-governor' }),
  wait: sleep,
});

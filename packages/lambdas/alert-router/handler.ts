import { setTimeout as sleep } from 'node:timers/promises';
import {
  IdempotencyConfig,
  IdempotencyPersistenceLayerError,
  makeIdempotent,
} from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Context, SNSEvent, SNSMessage } from 'aws-lambda';
import { toAlert } from './alert.ts';
import { AlertRouterError } from './faults.ts';
import { render } from './formats.ts';
import { readSettings } from './settings.ts';
import { type Clock, post } from './webhook.ts';
import { isPlainHttps, webhookUrl } from './webhook-url.ts';

/** How long a delivered message is remembered: longer than SNS and Lambda go on trying, in seconds. */
const REMEMBER_SECONDS = 7 * 24 * 60 * 60;

export interface Dependencies {
  readonly secrets: SecretsManagerClient;
  readonly table: DynamoDBClient;
  readonly environment: NodeJS.ProcessEnv;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  readonly wait: Clock['wait'];
  /** Whether a URL may be posted to at all. */
  readonly mayPost: (url: URL) => boolean;
}

/**
 * The handler with its effects as arguments.
 *
 * A message is claimed in the table before it is delivered, marked when it is, and given back when it is not, so
 * that a retry of SNS or Lambda finds what is left to do. Between delivery and mark lies a moment in which the
 * function may die: such a message comes once more, after the claim has run out with the invocation's time.
 *
 * @throws from the handler, whatever kept a message from being delivered; AlertRouterError where it is the
 *   environment, the secret or the webhook
 */
export function createHandler(dependencies: Dependencies) {
  let router: ReturnType<typeof createRouter> | undefined;

  return async function handle(event: SNSEvent, context: Context): Promise<void> {
    router ??= createRouter(dependencies);
    const route = router(context);
    // SNS sends one record an invocation. Were there more, one that fails must not keep the others back.
    const results = await Promise.allSettled(event.Records.map((record) => route(record.Sns)));
    const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    if (errors.length === 1) throw errors[0];
    if (errors.length > 1) throw new AggregateError(errors, errors.map(String).join('\n'));
  };
}

function createRouter({ secrets, table, environment, logger, wait, mayPost }: Dependencies) {
  const settings = readSettings(environment);
  const webhook = webhookUrl(secrets, settings.secretArn, mayPost);
  const config = new IdempotencyConfig({ expiresAfterSeconds: REMEMBER_SECONDS, hashFunction: 'sha256' });
  const persistenceStore = new DynamoDBPersistenceLayer({ tableName: settings.tableName, awsSdkV3Client: table });

  return (context: Context) => {
    config.registerLambdaContext(context);
    const clock: Clock = { wait, remainingMs: () => context.getRemainingTimeInMillis() };

    return async function route(message: SNSMessage): Promise<void> {
      let isDelivered = false;

      async function deliver(_messageId: string): Promise<void> {
        const alert = toAlert(message);
        try {
          await post(await webhook.get(), render(settings.format, alert), clock);
        } catch (error) {
          // The URL may have been rotated meanwhile: the retry reads it anew.
          if (error instanceof AlertRouterError) webhook.forget();
          throw error;
        }
        isDelivered = true;
        logger.info('Delivered', { messageId: message.MessageId, title: alert.title });
      }

      const deliverOnce = makeIdempotent(deliver, { config, persistenceStore, keyPrefix: 'alert-router' });
      try {
        await deliverOnce(message.MessageId);
        if (!isDelivered) logger.info('Delivered before', { messageId: message.MessageId });
      } catch (error) {
        // To fail now would bring the message again for certain; to go on, only if SNS sends it twice.
        if (!isDelivered || !(error instanceof IdempotencyPersistenceLayerError)) throw error;
        logger.warn('Delivered, but not marked as such', { messageId: message.MessageId, cause: String(error.cause) });
      }
    };
  };
}

export const handler = createHandler({
  secrets: new SecretsManagerClient(),
  table: new DynamoDBClient(),
  environment: process.env,
  logger: new Logger({ serviceName: 'alert-router' }),
  wait: sleep,
  mayPost: isPlainHttps,
});

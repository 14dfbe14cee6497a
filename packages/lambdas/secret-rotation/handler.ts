import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { ECSClient } from '@aws-sdk/client-ecs';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { authoritiesOf, type Engine, mysql, postgres } from '@bitclouded/kit/databases';
import type { Context, SecretsManagerRotationEvent } from 'aws-lambda';
import { type Rotation, rotate, STEPS } from './rotate.ts';
import { SecretRotationError } from './secret-rotation-error.ts';
import { readSettings } from './settings.ts';

/** Kept of the function's time for telling what failed. */
const LAST_MOMENT_MS = 3_000;
/** Of a password, in letters that need no quotes: 32 of them. */
const PASSWORD_BYTES = 24;

export interface Dependencies extends Pick<Rotation, 'secrets' | 'ecs' | 'readAuthorities' | 'newPassword'> {
  readonly engines: Readonly<Record<string, Engine>>;
  readonly environment: NodeJS.ProcessEnv;
  readonly logger: Pick<Logger, 'info'>;
}

/**
 * The handler with its effects as arguments.
 * @throws from the handler, SecretRotationError or DatabaseError; Secrets Manager then tries the rotation again
 */
export function createHandler({ engines, environment, logger, ...dependencies }: Dependencies) {
  return async function handle(
    event: SecretsManagerRotationEvent,
    context: Pick<Context, 'getRemainingTimeInMillis'>,
  ): Promise<void> {
    const settings = readSettings(environment);
    const { step, secretId, token } = readEvent(event);
    const signal = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - LAST_MOMENT_MS));
    await rotate(step, { ...dependencies, engine: engines[settings.engine]!, settings, secretId, token, signal });
    logger.info('Done', { step, secret: secretId, version: token });
  };
}

function readEvent(event: SecretsManagerRotationEvent) {
  const { Step: step, SecretId: secretId, ClientRequestToken: token } = event ?? {};
  if (Object.hasOwn(STEPS, String(step)) && secretId && token) return { step, secretId, token };
  throw new SecretRotationError({
    code: 'unknown-event',
    where: 'event',
    received: `Step ${step ?? 'none'}, ${secretId ? 'a' : 'no'} SecretId, ${token ? 'a' : 'no'} ClientRequestToken`,
    expected: `one of ${Object.keys(STEPS).join(', ')}, of Secrets Manager`,
    remedy: 'let nothing but Secrets Manager invoke this function',
  });
}

export const handler = createHandler({
  secrets: new SecretsManagerClient({ maxAttempts: 6 }),
  ecs: new ECSClient({ maxAttempts: 6 }),
  engines: { postgres, mysql },
  readAuthorities: () => authoritiesOf(process.env, (file) => readFile(file, 'utf8')),
  newPassword: () => randomBytes(PASSWORD_BYTES).toString('base64url'),
  environment: process.env,
  logger: new Logger({ serviceName: 'secret-rotation' }),
});

import { DATABASE_NAME, ENGINE_NAME, HOST_NAME, PORT } from '@bitclouded/kit/databases';
import { SecretRotationError } from './secret-rotation-error.ts';

/** What the template decided. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly engine: string;
  readonly database: string;
  readonly adminSecretArn: string;
  /** The cluster of the services; undefined is every cluster of the region. */
  readonly cluster: string | undefined;
}

const VARIABLES = {
  DB_ENDPOINT: HOST_NAME,
  DB_PORT: PORT,
  DB_ENGINE: ENGINE_NAME,
  APP_DB_NAME: DATABASE_NAME,
  DB_ADMIN_SECRET_ARN: { expected: 'the ARN of a secret', pattern: /^arn:[^:]+:secretsmanager:.+$/ },
  CLUSTER_NAME: { expected: 'the name of a cluster, or nothing', pattern: /^[A-Za-z0-9_-]{0,255}$/ },
} as const;

/** @throws SecretRotationError `bad-environment` with every variable that is missing or no good */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const of = (name: keyof typeof VARIABLES) => environment[name] ?? '';
  const faults = Object.entries(VARIABLES)
    .filter(([name, { pattern }]) => !pattern.test(environment[name] ?? ''))
    .map(([where, { expected }]) => ({
      code: 'bad-environment' as const,
      where,
      received: environment[where] || 'nothing',
      expected,
      remedy: `correct ${where} in the function's environment`,
    }));
  if (faults.length > 0) throw new SecretRotationError(faults);
  return {
    host: of('DB_ENDPOINT'),
    port: Number(of('DB_PORT')),
    engine: of('DB_ENGINE'),
    database: of('APP_DB_NAME'),
    adminSecretArn: of('DB_ADMIN_SECRET_ARN'),
    cluster: of('CLUSTER_NAME') || undefined,
  };
}

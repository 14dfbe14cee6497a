import { readProperties } from '@bitclouded/kit/custom-resource';
import { DATABASE_NAME, ENGINE_NAME, HOST_NAME, PORT } from '@bitclouded/kit/databases';

/** What the template says of an application's database. */
export interface Properties {
  /** The server's own name: its certificate is for no other. */
  readonly DbEndpoint: string;
  readonly DbPort: string;
  readonly DbEngine: string;
  /** The administrator's secret: JSON with `username` and `password`, as RDS keeps it. */
  readonly DbAdminSecretArn: string;
  /** The application's secret: JSON with `username`, `password` and, if it is there, `dbname`. */
  readonly AppDbSecretArn: string;
  readonly AppDbName: string;
  /** Of no meaning: another text makes CloudFormation ask again, so that a secret changed by hand is applied. */
  readonly Revision?: string;
}

const SECRET = {
  expected: 'the ARN of a secret',
  pattern: /^arn:[^:]+:secretsmanager:[^:]+:\d{12}:secret:.+$/,
} as const;

const DECLARED = {
  DbEndpoint: HOST_NAME,
  DbPort: PORT,
  DbEngine: ENGINE_NAME,
  DbAdminSecretArn: SECRET,
  AppDbSecretArn: SECRET,
  AppDbName: DATABASE_NAME,
  Revision: { expected: 'a text', pattern: /^.{0,256}$/s, optional: true },
} as const;

/** @throws CustomResourceError `property-invalid` with every fault */
export function readDatabase(properties: Readonly<Record<string, unknown>>): Properties {
  return readProperties(DECLARED, properties);
}

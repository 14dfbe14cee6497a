import { readProperties } from '@bitclouded/kit/custom-resource';

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

/** What a user may be called: a name that needs no quotes in any client's configuration. */
export const NAME = /^[A-Za-z][A-Za-z0-9_-]*$/;
const SECRET = {
  expected: 'the ARN of a secret',
  pattern: /^arn:[^:]+:secretsmanager:[^:]+:\d{12}:secret:.+$/,
} as const;

const DECLARED = {
  DbEndpoint: {
    // The certificates of databases are for names, and the driver of MySQL compares no address with one.
    expected: 'a host name, and no address',
    pattern:
      /^(?=.{1,253}$)(?!.*(?:^|\.)\d+$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/,
  },
  DbPort: {
    expected: 'a port from 1 to 65535',
    pattern: /^(?:[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])$/,
  },
  DbEngine: { expected: 'postgres or mysql', pattern: /^(?:postgres|mysql)$/ },
  DbAdminSecretArn: SECRET,
  AppDbSecretArn: SECRET,
  AppDbName: {
    expected: 'letters, digits, _ and -, a letter first, at most 57, and no name of the server’s own',
    pattern:
      /^(?!(?:postgres|template[01]|rdsadmin|mysql|sys|information_schema|performance_schema|innodb|tmp)$)[A-Za-z][A-Za-z0-9_-]{0,56}$/i,
  },
  Revision: { expected: 'a text', pattern: /^.{0,256}$/s, optional: true },
} as const;

/** @throws CustomResourceError `property-invalid` with every fault */
export function readDatabase(properties: Readonly<Record<string, unknown>>): Properties {
  return readProperties(DECLARED, properties);
}

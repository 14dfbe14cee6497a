import definition from './lambda.ts';
import { SecretRotationError } from './secret-rotation-error.ts';
import { readSettings } from './settings.ts';

const GOOD = {
  DB_ENDPOINT: 'db.abc123.eu-west-1.rds.amazonaws.com',
  DB_PORT: '5432',
  DB_ENGINE: 'postgres',
  DB_ADMIN_SECRET_ARN: 'arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:rds!db-1-a1b2c3',
  APP_DB_NAME: 'shop',
  CLUSTER_NAME: 'apps',
};

function faultsOf(environment: NodeJS.ProcessEnv): string[] {
  try {
    readSettings({ ...GOOD, ...environment });
  } catch (error) {
    if (error instanceof SecretRotationError) return error.faults.map(({ where }) => where);
    throw error;
  }
  return [];
}

it('reads what the template says', () => {
  expect(readSettings(GOOD)).toMatchObject({ port: 5432, engine: 'postgres', cluster: 'apps' });
});

it('takes no cluster for every cluster', () => {
  expect(readSettings({ ...GOOD, CLUSTER_NAME: '' }).cluster).toBeUndefined();
  expect(readSettings({ ...GOOD, CLUSTER_NAME: undefined }).cluster).toBeUndefined();
});

it('names every variable that is missing or no good, at once', () => {
  expect(faultsOf({ DB_PORT: '', DB_ENGINE: 'oracle', APP_DB_NAME: undefined })).toEqual([
    'DB_PORT',
    'DB_ENGINE',
    'APP_DB_NAME',
  ]);
  expect(faultsOf({ DB_ENDPOINT: '127.0.0.1', DB_ADMIN_SECRET_ARN: 'admin', CLUSTER_NAME: 'a/b' })).toEqual([
    'DB_ENDPOINT',
    'DB_ADMIN_SECRET_ARN',
    'CLUSTER_NAME',
  ]);
});

it('is what the definition asks the template for, beside the file of authorities', () => {
  expect(Object.keys(definition.environment).sort()).toEqual([...Object.keys(GOOD), 'DATABASE_CA_FILE'].sort());
});

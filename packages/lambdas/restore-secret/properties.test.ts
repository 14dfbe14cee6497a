import { CustomResourceError } from '@bitclouded/kit/custom-resource';
import { readDatabase } from './properties.ts';

function faultsOf(properties: Record<string, unknown>): string[] {
  try {
    readDatabase(properties);
  } catch (error) {
    if (error instanceof CustomResourceError) return error.faults.map(({ where }) => where);
    throw error;
  }
  return [];
}

it.each([
  [{ DbInstanceIdentifier: 'shop-db' }],
  [{ DbInstanceIdentifier: '', DbClusterIdentifier: 'shop', Snapshot: '', DbAdminSecretArn: '', SecretKeyArn: '' }],
  [{ DbInstanceIdentifier: 'a', Snapshot: 'rds:shop-db-2026-11-23-06-25' }],
  [{ DbClusterIdentifier: 'a', Snapshot: 'arn:aws-cn:rds:cn-north-1:123456789012:cluster-snapshot:awsbackup:job-1' }],
])('takes %j', (properties) => {
  expect(faultsOf(properties)).toEqual([]);
});

it.each([
  ['DbInstanceIdentifier, DbClusterIdentifier', {}],
  ['DbInstanceIdentifier, DbClusterIdentifier', { DbInstanceIdentifier: 'a', DbClusterIdentifier: 'b' }],
  ['DbInstanceIdentifier', { DbInstanceIdentifier: 'a--b' }],
  ['Snapshot', { DbInstanceIdentifier: 'a', Snapshot: 's3://bucket' }],
  ['DbAdminSecretArn', { DbInstanceIdentifier: 'a', DbAdminSecretArn: 'admin' }],
  [
    'DbAdminSecretArn, SecretKeyArn',
    {
      DbInstanceIdentifier: 'a',
      DbAdminSecretArn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:a',
      SecretKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/b',
    },
  ],
])('names %s as what is wrong with %j', (where, properties) => {
  expect(faultsOf(properties)).toEqual([where]);
});

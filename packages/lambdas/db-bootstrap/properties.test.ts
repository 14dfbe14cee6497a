import { CustomResourceError } from '@bitclouded/kit/custom-resource';
import fc from 'fast-check';
import { readDatabase } from './properties.ts';

const SECRET = 'arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:app-a1b2c3';
const good = {
  DbEndpoint: 'db.abc123.eu-west-1.rds.amazonaws.com',
  DbPort: '5432',
  DbEngine: 'postgres',
  DbAdminSecretArn: SECRET,
  AppDbSecretArn: SECRET,
  AppDbName: 'shop',
};

function faultsOf(properties: Record<string, unknown>): string[] {
  try {
    readDatabase({ ...good, ...properties });
  } catch (error) {
    if (error instanceof CustomResourceError) return error.faults.map(({ where }) => where);
    throw error;
  }
  return [];
}

it.each([
  [{}],
  [{ DbPort: '65535', DbEngine: 'mysql', AppDbName: 'my_App-2', Revision: '7' }],
  [{ AppDbName: 'a'.repeat(57) }],
  [{ DbEndpoint: 'localhost' }],
  [{ AppDbName: 'mysql_shop' }],
])('takes %j', (properties) => {
  expect(faultsOf(properties)).toEqual([]);
});

it.each([
  ['DbEndpoint', { DbEndpoint: 'db.example.com:5432' }],
  ['DbEndpoint', { DbEndpoint: 'a/b' }],
  ['DbEndpoint', { DbEndpoint: '10.0.0.1' }],
  ['DbPort', { DbPort: '65536' }],
  ['DbPort', { DbPort: '0' }],
  ['DbEngine', { DbEngine: 'constructor' }],
  ['DbAdminSecretArn', { DbAdminSecretArn: 'app' }],
  ['AppDbName', { AppDbName: 'a'.repeat(58) }],
  ['AppDbName', { AppDbName: 'Postgres' }],
  ['AppDbName', { AppDbName: 'information_schema' }],
  ['AppDbName', { AppDbName: '1shop' }],
])('names %s as what is wrong with %j', (where, properties) => {
  expect(faultsOf(properties)).toEqual([where]);
});

it('takes every port, and no other number', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1, max: 100_000 }), (port) => {
      expect(faultsOf({ DbPort: String(port) })).toEqual(port >= 1 && port <= 65_535 ? [] : ['DbPort']);
    }),
  );
});

it('lets no name through that a statement, a shell or an address would read otherwise', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 8 }), (name) => {
      if (faultsOf({ AppDbName: name }).length === 0) expect(name).toMatch(/^[\w-]+$/);
    }),
    { numRuns: 500 },
  );
});

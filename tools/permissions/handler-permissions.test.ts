import { readFileSync } from 'node:fs';
import { catalogueTypes } from './catalogue-types.ts';
import { type HandlerPermissions, handlerPermissions, type ResourceSchema } from './handler-permissions.ts';

const schemas = new Map<string, ResourceSchema>([
  [
    'AWS::A::B',
    {
      typeName: 'AWS::A::B',
      handlers: {
        create: { permissions: ['B:Create', 'a:Create', 's3:REST.PUT.OBJECT'] },
        delete: { permissions: ['a:Delete'] },
        list: { permissions: ['a:List'] },
        read: {},
      },
      tagging: { permissions: ['a:Tag', 'a:Create'] },
    },
  ],
  ['AWS::A::Silent', { typeName: 'AWS::A::Silent' }],
]);

test('tells what creates, reads, updates, tags and deletes, each action once and as IAM writes it', () => {
  const { facts, unknown } = handlerPermissions(['AWS::A::B', 'AWS::A::B'], schemas, 'a test');
  expect(facts).toEqual({ source: 'a test', types: { 'AWS::A::B': 'a:Create a:Delete a:Tag b:Create' } });
  expect(unknown).toEqual([]);
});

test('names the types whose schemas are silent or missing; CloudFormation’s own call nothing', () => {
  const { facts, unknown } = handlerPermissions(
    ['AWS::CloudFormation::CustomResource', 'AWS::A::Silent', 'AWS::A::Missing'],
    schemas,
    'a test',
  );
  expect(unknown).toEqual(['AWS::A::Missing', 'AWS::A::Silent']);
  expect(facts.types['AWS::CloudFormation::CustomResource']).toBe('');
});

/** The whole catalogue is synthesised. */
const LONG_MS = 60_000;

test(
  'the permissions of every type of the catalogue are written down (else: npm run permissions)',
  async () => {
    const path = 'release/policies/handler-permissions.json';
    const { types } = JSON.parse(readFileSync(path, 'utf8')) as HandlerPermissions;
    const used = await catalogueTypes(process.cwd());
    expect([...used].filter(([type]) => !(type in types))).toEqual([]);
  },
  LONG_MS,
);

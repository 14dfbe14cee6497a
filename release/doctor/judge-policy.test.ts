import { twoRegionHost } from '../host/testing/host-fixtures.ts';
import { judgePolicy } from './judge-policy.ts';
import { readPolicy } from './read-policy.ts';

const host = twoRegionHost();
const BUCKET = 'arn:aws:s3:::bitclouded-123456789012-eu-west-1-an';
const allow = {
  Effect: 'Allow',
  Principal: '*',
  Action: 's3:GetObject',
  Resource: [`${BUCKET}/v*.*.*/*`, `${BUCKET}/lambdas/*`],
};
const createOnly = {
  Effect: 'Deny',
  Principal: { AWS: '*' },
  Action: ['s3:PutObject'],
  Resource: `${BUCKET}/*`,
  Condition: { Null: { 's3:if-none-match': 'true' } },
};
const never = { Effect: 'Deny', Principal: '*', Action: 's3:DeleteObject*', Resource: `${BUCKET}/*` };
const judged = (...Statement: object[]): readonly string[] =>
  judgePolicy(host, 'eu-west-1', readPolicy(JSON.stringify({ Version: '2012-10-17', Statement }))!);

it('finds nothing in a policy that lets everybody read and nobody overwrite or delete', () => {
  expect(judged(allow, createOnly, never)).toEqual([]);
});

it.each([
  ['who may read', [createOnly, never], /strangers may not read v1\.0\.0\/manifest\.json/],
  ['functions', [{ ...allow, Resource: allow.Resource[0] }, createOnly, never], /strangers may not read lambdas\//],
  ['a condition on reading', [{ ...allow, Condition: { Bool: {} } }, createOnly, never], /strangers may not read/],
  ['overwriting', [allow, never], /can be overwritten/],
  ['a condition that binds nobody', [allow, { ...createOnly, Condition: {} }, never], /can be overwritten/],
  ['one principal alone', [allow, { ...createOnly, Principal: { AWS: 'arn' } }, never], /can be overwritten/],
  ['deletion', [allow, createOnly], /no statement denies s3:DeleteObject$/],
  ['lists', [{ ...allow, Action: 's3:*', Resource: [...allow.Resource, BUCKET] }, createOnly, never], /may list/],
  [
    'writers',
    [{ ...allow, Action: ['s3:GetObject', 's3:Put*'], Resource: `${BUCKET}/*` }, createOnly, never],
    /may write/,
  ],
])('finds %s', (_, statements, text) => {
  expect(judged(...statements).join('\n')).toMatch(new RegExp(text, 'm'));
});

it('asks more of the home region', () => {
  const home = BUCKET.replace('eu-west-1', 'us-east-1');
  const statements = JSON.parse(JSON.stringify([allow, createOnly, never]).replaceAll(BUCKET, home)) as object[];
  const lacks = judgePolicy(host, 'us-east-1', readPolicy(JSON.stringify({ Statement: statements }))!);
  expect(lacks).toEqual([
    'strangers may not read index.json',
    'strangers may not read latest/alias.json',
    'strangers may not read v1/alias.json',
  ]);
});

it.each(['', 'null', '{', '{"Statement": 7}', '{"Statement":[{"Effect":"Maybe"}]}'])(
  'takes %j for no policy',
  (text) => {
    expect(readPolicy(text)).toBeUndefined();
  },
);

it('reads a single statement, and takes no pattern for a regular expression', () => {
  const [one] = readPolicy(JSON.stringify({ Statement: { ...allow, Resource: `${BUCKET}/v1.0/*` } }))!;
  expect(one?.Resource).toEqual([`${BUCKET}/v1.0/*`]);
  const lacks = judgePolicy(host, 'eu-west-1', [{ ...one!, Resource: [`${BUCKET}/v1.0.0/manifest?json`] }]);
  expect(lacks.join('\n')).not.toContain('may not read v1.0.0/manifest.json');
  const dotted = judgePolicy(host, 'eu-west-1', [{ ...one!, Resource: [`${BUCKET}/v1x0x0/*`.replaceAll('x', '.')] }]);
  expect(dotted.join('\n')).not.toContain('may not read v1.0.0/manifest.json');
});

import type { Statement } from '../resources/resources.ts';
import { decide, type PolicyRequest } from './decide.ts';

const ROLE = 'arn:aws:iam::123456789012:role/team/builder';
const read: PolicyRequest = { who: ROLE, action: 's3:GetObject', resource: 'arn:aws:s3:::bucket/a/b.json' };
const allow = (changes: Partial<Statement> = {}): Statement => ({
  Effect: 'Allow',
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::bucket/*',
  ...changes,
});
const deny = (changes: Partial<Statement> = {}): Statement => ({ ...allow(changes), Effect: 'Deny' });
const under = (Condition: Statement['Condition'], context: PolicyRequest['context'] = {}) =>
  decide([allow({ Condition: Condition! })], { ...read, context });

test('allows what a statement allows, says nothing of the rest, and lets a denial win', () => {
  expect(decide([allow()], read)).toBe('allowed');
  expect(decide([allow()], { ...read, action: 's3:PutObject' })).toBe('neither');
  expect(decide([allow()], { ...read, resource: 'arn:aws:s3:::other/a' })).toBe('neither');
  expect(decide([], read)).toBe('neither');
  expect(decide([allow(), deny()], read)).toBe('denied');
});

test('takes * for any text and ? for one character, and actions in any case', () => {
  expect(decide([allow({ Action: ['S3:get*'], Resource: ['arn:aws:s3:::bucket/?/*.json'] })], read)).toBe('allowed');
  expect(decide([allow({ Resource: 'arn:aws:s3:::bucket/??/*' })], read)).toBe('neither');
  expect(decide([allow({ Resource: 'arn:aws:s3:::bucketxa/b.json' })], read)).toBe('neither');
});

test('asks who it is', () => {
  const by = (Principal: Statement['Principal'], who?: string) => {
    const { who: _, ...anonymous } = read;
    return decide([allow({ Principal: Principal! })], who === undefined ? anonymous : { ...anonymous, who });
  };
  expect(by('*')).toBe('allowed');
  expect(by({ AWS: ROLE })).toBe('neither');
  expect(by({ AWS: ROLE }, ROLE)).toBe('allowed');
  expect(by({ AWS: ['arn:aws:iam::123456789012:root'] }, ROLE)).toBe('allowed');
  expect(by({ AWS: ['arn:aws:iam::210987654321:root'] }, ROLE)).toBe('neither');
  expect(by({ Service: 'cloudfront.amazonaws.com' }, 'cloudfront.amazonaws.com')).toBe('allowed');
  expect(by({ Service: 'cloudfront.amazonaws.com' }, 's3.amazonaws.com')).toBe('neither');
});

test.each<[string, Statement['Condition'], PolicyRequest['context'], boolean]>([
  ['a value', { StringEquals: { key: ['a', 'b'] } }, { key: 'b' }, true],
  ['another value', { StringEquals: { key: 'a' } }, { key: 'b' }, false],
  ['a missing key', { StringEquals: { key: 'a' } }, {}, false],
  ['a pattern', { StringLike: { key: 'a*c' } }, { key: 'abc' }, true],
  ['none of the values', { StringNotEquals: { key: ['a', 'b'] } }, { key: 'b' }, false],
  ['a missing key, negated', { StringNotEquals: { key: 'a' } }, {}, true],
  ['a missing key, if it exists', { StringEqualsIfExists: { key: 'a' } }, {}, true],
  ['another value, if it exists', { StringEqualsIfExists: { key: 'a' } }, { key: 'b' }, false],
  ['a key that must be missing', { Null: { key: 'true' } }, {}, true],
  ['a key that must be missing and is there', { Null: { key: 'true' } }, { key: 'a' }, false],
  ['a key that must be there', { Null: { key: 'false' } }, { key: 'a' }, true],
  ['a truth', { Bool: { key: 'true' } }, { key: 'true' }, true],
  ['the principal', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/team/*' } }, {}, true],
  ['another principal', { ArnNotLike: { 'aws:PrincipalArn': ['arn:aws:iam::*:role/team/*'] } }, {}, false],
  ['all operators at once', { StringEquals: { a: '1' }, Null: { b: 'true' } }, { a: '1', b: '2' }, false],
])('a condition asks for %s', (_, condition, context, holds) => {
  expect(under(condition, context)).toBe(holds ? 'allowed' : 'neither');
});

test('a trust is about the role that it belongs to, and names no resource', () => {
  const trust: Statement = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } };
  expect(decide([trust], { who: 'ec2.amazonaws.com', action: 'sts:AssumeRole', resource: ROLE })).toBe('allowed');
});

test('refuses to guess what an unknown operator means', () => {
  expect(() => under({ NumericLessThan: { 's3:max-keys': '1' } })).toThrow(/NumericLessThan/);
});

import fc from 'fast-check';
import type { PolicyStatement } from './policy-statement.ts';
import { POLICY_LIMIT_CHARACTERS, sizeOf, splitPolicy } from './split-policy.ts';

const action = fc.stringMatching(/^[a-z]{2,12}:[A-Z][A-Za-z]{3,40}$/);
const statements = fc
  .array(fc.uniqueArray(action, { minLength: 1, maxLength: 300 }), { maxLength: 12 })
  .map((lists) =>
    lists.map((Action, index): PolicyStatement => ({ Sid: `S${index}x`, Effect: 'Allow', Action, Resource: ['*'] })),
  );

test('every document fits into a managed policy, and together they allow what the statements allow', () =>
  fc.assert(
    fc.property(statements, (given) => {
      const documents = splitPolicy(given);
      for (const { Statement } of documents) expect(sizeOf(Statement)).toBeLessThanOrEqual(POLICY_LIMIT_CHARACTERS);
      const actions = documents.flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action));
      expect(actions).toEqual(given.flatMap(({ Action }) => Action));
      const ids = documents.flatMap(({ Statement }) => Statement.map(({ Sid }) => Sid));
      expect(new Set(ids).size).toBe(ids.length);
    }),
  ));

test('what fits into one document is one, and nothing gives none', () => {
  const small: PolicyStatement = { Sid: 'A', Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['*'] };
  expect(splitPolicy([small, { ...small, Sid: 'B' }])).toEqual([
    { Version: '2012-10-17', Statement: [small, { ...small, Sid: 'B' }] },
  ]);
  expect(splitPolicy([])).toEqual([]);
});

import { basename } from 'node:path';
import definition from './lambda.ts';
import { readSettings } from './settings.ts';

test('declares exactly the variables that the handler reads', () => {
  const read = new Set<string>();
  const environment = new Proxy<NodeJS.ProcessEnv>({}, { get: (_, name) => void read.add(String(name)) });
  expect(() => readSettings(environment)).toThrow();
  expect(Object.keys(definition.environment).sort()).toEqual([...read].sort());
});

test('has the name of its folder, and the longest time that Lambda allows for a sweep', () => {
  expect(definition.name).toBe(basename(__dirname));
  expect(definition.timeoutSeconds).toBe(900);
});

test('grants each action once, and no more than the handler sends and PassRole', () => {
  const actions = Object.values(definition.grants).flatMap((grant) => [...grant.actions]);
  expect(actions.sort()).toEqual([
    'iam:PassRole',
    'logs:DeleteSubscriptionFilter',
    'logs:DescribeLogGroups',
    'logs:DescribeSubscriptionFilters',
    'logs:ListTagsForResource',
    'logs:PutRetentionPolicy',
    'logs:PutSubscriptionFilter',
  ]);
});

import { basename } from 'node:path';
import definition from './lambda.ts';
import { readSettings } from './settings.ts';
import { REQUEST_TIMEOUT_MS } from './webhook.ts';

test('declares exactly the variables that the handler reads', () => {
  const read = new Set<string>();
  const environment = new Proxy<NodeJS.ProcessEnv>({}, { get: (_, name) => void read.add(String(name)) });
  expect(() => readSettings(environment)).toThrow();
  expect(Object.keys(definition.environment).sort()).toEqual([...read].sort());
});

test('has the name of its folder, and time for three requests that get no answer', () => {
  expect(definition.name).toBe(basename(__dirname));
  expect(definition.timeoutSeconds * 1_000).toBeGreaterThan(3 * REQUEST_TIMEOUT_MS + 3_000 + 5_000);
});

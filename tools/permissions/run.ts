import { readFileSync, writeFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { catalogueTypes } from './catalogue-types.ts';
import { handlerPermissions, type ResourceSchema } from './handler-permissions.ts';

/**
 * `npm run permissions`: writes which IAM actions the handlers of the catalogue's resource types call, from the
 * resource schemas inside cfn-lint, which `npm run e2e:setup` installs.
 */
const repository = fileURLToPath(new URL('../..', import.meta.url));
const packages = join(repository, 'tools/e2e/.venv/lib/python3*/site-packages');
const schemas = new Map<string, ResourceSchema>();
for await (const path of glob(join(packages, 'cfnlint/data/schemas/resources/*.json'))) {
  const schema = JSON.parse(readFileSync(path, 'utf8')) as ResourceSchema;
  schemas.set(schema.typeName, schema);
}
const pin = /^cfn-lint==\S+/m.exec(readFileSync(join(repository, 'tools/e2e/requirements.in'), 'utf8'))![0];
const types = await catalogueTypes(repository);
const { facts, unknown } = handlerPermissions(types.keys(), schemas, `resource schemas inside ${pin}`);

if (schemas.size === 0) {
  console.error('no resource schemas: npm run e2e:setup installs them');
  process.exitCode = 1;
} else if (unknown.length > 0) {
  for (const type of unknown)
    console.error(`${type} of ${types.get(type)!.join(', ')}: its schema names no permissions`);
  process.exitCode = 1;
} else {
  writeFileSync(join(repository, 'release/policies/handler-permissions.json'), `${JSON.stringify(facts, null, 2)}\n`);
  console.log(`${types.size} types in release/policies/handler-permissions.json`);
}

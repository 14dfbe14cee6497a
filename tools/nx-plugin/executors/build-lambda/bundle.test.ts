import { transform } from 'esbuild';
import { PluginError } from '../../plugin-error.ts';
import { temporaryWorkspace } from '../../testing/temporary-workspace.ts';
import { bundle } from './bundle.ts';

const folder = 'packages/lambdas/fn';

function workspaceWith(handler: string, more: Record<string, string> = {}): string {
  const files = { 'handler.ts': handler, ...more };
  return temporaryWorkspace(
    Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text])),
  );
}

async function faultsOf(root: string) {
  const error = await bundle(root, folder).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(PluginError);
  return (error as PluginError).faults;
}

const HANDLER = `import { S3Client } from '@aws-sdk/client-s3';
import { answer } from './answer.ts';
export const handler = async () => [new S3Client({}), answer];
`;

test('puts the unit into one module, and leaves the SDK to the runtime', async () => {
  const code = Buffer.from(
    await bundle(workspaceWith(HANDLER, { 'answer.ts': 'export const answer = 41 + 1;' }), folder),
  );
  expect(code.toString()).toContain('from"@aws-sdk/client-s3"');
  expect(code.toString()).toContain('42');
  expect(code.byteLength).toBeLessThan(500);
});

test('gives the same bytes in every folder, and after a change of a comment', async () => {
  const answer = { 'answer.ts': 'export const answer = 42;' };
  const first = await bundle(workspaceWith(HANDLER, answer), folder);
  const second = await bundle(workspaceWith(`// A comment.\n${HANDLER}`, answer), folder);
  expect(Buffer.from(second).equals(first)).toBe(true);
});

test('gives a CommonJS dependency its require', async () => {
  const root = workspaceWith("import lib from './lib.cjs';\nexport const handler = async () => lib;\n", {
    'lib.cjs': "module.exports = require('node:os').EOL;\n",
  });
  expect(Buffer.from(await bundle(root, folder)).toString()).toContain('createRequire');
});

test('gives it no name that the minifier gives too, however many there are', async () => {
  const names = Array.from({ length: 4000 }, (_, at) => `name${at}`);
  const root = workspaceWith(
    `import lib from './lib.cjs';\n${names.map((name) => `let ${name} = process.argv.length;`).join('\n')}
export const handler = async () => [lib, ${names.map((name) => `${name}++`).join(', ')}];\n`,
    { 'lib.cjs': "module.exports = require('node:os').EOL;\n" },
  );
  const code = Buffer.from(await bundle(root, folder)).toString();
  expect(code).toContain('createRequire');
  await expect(transform(code, { format: 'esm' })).resolves.toMatchObject({ warnings: [] });
});

test('names every import that leads nowhere, with file and line', async () => {
  const root = workspaceWith(
    "import a from 'no-such-package';\nimport b from './nothing.ts';\nimport { c } from '@aws-sdk/client-nothing';\nexport const handler = async () => [a, b, c];\n",
  );
  const faults = await faultsOf(root);
  expect(faults.map(({ code, where, received }) => [code, where, received])).toEqual([
    ['import-unresolved', `${folder}/handler.ts:1:15`, 'no-such-package'],
    ['import-unresolved', `${folder}/handler.ts:2:15`, './nothing.ts'],
  ]);
  expect(faults[0]!.remedy).toContain('package.json');
});

test('knows a client of the SDK that there is not', async () => {
  const root = workspaceWith("import { c } from '@aws-sdk/client-nothing';\nexport const handler = async () => c;\n");
  expect(await faultsOf(root)).toEqual([
    expect.objectContaining({
      code: 'import-unresolved',
      where: `${folder}/handler.ts`,
      received: '@aws-sdk/client-nothing',
    }),
  ]);
});

test('keeps the kit out of handlers, by whatever way it would come', async () => {
  const root = workspaceWith(
    "import definition from './lambda.ts';\nexport const handler = async () => definition;\n",
    {
      'lambda.ts': "import { defineLambda } from '@bitclouded/kit';\nexport default defineLambda({} as never);\n",
    },
  );
  expect(await faultsOf(root)).toEqual([
    expect.objectContaining({
      code: 'import-forbidden',
      where: `${folder}/lambda.ts:1:30`,
      received: '@bitclouded/kit',
    }),
  ]);
});

test("lets the kit's protocol of custom resources in, and no more of the kit", async () => {
  const root = workspaceWith(
    "import { answerCustomResource } from '@bitclouded/kit/custom-resource';\nexport const handler = answerCustomResource;\n",
  );
  const code = Buffer.from(await bundle(root, folder)).toString();
  expect(code).toContain('PhysicalResourceId');
  expect(code).not.toMatch(/aws-cdk-lib|zod/);
  expect(code.length).toBeLessThan(12_000);
});

test("lets the kit's engines of databases in, and no more of the kit", async () => {
  const root = workspaceWith(
    "import { postgres } from '@bitclouded/kit/databases';\nexport const handler = postgres.logIn;\n",
  );
  const code = Buffer.from(await bundle(root, folder)).toString();
  expect(code).toContain('SCRAM-SHA-256');
  expect(code).not.toMatch(/aws-cdk-lib|zod/);
});

test('says where a handler is no TypeScript', async () => {
  expect(await faultsOf(workspaceWith('export const handler = async () => ;\n'))).toEqual([
    expect.objectContaining({ code: 'handler-invalid', where: `${folder}/handler.ts:1:36` }),
  ]);
});

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument, sha256Of } from '@bitclouded/documents';
import { runBatch } from '../testing/run-batch.ts';
import { temporaryWorkspace, writeFiles } from '../testing/temporary-workspace.ts';
import * as buildImage from './build-image/build-image.ts';
import * as buildLambda from './build-lambda/build-lambda.ts';
import * as buildTemplate from './build-template/build-template.ts';
import * as checkTemplate from './check-template/check-template.ts';
import * as validateTemplate from './validate-template/validate-template.ts';
import * as wiring from './wiring/wiring.ts';

const BASE = `example.com/base:1@sha256:${'a'.repeat(64)}`;
const lambda = `import { defineLambda } from '@bitclouded/kit';
export default defineLambda({
  name: 'fn', summary: 'Does', trigger: 'An event', memoryMb: 128, timeoutSeconds: 10,
  environment: { TABLE: 'Name of the table' }, grants: { read: { actions: ['s3:GetObject'], why: 'It reads' } },
});
`;
const image = (variety = 'container', base = BASE): string => `import { defineImage } from '@bitclouded/kit';
export default defineImage({
  name: 'box', summary: 'A box', variety: '${variety}', version: '1.0.0', architectures: ['arm64'],
  bases: ['${base}'], smokeTest: ['true'],
});
`;
const template = (name: string, { imports = '', parameters = '', body = '' } = {}): string => {
  const output = name.split('/')[1]!.replace(/^./, (letter) => letter.toUpperCase());
  return `import { defineTemplate, output, param } from '@bitclouded/kit';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
${imports}
export default defineTemplate({
  name: '${name}', summary: 'A log group', parameters: { ${parameters} },
  outputs: { ${output}Arn: output.logGroupArn('The group') },
  build({ scope, params, artifacts }) {
    ${body}
    return { ${output}Arn: new CfnLogGroup(scope, 'Logs', { retentionInDays: 30 }).attrArn };
  },
});
`;
};
const read = (root: string, path: string): Buffer => readFileSync(join(root, path));

describe('templates, and what they use', () => {
  const root = temporaryWorkspace({
    'packages/lambdas/fn/lambda.ts': lambda,
    'packages/lambdas/fn/handler.ts': 'export const handler = async (): Promise<number> => 1;\n',
    'packages/images/box/README.md': '',
    'packages/images/box/image.ts': image(),
    'packages/images/box/Dockerfile': `ARG BASE=${BASE}\nFROM $BASE\n`,
    'packages/templates/x/up/template.ts': template('x/up'),
    'packages/templates/x/down/template.ts': template('x/down', {
      imports:
        "import up from '../up/template.ts';\nimport fn from '../../../lambdas/fn/lambda.ts';\nimport box from '../../../images/box/image.ts';",
      parameters: "UpArn: param.from(up, 'UpArn')",
      body: 'artifacts.code(fn); artifacts.container(box);',
    }),
    'packages/templates/x/thrower/template.ts': template('x/thrower', { body: "throw new RangeError('too far');" }),
  });
  const sources = ['lambda.ts', 'handler.ts'];

  test('a template says when something that it needs is not built', async () => {
    await runBatch(wiring, root, { 'template/x/up': {} });
    const results = await runBatch(buildTemplate, root, { 'template/x/down': {} });
    expect(results['template/x/down']!.terminalOutput).toContain(
      'packages/templates/x/down/template.ts: dependency-unbuilt',
    );
    expect(existsSync(join(root, 'dist/templates/x/down'))).toBe(false);
  });

  test('a function gives a zip and all of its definition', async () => {
    const results = await runBatch(buildLambda, root, { 'lambda/fn': { sources } });
    expect(results['lambda/fn']).toMatchObject({ success: true, terminalOutput: '' });
    expect(parseDocument('interface', read(root, 'dist/lambdas/fn/interface.json'), '')).toMatchObject({
      memoryMb: 128,
      runtime: 'nodejs24.x',
      handler: 'index.handler',
      environment: { TABLE: 'Name of the table' },
      grants: { read: { actions: ['s3:GetObject'], why: 'It reads' } },
    });
  });

  test('an image gives its definition, and the hash of its sources', async () => {
    const options = { sources: ['image.ts', 'Dockerfile'] };
    await runBatch(buildImage, root, { 'image/box': options });
    const face = read(root, 'dist/images/box/interface.json');
    const record = parseDocument('build', read(root, 'dist/images/box/build.json'), '');
    expect(parseDocument('interface', face, '')).toMatchObject({ bases: [BASE], contextSha256: record.sourceSha256 });
    expect(face.toString()).not.toContain('smokeTest');
  });

  test('wiring is name, summary and outputs, whatever else changes', async () => {
    const wired = read(root, 'dist/wiring/x/up.json').toString();
    expect(JSON.parse(wired)).toEqual({
      name: 'x/up',
      summary: 'A log group',
      outputs: { UpArn: { kind: 'logGroupArn', description: 'The group', mayBeEmpty: false } },
    });
    const other = temporaryWorkspace({
      'packages/templates/x/up/template.ts': template('x/up', { body: "new CfnLogGroup(scope, 'More', {});" }),
    });
    await runBatch(wiring, other, { 'template/x/up': {} });
    expect(read(other, 'dist/wiring/x/up.json').toString()).toBe(wired);
  });

  test('one that throws fails alone, and takes its older build along', async () => {
    writeFiles(root, { 'dist/templates/x/thrower/template.yaml': 'of yesterday' });
    const all = { 'template/x/up': {}, 'template/x/thrower': {}, 'template/x/down': {} };
    const results = await runBatch(buildTemplate, root, all);
    expect(Object.values(results).map(({ success }) => success)).toEqual([true, false, true]);
    expect(results['template/x/thrower']!.terminalOutput).toMatch(
      /packages\/templates\/x\/thrower\/template\.ts:\d+:\d+: definition-throws\n {2}received {2}RangeError: too far/,
    );
    expect(existsSync(join(root, 'dist/templates/x/thrower'))).toBe(false);
  });

  test('a template records what it was built against', () => {
    const record = parseDocument('build', read(root, 'dist/templates/x/down/build.json'), '');
    const box = parseDocument('build', read(root, 'dist/images/box/build.json'), '');
    expect(record.files.map(({ path }) => path)).toEqual(['interface.json', 'template.yaml']);
    expect(record.uses).toEqual([
      { unit: 'image:box', sha256: box.sourceSha256 },
      { unit: 'lambda:fn', sha256: sha256Of(read(root, 'dist/lambdas/fn/function.zip')) },
      { unit: 'template:x/up', sha256: sha256Of(read(root, 'dist/wiring/x/up.json')) },
    ]);
  });
});

describe('an image', () => {
  test.each([
    ['container', BASE, {}, 'file-missing', 'Dockerfile'],
    ['machine', BASE, {}, 'file-missing', 'image.pkr.hcl'],
    ['container', BASE, { Dockerfile: 'FROM other' }, 'base-unknown', BASE],
  ])('of variety %s is refused: %s %j', async (variety, base, files, code, text) => {
    const root = temporaryWorkspace({});
    writeFiles(
      root,
      Object.fromEntries(
        Object.entries({ 'image.ts': image(variety, base), 'README.md': '', ...files }).map(([name, content]) => [
          `packages/images/box/${name}`,
          content,
        ]),
      ),
    );
    const options = { sources: ['image.ts', ...Object.keys(files)] };
    const results = await runBatch(buildImage, root, { 'image/box': options });
    expect(results['image/box']!.success).toBe(false);
    expect(results['image/box']!.terminalOutput).toContain(code);
    expect(results['image/box']!.terminalOutput).toContain(text);
  });

  test('that is mirrored needs no recipe', async () => {
    const root = temporaryWorkspace({
      'packages/images/box/image.ts': image('mirrored'),
      'packages/images/box/README.md': '',
    });
    const results = await runBatch(buildImage, root, { 'image/box': { sources: ['image.ts'] } });
    expect(results['image/box']!.success).toBe(true);
  });
});

test('a built template is held against the standards and the rules of CloudFormation, its sources against those of the kit', async () => {
  const root = temporaryWorkspace({
    'tsconfig.base.json': readFileSync('tsconfig.base.json', 'utf8'),
    'packages/templates/x/good/template.ts': template('x/good'),
    'packages/templates/x/bad/template.ts': template('x/bad', {
      parameters: "On: param.flag({ description: 'd' })",
      body: "if (params.On) new CfnLogGroup(scope, 'More', {});",
    }),
  });
  const good = JSON.stringify({
    Resources: {
      Logs: {
        Type: 'AWS::Logs::LogGroup',
        DeletionPolicy: 'RetainExceptOnCreate',
        UpdateReplacePolicy: 'Retain',
        Properties: { RetentionInDays: 30, KmsKeyId: { 'Fn::If': ['Keyed', { Ref: 'Key' }, { Ref: 'AWS::NoValue' }] } },
      },
    },
    Parameters: { Key: { Type: 'String', Default: '', Description: 'Key', AllowedPattern: '^$|^arn:.*$' } },
    Metadata: {
      'AWS::CloudFormation::Interface': {
        ParameterGroups: [{ Label: { default: 'Security' }, Parameters: ['Key'] }],
        ParameterLabels: { Key: { default: 'Key' } },
      },
    },
    Conditions: { Keyed: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'Key' }, ''] }] } },
  });
  writeFiles(root, {
    'dist/templates/x/good/template.yaml': good,
    'dist/templates/x/bad/template.yaml': good.replace('RetentionInDays', 'RetentionInDay'),
  });
  const results = await runBatch(checkTemplate, root, { 'template/x/good': {}, 'template/x/bad': {} });
  expect(results['template/x/good']!.success).toBe(true);
  expect(results['template/x/bad']!.success).toBe(false);
  expect(results['template/x/bad']!.terminalOutput).toMatch(
    /packages\/templates\/x\/bad\/template\.ts:\d+:\d+: token-in-condition/,
  );
  const validated = await runBatch(validateTemplate, root, { 'template/x/good': {}, 'template/x/bad': {} });
  expect(validated['template/x/good']!.success).toBe(true);
  expect(validated['template/x/bad']!.success).toBe(false);
  expect(validated['template/x/bad']!.terminalOutput).toMatch(
    /dist\/templates\/x\/bad\/template\.yaml:1:\d+ Logs: template-refused\n {2}received {2}.*RetentionInDay/,
  );
}, 60_000);

/** A small catalogue: `edge` is wired to `frame`, `frame` to `logs`, `logs` to `kms`; `logs` runs `writer`, `edge` runs `box`. */
export const fixtureUnits: Readonly<Record<string, string>> = {
  ...lambda('writer'),
  ...lambda('reader'),
  ...image('box'),
  ...template('foundation/kms', { outputs: ['LogsKeyArn'] }),
  ...template('base/logs', { outputs: ['LogsArn'], takes: { 'foundation/kms': 'LogsKeyArn' }, lambda: 'writer' }),
  ...template('net/frame', { outputs: ['FrameArn'], takes: { 'base/logs': 'LogsArn' } }),
  ...template('net/edge', { outputs: ['EdgeArn'], takes: { 'net/frame': 'FrameArn' }, image: 'box' }),
  ...template('other/alone', { outputs: ['AloneArn'] }),
};

function template(
  name: string,
  {
    outputs,
    takes = {},
    ...uses
  }: { outputs: string[]; takes?: Record<string, string>; lambda?: string; image?: string },
): Record<string, string> {
  const upstreams = Object.entries(takes);
  const kind = (output: string): string => (output.endsWith('KeyArn') ? 'keyArn' : 'arn');
  const text = `import { defineTemplate, output, param } from '@bitclouded/kit';
import { CfnKey } from 'aws-cdk-lib/aws-kms';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
${upstreams.map(([upstream], i) => `import up${i} from '../../${upstream}/template.ts';\n`).join('')}${uses.lambda ? `import fn from '../../../lambdas/${uses.lambda}/lambda.ts';\n` : ''}${uses.image ? `import box from '../../../images/${uses.image}/image.ts';\n` : ''}
export default defineTemplate({
  name: '${name}',
  summary: 'A queue and a key',
  parameters: { ${upstreams.map(([, output], i) => `${output}: param.from(up${i}, '${output}')`).join(', ')} },
  outputs: {
    ${outputs.map((output) => `${output}: output.${kind(output)}('Of ${name}'),`).join('\n    ')}
  },
  build({ scope, params, artifacts }) {
    new CfnQueue(scope, 'Queue', { sqsManagedSseEnabled: true, tags: [{ key: 'taken', value: Object.values(params).join() || 'none' }] });
    const statement = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'kms:*', Resource: '*' };
    const key = new CfnKey(scope, 'Key', { enableKeyRotation: true, keyPolicy: { Version: '2012-10-17', Statement: [statement] } });
    ${uses.lambda ? 'artifacts.code(fn);' : ''}${uses.image ? 'artifacts.container(box);' : ''}
    return { ${outputs.map((output) => `${output}: key.attrArn`).join(', ')} };
  },
});
`;
  const test = `import template from './template.ts';\n\ntest('has its name', () => expect(template.name).toBe('${name}'));\n`;
  return unit(`packages/templates/${name}`, { 'template.ts': text, 'template.test.ts': test });
}

function lambda(name: string): Record<string, string> {
  return unit(`packages/lambdas/${name}`, {
    'lambda.ts': `import { defineLambda } from '@bitclouded/kit';

export default defineLambda({
  name: '${name}',
  summary: 'Answers',
  trigger: 'An event',
  memoryMb: 128,
  timeoutSeconds: 10,
  environment: {},
  grants: {},
});
`,
    'handler.ts': `import { S3Client } from '@aws-sdk/client-s3';
import { answer } from './answer.ts';

const s3 = new S3Client({});

export const handler = async (): Promise<string> => answer + typeof s3;
`,
    'answer.ts': `export const answer = '${name}';\n`,
    'handler.test.ts': `import { answer } from './answer.ts';\n\ntest('answers', () => expect(answer).toBe('${name}'));\n`,
  });
}

function image(name: string): Record<string, string> {
  const base = `example.com/base:1@sha256:${'a'.repeat(64)}`;
  return unit(`packages/images/${name}`, {
    Dockerfile: `ARG BASE=${base}\nFROM \${BASE}\n`,
    'image.ts': `import { defineImage } from '@bitclouded/kit';

export default defineImage({
  name: '${name}',
  summary: 'A box',
  variety: 'container',
  version: '1.0.0',
  architectures: ['arm64'],
  bases: ['${base}'],
  smokeTest: ['true'],
});
`,
  });
}

function unit(folder: string, files: Record<string, string>): Record<string, string> {
  const whole = { 'README.md': `# ${folder}\n`, ...files };
  return Object.fromEntries(Object.entries(whole).map(([file, text]) => [`${folder}/${file}`, text]));
}

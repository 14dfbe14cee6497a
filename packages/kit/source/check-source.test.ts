import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { KitError } from '../kit-error.ts';
import { checkSources } from './check-source.ts';

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2024,
  module: ts.ModuleKind.NodeNext,
  strict: true,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  types: [],
};

describe('checkSources', () => {
  let folder: string;
  beforeAll(() => {
    // Inside the package, so that its imports resolve.
    mkdirSync(join(__dirname, 'tmp'), { recursive: true });
    folder = mkdtempSync(join(__dirname, 'tmp', 'check-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const template = (name: string, body: string): string => {
    const file = join(folder, `${name}.ts`);
    writeFileSync(
      file,
      `import { CfnVPC } from 'aws-cdk-lib/aws-ec2';
import { defineTemplate, output, param, when } from '../../../index.ts';
const other = defineTemplate({ name: 'a/b', summary: 's', parameters: {}, outputs: { KeyArn: output.keyArn('k') }, build: () => ({ KeyArn: 'x' }) });
export default defineTemplate({ name: 'a/c', summary: 's', outputs: {}, parameters: {
  On: param.flag({ description: 'd' }), Count: param.count({ description: 'd', minimum: 1, maximum: 3 }), Cidr: param.cidr({ description: 'd' }), KeyArn: param.optionalFrom(other, 'KeyArn') },
  build({ scope, params }) { ${body}; return {}; } });
`,
    );
    return file;
  };

  it('names each place where JavaScript would decide what only a stack knows, and no other', () => {
    const bad = template(
      'bad',
      `if (params.On) new CfnVPC(scope, 'A');
       for (let i = 0; i < params.Count; i++) new CfnVPC(scope, 'B' + i);
       const c = params.KeyArn ? 1 : 2;
       const d = params.Cidr === '10.0.0.0/16';
       const e = !params.On;
       const f = params.Count + 1;
       const g = \`\${params.KeyArn}\`;
       const vpc = new CfnVPC(scope, 'V');
       const h = vpc.attrVpcId || 'none'`,
    );
    const good = template(
      'good',
      `const names = ['A', 'B']; for (let i = 0; i < names.length; i++) if (names[i] !== 'A') new CfnVPC(scope, names[i]!, { cidrBlock: params.Cidr, enableDnsSupport: when(params.On, true, false) });
       const both = 'arn:' + params.Cidr; const key = params.KeyArn.or(); params.On.guards(new CfnVPC(scope, 'G')); void both; void key`,
    );
    let error: unknown;
    try {
      checkSources([bad, good], options);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(KitError);
    expect(
      (error as KitError).faults.map(({ code, received, where }) => [
        code,
        received,
        where.split('/').at(-1)?.split(':').slice(0, 2).join(':'),
      ]),
    ).toEqual([
      ['token-in-condition', 'params.On', 'bad.ts:6'],
      ['token-in-condition', 'params.Count', 'bad.ts:7'],
      ['token-in-condition', 'params.KeyArn', 'bad.ts:8'],
      ['token-in-condition', 'params.Cidr', 'bad.ts:9'],
      ['token-in-condition', 'params.On', 'bad.ts:10'],
      ['token-in-arithmetic', 'params.Count', 'bad.ts:11'],
      ['token-in-condition', 'params.KeyArn', 'bad.ts:12'],
      ['token-in-condition', 'vpc.attrVpcId', 'bad.ts:14'],
    ]);
    expect((error as KitError).message).toContain('use when()');
  });
});

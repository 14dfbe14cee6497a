import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StandardsError } from '../standards-error.ts';
import { cdkNag } from './cdk-nag.ts';
import { cfnLint, cfnLintFindings } from './cfn-lint.ts';
import { cloudformationValidate } from './cloudformation-validate.ts';
import type { GivenTemplate } from './engine.ts';

const HERE = [process.cwd()];
const given = (file: string, text: string): GivenTemplate => ({ file, bytes: Buffer.from(text) });

const BUCKET = given('--bucket*.yaml', 'Resources:\n  Data:\n    Type: AWS::S3::Bucket\n    Properties: { Nope: 1 }\n');
const QUEUE = given('queue.json', '{\n\t"Resources": {"Jobs": {"Type": "AWS::SQS::Queue"}}}');
/** cdk-nag cannot look into a description that is a parameter. */
const GROUP = given(
  'group.yaml',
  `Parameters:
  About: { Type: String }
Resources:
  Group: { Type: AWS::EC2::SecurityGroup, Properties: { GroupDescription: !Ref About } }
`,
);

let empty: string;
beforeAll(() => {
  empty = realpathSync(mkdtempSync(join(tmpdir(), 'engines-')));
});
afterAll(() => rmSync(empty, { recursive: true }));

const errorOf = async (run: () => unknown): Promise<StandardsError> => {
  try {
    await run();
  } catch (error) {
    if (error instanceof StandardsError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

describe("AWS's validator", () => {
  it('finds what is no property, with its place, and nothing in a good template', async () => {
    const { findings } = await cloudformationValidate(HERE, { notes: false }).check([BUCKET, QUEUE]);
    expect(findings).toEqual([
      expect.objectContaining({
        rule: 'F3002',
        severity: 'error',
        file: BUCKET.file,
        logicalId: 'Data',
        start: { line: 4, column: 19 },
        message: expect.stringContaining('Properties.Nope'),
      }),
    ]);
  });

  it('says notes only where they are asked for', async () => {
    const severities = async (notes: boolean) =>
      (await cloudformationValidate(HERE, { notes }).check([QUEUE])).findings.map(({ severity }) => severity);
    expect(await severities(false)).toEqual([]);
    expect(await severities(true)).toContain('note');
  });

  it('holds rules in the Guard language', async () => {
    const guard = [
      {
        name: 'company.guard',
        content:
          "rule named_buckets when Resources.*[ Type == 'AWS::S3::Bucket' ] !empty {\n  Resources.*[ Type == 'AWS::S3::Bucket' ] {\n    Properties.BucketName exists <<buckets are named here>>\n  }\n}\n",
      },
    ];
    const { findings } = await cloudformationValidate(HERE, { notes: false, guard }).check([BUCKET]);
    expect(findings.map(({ rule, logicalId }) => [rule, logicalId])).toContainEqual(['named_buckets', 'Data']);
  });

  it('tells every Guard file that does not parse', async () => {
    const guard = ['a.guard', 'b.guard'].map((name) => ({ name, content: 'rule {{' }));
    const { faults } = await errorOf(() => cloudformationValidate(HERE, { notes: false, guard }));
    expect(faults.map(({ code, where }) => [code, where])).toEqual([
      ['guard-invalid', 'a.guard'],
      ['guard-invalid', 'b.guard'],
    ]);
  });

  it('says where it was looked for and how to get it', async () => {
    const error = await errorOf(() => cloudformationValidate([empty], { notes: false }));
    expect(error.code).toBe('engine-missing');
    expect(error.message).toContain(empty);
    expect(error.message).toContain('npm install');
  });
});

describe('cdk-nag', () => {
  it('finds what the pack AwsSolutions asks, without places, and leaves out what it could not look at', async () => {
    const { findings, unread } = await cdkNag(HERE).check([QUEUE, GROUP]);
    expect(unread).toEqual([]);
    const said = findings.map(({ rule, file, logicalId, start }) => [rule, file, logicalId, start]);
    expect(said.sort()).toEqual([
      ['AwsSolutions-SQS3', 'queue.json', 'Jobs', undefined],
      ['AwsSolutions-SQS4', 'queue.json', 'Jobs', undefined],
    ]);
  });

  it('tells a template that CDK makes no constructs of', async () => {
    const { findings, unread } = await cdkNag(HERE).check([
      given('odd.yaml', 'Resources:\n  Role: { Type: AWS::IAM::Role, Properties: { Path: / } }\n'),
    ]);
    expect(findings).toEqual([]);
    expect(unread).toEqual([{ file: 'odd.yaml', why: expect.stringContaining('assumeRolePolicyDocument') }]);
  });

  it('says how to get it where it is missing', async () => {
    expect((await errorOf(() => cdkNag([empty]))).code).toBe('engine-missing');
  });
});

describe('cfn-lint', () => {
  it('says how to get it where it is missing, and that it failed where it does', async () => {
    const missing = await errorOf(() => cfnLint('/nowhere/cfn-lint', empty, { notes: false }));
    expect(missing.code).toBe('engine-missing');
    expect(missing.message).toContain('--with cfn-lint=<path>');
    expect((await errorOf(() => cfnLint('false', empty, { notes: false }))).code).toBe('engine-failed');
  });

  it('is read, also where it says nothing', () => {
    expect(cfnLintFindings('')).toEqual([]);
    expect(() => cfnLintFindings('Traceback')).toThrow(StandardsError);
    const match = {
      Filename: '/tmp/0.yaml',
      Level: 'Informational',
      Location: {
        Path: ['Parameters', 'Data'],
        Start: { LineNumber: 2, ColumnNumber: 3 },
        End: { LineNumber: 2, ColumnNumber: 7 },
      },
      Message: 'Said.',
      Rule: { Id: 'I1', ShortDescription: 'About it', Source: 'https://example.com' },
    };
    expect(cfnLintFindings(JSON.stringify([match]), () => 'mine.yaml')).toEqual([
      {
        rule: 'I1',
        title: 'About it',
        severity: 'note',
        message: 'Said',
        remedy: 'See https://example.com',
        url: 'https://example.com',
        file: 'mine.yaml',
        logicalId: undefined,
        condition: '',
        start: { line: 2, column: 3 },
        end: { line: 2, column: 7 },
      },
    ]);
  });
});

import { type Checked, checkTemplate } from '../check-template.ts';
import { exceptionStandard } from '../exceptions.ts';
import type { Chosen } from '../finding.ts';
import { loadStandards } from '../load-standards.ts';
import type { StandardsError } from '../standards-error.ts';
import type { CheckedFile } from './checked-file.ts';
import { summarise } from './checked-file.ts';
import { explainText } from './explain.ts';
import { checkDocument } from './json.ts';
import { sarifLog } from './sarif.ts';
import { fileText, plain, summaryText } from './text.ts';

const TEMPLATE = `Resources:
  Server:
    Type: AWS::EC2::Instance
    Properties: {}
`;
const names = ['ebs-encrypted', 'imdsv2'];
let standards: Chosen[];
beforeAll(async () => {
  standards = (await loadStandards(names)).map((standard) => ({ standard, severity: standard.severity }));
});

const check = (text: string, file: string): Checked =>
  checkTemplate(Buffer.from(text), file, { standards, known: new Set(names), today: '2026-12-01' });

function files(): CheckedFile[] {
  const excused = `Resources:
  Data:
    Type: AWS::EC2::Volume
    Metadata: { BitClouded: { Except: { ebs-encrypted: { Reason: Empty, Review: '2027-01-31' } } } }
`;
  let error: unknown;
  try {
    check('a: [', 'a b/broken.yaml');
  } catch (thrown) {
    error = thrown;
  }
  return [
    check(TEMPLATE, 'a b/server.yaml'),
    check(excused, 'data.yaml'),
    check('Transform: AWS::Serverless-2016-10-31\nResources: {}', 'sam.yaml'),
    { file: 'a b/broken.yaml', error: error as StandardsError },
  ];
}

describe('the report for people', () => {
  it('groups by resource and shows the line with a caret', () => {
    const [server] = files();
    expect(fileText(server!, plain)).toBe(`a b/server.yaml
  Server (AWS::EC2::Instance)
    error imdsv2  Nothing here asks metadata requests for a token
      2:3 |   Server:
          |   ^^^^^^
      mend: Set MetadataOptions.HttpTokens: required in the launch template`);
  });

  it('puts the caret under the value behind tabs, and in a stretch of a long line', () => {
    const caretOf = (text: string): string => {
      const lines = fileText(check(text, 'f'), plain).split('\n');
      const caret = lines.findIndex((line) => /\| .*\^/.test(line));
      return lines[caret - 1]!.slice(lines[caret]!.indexOf('^'), lines[caret]!.lastIndexOf('^') + 1);
    };
    const volume = '{"Type": "AWS::EC2::Volume", "Properties": {"Encrypted": false}}';
    expect(caretOf(`{\n\t"Resources": {\n\t\t"V":\t${volume}}}`)).toBe('false');
    expect(
      caretOf(`{"Metadata": "${'x'.repeat(5000)}", "Resources": {"V": ${volume}}, "X": "${'y'.repeat(500)}"}`),
    ).toBe('false');
  });

  it.each([30, 60, 80, 200])('cuts source lines to a terminal of %i columns, with the caret in place', (columns) => {
    const volume = '{"Type": "AWS::EC2::Volume", "Properties": {"Encrypted": false}}';
    const text = `{"Metadata": "${'x'.repeat(100)}", "Resources": {"V": ${volume}}, "X": "${'y'.repeat(500)}"}`;
    const lines = fileText(check(text, 'f'), plain, columns).split('\n');
    const caret = lines.findIndex((line) => /\| .*\^/.test(line));
    const [source, below] = [lines[caret - 1]!, lines[caret]!];
    expect(Math.max(source.length, below.length)).toBeLessThanOrEqual(Math.max(columns, 36));
    expect('false'.startsWith(source.slice(below.indexOf('^'), below.lastIndexOf('^') + 1))).toBe(true);
  });

  it('says why a template is left alone, and what is no template', () => {
    const [, , sam, broken] = files();
    expect(fileText(sam!, plain)).toMatch(/^sam\.yaml\n {2}left alone: .*SAM/);
    expect(fileText(broken!, plain)).toMatch(/^a b\/broken\.yaml:1:5: error template-not-yaml\n/);
  });

  it('says nothing of a file without findings, and closes with a line', () => {
    expect(fileText(files()[1]!, plain)).toBe('');
    expect(summaryText(summarise(files()))).toBe('4 files: 1 finding, 1 excused, 1 left alone, 1 no template');
    expect(summaryText(summarise([]))).toBe('0 files: no finding');
  });

  it('lets no control character of a template through', () => {
    const red = '\u001b[31m';
    const text = fileText(check(`Resources: {"V\\e[31m": {Type: AWS::EC2::Volume, X: "${red}"}}`, 'f'), plain);
    expect(text).toContain('ebs-encrypted');
    expect(text).not.toContain('\u001b');
  });

  it('explains a standard with its examples', () => {
    const text = explainText(standards[1]!.standard, plain);
    for (const word of ['imdsv2', 'standard 25', 'Why', 'Mend', 'Source', 'Kept:', 'Not kept:', '  Resources:'])
      expect(text).toContain(word);
  });
});

describe('the report for programs', () => {
  it('has every file with findings, exceptions and errors', () => {
    expect(checkDocument(files(), 'all')).toMatchObject({
      schema: 'bitclouded.check/1',
      profile: 'all',
      summary: { files: 4, findings: 1, excused: 1, leftAlone: 1, notTemplates: 1 },
      files: [
        {
          file: 'a b/server.yaml',
          leftAlone: null,
          findings: [{ standard: 'imdsv2', line: 2, column: 3, severity: 'error' }],
        },
        { findings: [], excused: [{ reason: 'Empty' }] },
        { leftAlone: expect.stringContaining('SAM') },
        { file: 'a b/broken.yaml', errors: [{ code: 'template-not-yaml', line: 1, column: 5 }] },
      ],
    });
  });

  it('says in SARIF where a standard found more than is reported', () => {
    const [server] = files() as [Checked];
    expect(sarifLog([{ ...server, limited: ['imdsv2'] }], [])).toMatchObject({
      runs: [
        {
          invocations: [
            {
              executionSuccessful: true,
              toolExecutionNotifications: [
                { level: 'warning', message: { text: 'imdsv2 found more in a b/server.yaml than is reported' } },
              ],
            },
          ],
        },
      ],
    });
  });

  it('has in SARIF what code scanning asks for', () => {
    const facts = [...standards.map(({ standard }) => standard), exceptionStandard];
    const log = sarifLog(files(), facts) as { version: string; $schema: string; runs: [Record<string, never>] };
    expect(log.version).toBe('2.1.0');
    expect(log.$schema).toMatch(/sarif-schema-2\.1\.0\.json$/);
    expect(log.runs[0]).toMatchObject({
      tool: {
        driver: {
          name: 'bitclouded check',
          rules: [
            { id: 'ebs-encrypted' },
            { id: 'imdsv2', defaultConfiguration: { level: 'error' } },
            { id: 'exception' },
          ],
        },
      },
      invocations: [
        {
          executionSuccessful: false,
          toolExecutionNotifications: [
            {
              level: 'error',
              locations: [
                { physicalLocation: { artifactLocation: { uri: 'a%20b/broken.yaml' }, region: { startLine: 1 } } },
              ],
            },
          ],
        },
      ],
      results: [
        {
          ruleId: 'imdsv2',
          ruleIndex: 1,
          level: 'error',
          message: { text: expect.stringContaining('metadata requests') },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: 'a%20b/server.yaml' },
                region: { startLine: 2, startColumn: 3, endLine: 2, endColumn: 9 },
              },
              logicalLocations: [{ name: 'Server', kind: 'resource' }],
            },
          ],
        },
        { ruleId: 'ebs-encrypted', suppressions: [{ kind: 'inSource', status: 'accepted', justification: 'Empty' }] },
      ],
    });
  });
});

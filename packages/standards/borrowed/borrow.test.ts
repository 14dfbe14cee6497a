import { type Checked, checkTemplate } from '../check-template.ts';
import type { Chosen } from '../finding.ts';
import { loadStandards } from '../load-standards.ts';
import { checkDocument } from '../report/json.ts';
import { sarifLog } from '../report/sarif.ts';
import { borrowedText, plain } from '../report/text.ts';
import { borrow } from './borrow.ts';
import type { Engine, EngineFinding, EngineName, GivenTemplate } from './engine.ts';

const TEXT = `Resources:
  Data:
    Type: AWS::EC2::Volume
    Properties: { Note: "😀", Encrypted: false, Nope: 1 }
  Other:
    Type: AWS::EC2::Volume
    Metadata: { BitClouded: { Except: { ebs-encrypted: { Reason: Empty, Review: '2027-01-31' } } } }
`;
const template: GivenTemplate = { file: 'a b.yaml', bytes: Buffer.from(TEXT) };

let standards: Chosen[];
let checked: Checked;
beforeAll(async () => {
  standards = (await loadStandards(['ebs-encrypted'])).map((standard) => ({ standard, severity: standard.severity }));
  checked = checkTemplate(template.bytes, template.file, {
    standards,
    known: new Set(['ebs-encrypted']),
    today: '2026-12-01',
  });
});

const finding = (rule: string, more: Partial<EngineFinding>): EngineFinding => ({
  rule,
  title: `About ${rule}`,
  severity: 'error',
  message: `Breaks ${rule}`,
  remedy: 'Keep it',
  file: template.file,
  condition: '',
  ...more,
});

/** An engine that found these. */
function engine(name: EngineName, findings: EngineFinding[], unread: { file: string; why: string }[] = []): Engine {
  return { name, version: '1.2.3', check: async () => ({ findings, unread }) };
}

const nope = { logicalId: 'Data', start: { line: 4, column: 47 }, end: { line: 4, column: 51 } };

describe('what is borrowed', () => {
  it('has the form and the places of our findings', async () => {
    const [run] = await borrow([engine('cfn-lint', [finding('E3002', nope)])], [template], [checked]);
    expect(run!.findings).toEqual([
      expect.objectContaining({
        standard: 'cfn-lint/E3002',
        engine: 'cfn-lint',
        rule: 'E3002',
        severity: 'error',
        resource: { logicalId: 'Data', type: 'AWS::EC2::Volume' },
        line: 4,
        // A code point outside the basic plane is two code units.
        column: 48,
        endColumn: 52,
        excerpt: { text: TEXT.split('\n')[3], column: 1 },
      }),
    ]);
  });

  it('is placed at its resource where the engine knows no line, and at the top where it knows neither', async () => {
    const found = [finding('AwsSolutions-X1', { logicalId: 'Other' }), finding('AwsSolutions-X2', {})];
    const [run] = await borrow([engine('cdk-nag', found)], [template], [checked]);
    expect(run!.findings.map(({ line, column, resource }) => [line, column, resource?.logicalId])).toEqual([
      [1, 1, undefined],
      [5, 3, 'Other'],
    ]);
  });

  it('is not said again where a standard has found it, or excused it, at the same resource', async () => {
    const found = ['Data', 'Other'].map((logicalId) => finding('AwsSolutions-EC26', { logicalId }));
    const [run] = await borrow([engine('cdk-nag', found)], [template], [checked]);
    expect(run!.findings).toEqual([]);
    expect(run!.repeated.map(({ shownAs, resource }) => [shownAs, resource?.logicalId])).toEqual([
      ['ebs-encrypted', 'Data'],
      ['ebs-encrypted', 'Other'],
    ]);
  });

  it('is said once where two engines have the rule, and each time where one says several things', async () => {
    const twice = [finding('F3002', nope), finding('F3002', { ...nope, message: 'Breaks it again' })];
    const runs = await borrow(
      [engine('cloudformation-validate', twice), engine('cfn-lint', [finding('E3002', nope), finding('E3012', nope)])],
      [template],
      [checked],
    );
    expect(runs.map(({ findings }) => findings.map(({ rule }) => rule))).toEqual([['F3002', 'F3002'], ['E3012']]);
    expect(runs[1]!.repeated.map(({ shownAs }) => shownAs)).toEqual(['cloudformation-validate/F3002']);
  });
});

describe('the report', () => {
  const runs = () =>
    borrow(
      [
        engine(
          'cdk-nag',
          [
            finding('AwsSolutions-EC26', { logicalId: 'Data' }),
            finding('AwsSolutions-X1', { logicalId: 'Data', severity: 'warning', url: 'https://example.com/x1' }),
          ],
          [{ file: 'c.yaml', why: 'too\u001b[31m odd' }],
        ),
      ],
      [template],
      [checked],
    );

  it('shows an engine apart, with what it did not read', async () => {
    const [run] = await runs();
    expect(borrowedText(run!, plain)).toBe(`cdk-nag 1.2.3: 1 further finding, 1 shown above, 1 not read

a b.yaml
  Data (AWS::EC2::Volume)
    warning cdk-nag/AwsSolutions-X1  Breaks AwsSolutions-X1
      2:3 |   Data:
          |   ^^^^
      mend: Keep it

c.yaml: not read: too\uFFFD[31m odd`);
  });

  it('has the engines in its document, and no key where none was asked for', async () => {
    expect(checkDocument([checked], 'all', await runs())).toMatchObject({
      engines: [
        {
          name: 'cdk-nag',
          version: '1.2.3',
          findings: [{ standard: 'cdk-nag/AwsSolutions-X1', line: 2 }],
          repeated: [{ rule: 'AwsSolutions-EC26', shownAs: 'ebs-encrypted' }],
          unread: [{ file: 'c.yaml' }],
        },
      ],
    });
    expect(checkDocument([checked], 'all')).not.toHaveProperty('engines');
  });

  it('has in SARIF a run for each engine, with its own rules', async () => {
    const facts = standards.map(({ standard }) => standard);
    const log = sarifLog([checked], facts, await runs()) as { runs: unknown[] };
    expect(log.runs).toHaveLength(2);
    expect(log.runs[1]).toMatchObject({
      tool: {
        driver: {
          name: 'cdk-nag',
          version: '1.2.3',
          rules: [
            {
              id: 'AwsSolutions-X1',
              shortDescription: { text: 'About AwsSolutions-X1' },
              helpUri: 'https://example.com/x1',
            },
          ],
        },
      },
      invocations: [
        {
          executionSuccessful: false,
          toolExecutionNotifications: [{ locations: [{ physicalLocation: { artifactLocation: { uri: 'c.yaml' } } }] }],
        },
      ],
      results: [
        {
          ruleId: 'AwsSolutions-X1',
          ruleIndex: 0,
          level: 'warning',
          locations: [{ physicalLocation: { artifactLocation: { uri: 'a%20b.yaml' }, region: { startLine: 2 } } }],
        },
      ],
    });
  });
});

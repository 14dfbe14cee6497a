import { join } from 'node:path';
import fc from 'fast-check';
import { type Checked, checkTemplate, FINDING_LIMIT } from './check-template.ts';
import type { Chosen } from './finding.ts';
import { loadStandards, standardNames } from './load-standards.ts';
import { StandardsError } from './standards-error.ts';

const TODAY = '2026-12-01';
const names = standardNames(join(__dirname, 'rules'));
let all: Chosen[] = [];
beforeAll(async () => {
  all = (await loadStandards(names)).map((standard) => ({ standard, severity: standard.severity }));
});

const check = (text: string, only?: string): Checked =>
  checkTemplate(Buffer.from(text), 'f.yaml', {
    standards: only === undefined ? all : all.filter(({ standard }) => standard.name === only),
    known: new Set(names),
    today: TODAY,
  });

describe('checking a template', () => {
  it('tells the branch in which something is wrong, and where', () => {
    const { findings } = check(
      `
Conditions: { Old: !Equals [!Ref AWS::Region, us-east-1] }
Resources:
  Data:
    Type: AWS::EC2::Volume
    Properties:
      Encrypted: !If [Old, false, true]
`,
      'ebs-encrypted',
    );
    expect(findings).toMatchObject([
      { line: 7, column: 28, endColumn: 33, condition: 'Old', resource: { logicalId: 'Data' }, file: 'f.yaml' },
    ]);
  });

  it('names the parameter whose default is wrong', () => {
    const { findings } = check(
      "Parameters: { On: { Type: String, Default: 'false' } }\nResources: { V: { Type: AWS::EC2::Volume, Properties: { Encrypted: !Ref On } } }",
      'ebs-encrypted',
    );
    expect(findings).toMatchObject([{ line: 1, message: expect.stringContaining('the default of On') }]);
  });

  it('finds the same in a stretch of minified JSON', () => {
    const volume = { Type: 'AWS::EC2::Volume', Properties: { Encrypted: true } };
    const resources = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`V${index}`, volume]));
    const text = JSON.stringify({ Resources: { ...resources, Bad: { ...volume, Properties: { Encrypted: false } } } });
    const [finding] = check(text, 'ebs-encrypted').findings;
    const { excerpt, column, endColumn } = finding!;
    expect(excerpt.text.length).toBeLessThanOrEqual(200);
    expect(excerpt.text.slice(column - excerpt.column, endColumn - excerpt.column)).toBe('false');
  });

  it('stops at a number of findings of one standard, and says so', () => {
    const volumes = Array.from(
      { length: FINDING_LIMIT + 5 },
      (_, index) => `  V${index}: { Type: AWS::EC2::Volume }\n`,
    );
    const { findings, limited } = check(`Resources:\n${volumes.join('')}`, 'ebs-encrypted');
    expect(findings).toHaveLength(FINDING_LIMIT);
    expect(limited).toEqual(['ebs-encrypted']);
  });

  it('stops at no number that is just reached', () => {
    const volumes = Array.from({ length: FINDING_LIMIT }, (_, index) => `  V${index}: { Type: AWS::EC2::Volume }\n`);
    const { findings, limited } = check(`Resources:\n${volumes.join('')}`, 'ebs-encrypted');
    expect(findings).toHaveLength(FINDING_LIMIT);
    expect(limited).toEqual([]);
  });

  it('says findings in the order of the file, and at one place in that of the standards', () => {
    const text = `
Resources:
  Second: { Type: AWS::EC2::Volume, Properties: { AvailabilityZone: eu-west-1a, VolumeType: gp2, Encrypted: false } }
  First: { Type: AWS::EC2::Instance, Properties: { ImageId: ami-0123456789abcdef0, KeyName: mine } }
`;
    const places = check(text).findings.map(({ line, column, number }) => [line, column, number] as const);
    expect(places.length).toBeGreaterThan(8);
    expect(new Set(places.map(([line]) => line)).size).toBe(2);
    expect(places).toEqual(
      places.toSorted(
        ([line, column, number], [otherLine, otherColumn, other]) =>
          line - otherLine || column - otherColumn || number - other,
      ),
    );
  });

  it('says once what two branches share', () => {
    const text = `
Parameters: { Off: { Type: String, Default: 'false' } }
Conditions: { C: !Equals [!Ref AWS::Region, a] }
Resources: { V: { Type: AWS::EC2::Volume, Properties: { Encrypted: !If [C, !Ref Off, !Ref Off] } } }
`;
    expect(check(text, 'ebs-encrypted').findings).toHaveLength(1);
  });

  it('tells every condition on the way, and none where it is always so', () => {
    const text = `
Conditions: { A: !Equals [!Ref AWS::Region, a], B: !Equals [!Ref AWS::StackName, b] }
Resources:
  V: { Type: AWS::EC2::Volume, Properties: { Encrypted: !If [A, !If [B, true, false], true] } }
  W: { Type: AWS::EC2::Volume, Properties: { Encrypted: false } }
`;
    expect(check(text, 'ebs-encrypted').findings.map(({ condition }) => condition)).toEqual(['A and not B', '']);
  });

  it('points at what goes over several lines on its first', () => {
    const text = `
Resources:
  Database:
    Type: AWS::RDS::DBInstance
    Properties:
      MasterUserPassword: |
        correct
        horse
`;
    expect(check(text, 'no-plain-secrets').findings).toMatchObject([
      { line: 6, column: 27, endLine: 6, endColumn: 28 },
    ]);
    const quoted =
      'Resources:\n  D:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      MasterUserPassword: "correct\n        horse battery staple"\n';
    expect(check(quoted, 'no-plain-secrets').findings).toMatchObject([
      { line: 5, column: 27, endLine: 5, endColumn: 35 },
    ]);
  });

  it('says nothing of a template that a macro writes anew, but why', () => {
    const text = 'Transform: AWS::Serverless-2016-10-31\nResources: { V: { Type: AWS::EC2::Volume } }';
    expect(check(text)).toEqual({
      file: 'f.yaml',
      leftAlone: expect.stringContaining('SAM'),
      undecided: [],
      findings: [],
      limited: [],
      excused: [],
    });
  });

  it('tells where only the stack decides', () => {
    const text = "Resources:\n  T: { Type: AWS::SNS::Topic }\n  'Fn::ForEach::L': [I, !Ref P, { '${I}': { Type: A } }]";
    expect(check(text, 'imdsv2').undecided).toEqual([
      { line: 3, column: 3, why: expect.stringContaining('only the stack') },
    ]);
  });

  it('finds a template too large for CloudFormation from the first byte too many', () => {
    const small = 'Resources: { T: { Type: AWS::SNS::Topic } }\n#';
    const ofSize = (bytes: number): string => small.padEnd(bytes, '-');
    expect(check(ofSize(1_000_000), 'within-limits').findings).toEqual([]);
    expect(check(ofSize(1_000_001), 'within-limits').findings).toMatchObject([
      { line: 1, column: 1, message: '1000001 bytes, of 1000000' },
    ]);
  });

  it('counts nothing that is excused, and calls no exception idle because of the number', () => {
    const excuse = "Metadata: { BitClouded: { Except: { ebs-encrypted: { Reason: Empty, Review: '2027-01-31' } } } }";
    const volumes = Array.from({ length: FINDING_LIMIT + 5 }, (_, index) => index);
    const excused = volumes.map((index) => `  E${index}: { Type: AWS::EC2::Volume, ${excuse} }\n`).join('');
    const open = volumes.map((index) => `  V${index}: { Type: AWS::EC2::Volume }\n`).join('');
    const after = check(`Resources:\n${excused}  Real: { Type: AWS::EC2::Volume }\n`, 'ebs-encrypted');
    expect(after.findings).toMatchObject([{ resource: { logicalId: 'Real' } }]);
    expect(after.limited).toEqual([]);
    expect(after.excused).toHaveLength(volumes.length);
    const before = check(`Resources:\n${open}${excused}`, 'ebs-encrypted');
    expect(before.findings.map(({ standard }) => standard)).toEqual(Array(FINDING_LIMIT).fill('ebs-encrypted'));
    expect(before.limited).toEqual(['ebs-encrypted']);
  });

  it('points at the name of a function that is called, in whatever notation', () => {
    const zones = { Type: 'AWS::EC2::Volume', Properties: { Size: { 'Fn::ImportValue': 'size' } } };
    const text = JSON.stringify({ Resources: { Data: zones } });
    const [finding] = check(text, 'no-exports').findings;
    expect(text.slice(finding!.column - 1, finding!.endColumn - 1)).toBe('"Fn::ImportValue"');
  });

  it('throws nothing but its own error, and finds nothing outside of the file', () => {
    const examples = all.flatMap(({ standard }) => [...standard.examples.good, ...standard.examples.bad]);
    const words = fc.constantFrom(
      '!Ref AWS::NoValue',
      '!If [A, b, c]',
      '!Sub "${A}${B.C}"',
      '[]',
      '{}',
      '"*"',
      'null',
      '-1',
      '!FindInMap [a, b, c]',
      '!GetAtt a',
      '{Fn::Transform: 1}',
      '{Ref: [a]}',
      '{Fn::If: 1}',
      '{Fn::GetAtt: {}}',
      '{Fn::Sub: [1, 2, 3]}',
    );
    fc.assert(
      fc.property(
        fc.nat(),
        fc.array(fc.tuple(fc.nat(), fc.oneof(words, fc.string({ maxLength: 5 }))), { maxLength: 5 }),
        (which, changes) => {
          // A value of an example, here and there, becomes something else.
          const lines = examples[which % examples.length]!.split('\n');
          for (const [line, word] of changes)
            lines[line % lines.length] = lines[line % lines.length]!.replace(/(: |- ).*$/, `$1${word}`);
          const text = lines.join('\n');
          try {
            for (const { line, column, endColumn } of check(text).findings) {
              expect(lines[line - 1]!.length + 1).toBeGreaterThanOrEqual(column);
              expect(endColumn).toBeGreaterThan(column);
            }
          } catch (error) {
            if (!(error instanceof StandardsError)) throw error;
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('exceptions', () => {
  const template = (except: string, encrypted = false): string => `
Resources:
  V:
    Type: AWS::EC2::Volume
    Properties: { Encrypted: ${encrypted} }
    Metadata: { BitClouded: { Except: { ${except} } } }
`;
  const GOOD = "ebs-encrypted: { Reason: It is empty, Review: '2027-01-31' }";

  it('excuse what they name, and show their reason', () => {
    const { findings, excused } = check(template(GOOD), 'ebs-encrypted');
    expect(findings).toEqual([]);
    expect(excused).toMatchObject([
      { standard: 'ebs-encrypted', reason: 'It is empty', review: '2027-01-31', line: 5 },
    ]);
  });

  it.each([
    ['excuse nothing', template(GOOD, true), /excuses nothing/],
    ['name no standard', template("ebs-crypted: { Reason: x, Review: '2027-01-31' }", true), /No standard is called/],
    ['give no reason', template("ebs-encrypted: { Reason: ' ', Review: '2027-01-31' }"), /no Reason/],
    ['have no day', template('ebs-encrypted: { Reason: x, Review: soon }'), /Review day/],
    ['have a day with more around it', template("ebs-encrypted: { Reason: x, Review: '2027-01-311' }"), /Review day/],
    ['have a year of five digits', template("ebs-encrypted: { Reason: x, Review: '12027-01-31' }"), /Review day/],
    ['have a day that is none', template("ebs-encrypted: { Reason: x, Review: '2027-13-01' }"), /Review day/],
    ['have a day in words', template('ebs-encrypted: { Reason: x, Review: Jan 31 2027 }'), /Review day/],
    ['have no more than a text', template('ebs-encrypted: because'), /no Reason/],
    ['have a list for a reason', template("ebs-encrypted: { Reason: [x], Review: '2027-01-31' }"), /no Reason/],
    ['are past their day', template("ebs-encrypted: { Reason: x, Review: '2026-11-30' }"), /was to be reviewed/],
  ])('are findings where they %s', (_, text, message) => {
    const { findings } = check(text, 'ebs-encrypted');
    expect(findings).toMatchObject([
      { standard: 'exception', message: expect.stringMatching(message), line: 6, resource: { logicalId: 'V' } },
    ]);
  });

  it('are good on their last day, and not judged by a run without their standard', () => {
    expect(check(template("ebs-encrypted: { Reason: x, Review: '2026-12-01' }"), 'ebs-encrypted').findings).toEqual([]);
    expect(check(template(GOOD, true), 'gp3').findings.map(({ standard }) => standard)).toEqual(['gp3']);
  });

  it('stand in the template’s Metadata for what concerns no resource', () => {
    const text = `
Metadata: { BitClouded: { Except: { unconditional-outputs: { Reason: Nobody reads it, Review: '2027-01-31' } } } }
Conditions: { C: !Equals [!Ref AWS::Region, a] }
Resources: { T: { Type: AWS::SNS::Topic } }
Outputs: { O: { Condition: C, Value: a } }
`;
    const { findings, excused } = check(text, 'unconditional-outputs');
    expect(findings).toEqual([]);
    expect(excused).toHaveLength(1);
    const idle = check(text.replace('Condition: C, ', ''), 'unconditional-outputs').findings;
    expect(idle).toMatchObject([{ standard: 'exception', resource: undefined }]);
  });
});

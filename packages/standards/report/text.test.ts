import type { BorrowedFinding } from '../borrowed/borrowed-finding.ts';
import type { Checked } from '../check-template.ts';
import type { Finding } from '../finding.ts';
import { Source } from '../reading/source.ts';
import { StandardsError } from '../standards-error.ts';
import { checkDocument } from './json.ts';
import { sarifLog } from './sarif.ts';
import { borrowedText, fileText, type Paint, plain } from './text.ts';

const finding: Finding = {
  standard: 'locked',
  number: 7,
  severity: 'error',
  message: 'It is open',
  remedy: 'Lock it',
  resource: { logicalId: 'Door', type: 'AWS::X::Door' },
  condition: '',
  file: 'f.yaml',
  line: 12,
  column: 5,
  endLine: 12,
  endColumn: 9,
  excerpt: { text: '    open: yes', column: 1 },
};
const ofTemplate: Finding = { ...finding, resource: undefined };
const borrowed: BorrowedFinding = {
  ...finding,
  standard: 'cfn-lint/E1',
  engine: 'cfn-lint',
  rule: 'E1',
  title: 'Doors',
  url: 'https://example.com/E1',
};
const checked = (findings: Finding[], more: Partial<Checked> = {}): Checked => ({
  file: 'f.yaml',
  leftAlone: undefined,
  undecided: [],
  findings,
  limited: [],
  excused: [],
  ...more,
});
/** Shows what is painted. */
const marked: Paint = (style, text) => `<${style} ${text}>`;

describe('the text of a file', () => {
  it('paints the name, the severity, the standard and what stands beside them', () => {
    expect(fileText(checked([{ ...finding, severity: 'note' }], { limited: ['locked'] }), marked)).toBe(`<strong f.yaml>
  <faint locked found more than is shown>
  <strong Door (AWS::X::Door)>
    <note note> <strong locked>  It is open
      <faint 12:5 |>     open: yes
      <faint      |>     <note ^^^^>
      <faint mend: Lock it>`);
  });

  it('says one remedy for findings of a standard that stand together, and what concerns no resource', () => {
    const closed: Finding = { ...finding, standard: 'closed', remedy: 'Close it', condition: 'Night and not Cold' };
    const text = fileText(checked([finding, { ...finding, line: 13 }, closed, ofTemplate, finding]), plain);
    expect(text.split('\n').filter((line) => !line.includes('|'))).toEqual([
      'f.yaml',
      '  Door (AWS::X::Door)',
      '    error locked  It is open',
      '    error locked  It is open',
      '      mend: Lock it',
      '    error closed  It is open, when Night and not Cold',
      '      mend: Close it',
      '    error locked  It is open',
      '      mend: Lock it',
      '  Template',
      '    error locked  It is open',
      '      mend: Lock it',
    ]);
  });

  it('notes what is left alone, limited and undecided, each on a line', () => {
    const undecided = [{ line: 3, column: 4, why: 'a loop' }];
    expect(fileText(checked([], { leftAlone: 'SAM', limited: ['a', 'b'], undecided }), plain)).toBe(`f.yaml
  left alone: SAM
  a found more than is shown
  b found more than is shown
  3:4 undecided: a loop`);
  });

  it('cuts a long line to the width, with a third of it before the caret', () => {
    const text = '0123456789'.repeat(20);
    const long: Finding = { ...finding, column: 101, endColumn: 201, excerpt: { text, column: 1 } };
    const linesOf = (columns: number, of: Finding = long): string[] =>
      fileText(checked([of]), plain, columns).split('\n');
    const [, , , shown, caret] = linesOf(60);
    const gutter = '      12:101 | ';
    expect(shown).toBe(`${gutter}${text.slice(85, 130)}`);
    expect(caret).toBe(`             | ${' '.repeat(15)}${'^'.repeat(30)}`);
    // However narrow it is, some of it is shown; and a line that just fits is not cut.
    expect(linesOf(1)[3]).toBe(`${gutter}${text.slice(94, 114)}`);
    expect(linesOf(215)[3]).toBe(`${gutter}${text}`);
    expect(linesOf(214)[3]).not.toBe(`${gutter}${text}`);
    expect(linesOf(60, { ...long, column: 3, endColumn: 3 })[4]).toBe(`           |   ^`);
  });

  it('keeps tabs before the caret, and shows no other control character', () => {
    const tabbed: Finding = { ...finding, column: 3, endColumn: 7, excerpt: { text: '\t\topen\u001b[', column: 1 } };
    const lines = fileText(checked([tabbed]), plain).split('\n');
    expect(lines[3]).toBe('      12:3 | \t\topen\uFFFD[');
    expect(lines[4]).toBe('           | \t\t^^^^');
  });

  it('says of what is no template each fault, and no more than 300 characters of what was received', () => {
    const faults = ['x'.repeat(400), 'y'].map((received) =>
      new Source('g.yaml', 'ab').fault('template-invalid', 1, { received, expected: 'a door', remedy: 'make one' }),
    );
    expect(
      fileText({ file: 'g.yaml', error: new StandardsError(faults) }, marked),
    ).toBe(`<strong g.yaml:1:2>: <error error> template-invalid
    received ${'x'.repeat(300)}
    expected a door
    mend: make one
<strong g.yaml:1:2>: <error error> template-invalid
    received y
    expected a door
    mend: make one`);
  });
});

describe('what another engine found', () => {
  const run = { name: 'cfn-lint' as const, version: '1.2.3', findings: [], repeated: [], unread: [] };

  it('is said under its name, file by file', () => {
    const other: BorrowedFinding = { ...borrowed, file: 'g.yaml', resource: undefined };
    const unread = [{ file: 'h.yaml', why: 'too large' }];
    const repeated = [{ ...borrowed, shownAs: 'locked' }];
    const text = borrowedText({ ...run, findings: [borrowed, other, borrowed], repeated, unread }, marked);
    expect(text.split('\n').filter((line) => !line.includes('|') && !line.includes('mend'))).toEqual([
      '<strong cfn-lint 1.2.3>: 3 further findings, 1 shown above, 1 not read',
      '',
      '<strong f.yaml>',
      '  <strong Door (AWS::X::Door)>',
      '    <error error> <strong cfn-lint/E1>  It is open',
      '    <error error> <strong cfn-lint/E1>  It is open',
      '',
      '<strong g.yaml>',
      '  <strong Template>',
      '    <error error> <strong cfn-lint/E1>  It is open',
      '',
      'h.yaml: not read: too large',
    ]);
  });

  it('is one line where it is nothing', () => {
    expect(borrowedText(run, plain)).toBe('cfn-lint 1.2.3: no further finding');
    expect(borrowedText({ ...run, findings: [borrowed] }, plain)).toMatch(/^cfn-lint 1\.2\.3: 1 further finding\n/);
  });

  it('stands in the document for programs only where an engine was asked', () => {
    expect(checkDocument([], 'all')).not.toHaveProperty('engines');
    const findings = [borrowed, { ...borrowed, resource: undefined }];
    expect(
      checkDocument([], 'all', [{ ...run, findings, repeated: [{ ...borrowed, shownAs: 'locked' }] }]),
    ).toMatchObject({
      engines: [
        {
          name: 'cfn-lint',
          version: '1.2.3',
          findings: [{ rule: 'E1' }, { resource: null }],
          repeated: [{ shownAs: 'locked' }],
          unread: [],
        },
      ],
    });
  });
});

describe('the log for code scanning', () => {
  const facts = {
    name: 'locked',
    number: 7,
    title: 'A door is locked',
    why: 'Whoever passes may come in.',
    remedy: 'Turn the key',
    source: 'The locksmith',
    peers: 'none',
    audience: 'everyone',
    severity: 'error',
    examples: { good: [], bad: [] },
  } as const;
  const runsOf = (...given: Parameters<typeof sarifLog>) => sarifLog(...given).runs as Record<string, unknown>[];
  const place = { physicalLocation: { artifactLocation: { uri: 'f.yaml' } } };
  const region = { startLine: 12, startColumn: 5, endLine: 12, endColumn: 9 };

  it('has the rule and each finding as a whole', () => {
    expect(
      runsOf(
        [
          checked([
            { ...finding, condition: 'Night' },
            { ...ofTemplate, standard: 'gone' },
          ]),
        ],
        [facts],
      ),
    ).toEqual([
      {
        tool: {
          driver: {
            name: 'bitclouded check',
            rules: [
              {
                id: 'locked',
                shortDescription: { text: 'A door is locked' },
                fullDescription: { text: 'Whoever passes may come in.' },
                help: { text: 'Whoever passes may come in. Turn the key. Source: The locksmith.' },
                defaultConfiguration: { level: 'error' },
                properties: { number: 7, audience: 'everyone', tags: ['cloudformation'] },
              },
            ],
          },
        },
        columnKind: 'utf16CodeUnits',
        invocations: [{ executionSuccessful: true, toolExecutionNotifications: [] }],
        results: [
          {
            ruleId: 'locked',
            ruleIndex: 0,
            level: 'error',
            message: { text: 'It is open, when Night. Lock it.' },
            locations: [
              {
                physicalLocation: { artifactLocation: { uri: 'f.yaml' }, region },
                logicalLocations: [{ name: 'Door', fullyQualifiedName: 'Resources/Door', kind: 'resource' }],
              },
            ],
          },
          {
            ruleId: 'gone',
            ruleIndex: -1,
            level: 'error',
            message: { text: 'It is open. Lock it.' },
            locations: [{ physicalLocation: { artifactLocation: { uri: 'f.yaml' }, region } }],
          },
        ],
      },
    ]);
  });

  it('tells what was no template, and where findings were too many', () => {
    const fault = new Source('g.yaml', 'ab').fault('template-invalid', 1, {
      received: 'a',
      expected: 'b',
      remedy: 'c',
    });
    const placeless = { code: 'profile-invalid', where: 'here', received: 'a', expected: 'b', remedy: 'c' } as const;
    const files = [
      checked([], { limited: ['locked'] }),
      { file: 'g.yaml', error: new StandardsError([fault, placeless]) },
    ];
    expect(runsOf(files, [])[0]).toMatchObject({
      invocations: [
        {
          executionSuccessful: false,
          toolExecutionNotifications: [
            {
              level: 'error',
              message: { text: 'template-invalid: received a, expected b' },
              descriptor: { id: 'template-invalid' },
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: 'g.yaml' },
                    region: { startLine: 1, startColumn: 2 },
                  },
                },
              ],
            },
            { level: 'error', descriptor: { id: 'profile-invalid' } },
            {
              level: 'warning',
              message: { text: 'locked found more in f.yaml than is reported' },
              descriptor: { id: 'findings-limited' },
              locations: [place],
            },
          ],
        },
      ],
    });
  });

  it('has a run for each engine, with its own rules', () => {
    const second: BorrowedFinding = { ...borrowed, rule: 'W2', title: 'Windows', severity: 'warning', url: undefined };
    const engine = {
      name: 'cfn-lint' as const,
      version: '1.2.3',
      findings: [borrowed, second, borrowed],
      repeated: [],
      unread: [{ file: 'f.yaml', why: 'too large' }],
    };
    const [, run, clean] = runsOf([], [], [engine, { ...engine, findings: [], unread: [] }]);
    expect(run).toMatchObject({
      tool: {
        driver: {
          name: 'cfn-lint',
          version: '1.2.3',
          rules: [
            {
              id: 'E1',
              shortDescription: { text: 'Doors' },
              helpUri: 'https://example.com/E1',
              defaultConfiguration: { level: 'error' },
              properties: { tags: ['cloudformation'] },
            },
            { id: 'W2', shortDescription: { text: 'Windows' }, defaultConfiguration: { level: 'warning' } },
          ],
        },
      },
      columnKind: 'utf16CodeUnits',
      invocations: [
        {
          executionSuccessful: false,
          toolExecutionNotifications: [
            { level: 'warning', message: { text: 'f.yaml was not read: too large' }, locations: [place] },
          ],
        },
      ],
      results: [
        { ruleId: 'E1', ruleIndex: 0 },
        { ruleId: 'W2', ruleIndex: 1 },
        { ruleId: 'E1', ruleIndex: 0 },
      ],
    });
    expect((run as { tool: { driver: { rules: object[] } } }).tool.driver.rules[1]).not.toHaveProperty('helpUri');
    expect(clean).toMatchObject({
      invocations: [{ executionSuccessful: true, toolExecutionNotifications: [] }],
      results: [],
    });
  });
});

import { sha256Of } from '@bitclouded/documents';
import fc from 'fast-check';
import { Document, parseDocument } from 'yaml';
import { parseTemplate, type Section } from '../plan/parse-template.ts';
import { LOCAL, PRODUCTION } from '../testing/hosts.ts';
import { LOGS_STORE, VPC } from '../testing/write-dist.ts';
import { type Artifacts, bind } from './bind.ts';

const SHA = sha256Of('governor');
const ARTIFACTS: Artifacts = {
  functions: new Map([['log-governor', SHA]]),
  images: new Map([['aws-util', 'localhost/bitclouded/aws-util:2.1.0']]),
};

test('a template without artifacts comes back byte for byte', () => {
  const odd = '# Artifacts?\r\nResources:   {Vpc: {Type:  "AWS::EC2::VPC"}}';
  for (const text of [VPC, odd, 'Mappings: {Artifacts: none}\n']) expect(bind(text, LOCAL, ARTIFACTS)).toBe(text);
});

test('fills in the function, the bucket of each region, and a rule that refuses the others', () => {
  expect(bind(LOGS_STORE, LOCAL, ARTIFACTS)).toBe(
    LOGS_STORE.replace('Key: unbound', `Key: lambdas/log-governor/${SHA}.zip`).replace(
      '\nResources:',
      `    us-east-1:
      Bucket: bitclouded-000000000000-us-east-1-an
    eu-west-1:
      Bucket: bitclouded-000000000000-eu-west-1-an

Rules:
  PublishedRegion:
    Assertions:
      - Assert:
          Fn::Contains:
            - - us-east-1
              - eu-west-1
            - !Ref AWS::Region
        AssertDescription: Its functions are published to us-east-1, eu-west-1 alone.

Resources:`,
    ),
  );
});

test('an image needs neither bucket nor rule', () => {
  const text = 'Mappings:\n  Artifacts:\n    aws-util:\n      Image: unbound\nResources: {}\n';
  expect(bind(text, LOCAL, ARTIFACTS)).toBe(text.replace('unbound', 'localhost/bitclouded/aws-util:2.1.0'));
});

test('the rules of a template stay, and a function may have the name of a region', () => {
  const text = `Rules:
  Mine: { Assertions: [] }
Mappings:
  Artifacts:
    us-east-1: { Key: unbound }
`;
  const { Rules, Mappings } = parseTemplate(
    bind(text, LOCAL, { functions: new Map([['us-east-1', SHA]]), images: new Map() }),
  );
  expect(Object.keys(Rules as Section)).toEqual(['Mine', 'PublishedRegion']);
  expect(Mappings).toEqual({
    Artifacts: {
      'us-east-1': { Key: `lambdas/us-east-1/${SHA}.zip`, Bucket: 'bitclouded-000000000000-us-east-1-an' },
      'eu-west-1': { Bucket: 'bitclouded-000000000000-eu-west-1-an' },
    },
  });
});

test('names every artifact that the release has not', () => {
  const text =
    'Mappings: { Artifacts: { a: { Key: unbound }, b: { Image: unbound }, log-governor: { Image: unbound } } }\n';
  expect(() => bind(text, LOCAL, ARTIFACTS, 'template x/y')).toThrow(
    expect.objectContaining({
      code: 'artifact-unknown',
      faults: ['function a', 'image b', 'image log-governor'].map((received) =>
        expect.objectContaining({ where: 'template x/y', received }),
      ),
    }),
  );
});

test('refuses what is no YAML, and what CloudFormation would not take', () => {
  expect(() => bind('Mappings: {Artifacts: [', LOCAL, ARTIFACTS)).toThrow(
    expect.objectContaining({ code: 'template-not-yaml' }),
  );
  const large = `${LOGS_STORE}# ${'x'.repeat(1_000_000)}\n`;
  expect(() => bind(large, LOCAL, ARTIFACTS)).toThrow(expect.objectContaining({ code: 'template-too-large' }));
});

test('every line outside its two sections stays, however it is written', () => {
  const text = `# One
Mappings:
  Other: {a: {b:   c}}
  Artifacts:   # bound below
    log-governor: { Key: unbound }
# Two

Resources:   {Odd:  {  Type: "AWS::SNS::Topic" } }
Rules: {Mine:   {Assertions: []}}
Outputs: # Three
    Wide:
        Value:   1
`;
  const bound = bind(text, LOCAL, ARTIFACTS);
  const outside = (whole: string) => whole.replace(/^(Mappings|Rules):.*\n(?: +.*\n)*/gm, '$1\n');
  expect(outside(bound)).toBe(outside(text));
  expect(parseTemplate(bound)).toMatchObject({
    Rules: { Mine: {}, PublishedRegion: {} },
    Mappings: { Other: { a: { b: 'c' } } },
  });
});

test('an anchor of another section, a tail of blank lines and other line ends are no obstacle', () => {
  const anchor = `Metadata: {Key: &key unbound}\n${LOGS_STORE.replace('unbound', '*key')}`;
  const keeping = `${LOGS_STORE}Outputs: {}\n`.replace('Logs of everything', '|+\n  Logs\n\n');
  const open = `Rules: {}\n${LOGS_STORE.slice(0, LOGS_STORE.indexOf('\n\nResources'))}`;
  for (const text of [anchor, keeping, open, LOGS_STORE.replaceAll('\n', '\r\n')])
    expect(bind(text, LOCAL, ARTIFACTS)).toContain(`Key: lambdas/log-governor/${SHA}.zip`);
  expect(parseTemplate(bind(keeping, LOCAL, ARTIFACTS)).Description).toBe(parseTemplate(keeping).Description);
});

/** Values as templates have them: what YAML 1.1 takes for a number, a date or a boolean, and functions in functions. */
const scalar = fc.oneof(
  fc.string({ unit: 'binary-ascii' }),
  fc.constantFrom(
    'yes',
    'no',
    '012',
    '0x1F',
    '1e3',
    '2010-09-09',
    '12:30:45',
    '~',
    'null',
    '',
    ' ',
    '# x',
    'a: b',
    '- a',
    '*',
    '&a',
    '!x',

    '${AWS::Region}',
    'line\nline\n',
    '  indented\n\nlater',
    'ö€😀',
    'it\'s "quoted"',
  ),
);
const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(scalar, tie('value'), { maxKeys: 3 }),
    fc.record({ tag: fc.constantFrom('Sub', 'Ref', 'GetAtt', 'Base64'), text: scalar }),
    fc.record({
      tag: fc.constantFrom('If', 'Join', 'Sub', 'FindInMap'),
      list: fc.array(tie('value'), { maxLength: 3 }),
    }),
  ),
})).value;

/** YAML as one may write it by hand: short tags, block or flow, any quotes. */
function yamlOf(content: unknown, flow: boolean, quotes: 'QUOTE_DOUBLE' | 'QUOTE_SINGLE' | 'PLAIN'): string {
  const document = new Document(undefined, { version: '1.1', aliasDuplicateObjects: false });
  const nodeOf = (inner: unknown): unknown => {
    if (Array.isArray(inner)) return inner.map(nodeOf);
    if (inner === null || typeof inner !== 'object') return inner;
    const { tag, text, list } = inner as { tag?: string; text?: string; list?: unknown[] };
    if (tag !== undefined && (text !== undefined || Array.isArray(list))) {
      const node = document.createNode(text ?? (list as unknown[]).map(nodeOf));
      node.tag = `!${tag}`;
      return node;
    }
    return Object.fromEntries(Object.entries(inner).map(([key, deeper]) => [key, nodeOf(deeper)]));
  };
  document.contents = document.createNode(nodeOf(content), { flow }) as never;
  return document.toString({ lineWidth: 0, defaultStringType: quotes, defaultKeyType: 'PLAIN' });
}

const templates = fc
  .record({
    resources: fc.dictionary(fc.stringMatching(/^[A-Z][a-z]{1,5}$/), value, { maxKeys: 4 }),
    functions: fc.boolean(),
    flow: fc.boolean(),
    quotes: fc.constantFrom('QUOTE_DOUBLE' as const, 'QUOTE_SINGLE' as const, 'PLAIN' as const),
  })
  .map(({ resources, functions, flow, quotes }) =>
    yamlOf(
      {
        Description: 'A test',
        Mappings: {
          Other: { a: { b: 'c' } },
          Artifacts: { ...(functions && { 'log-governor': { Key: 'unbound' } }), 'aws-util': { Image: 'unbound' } },
        },
        Resources: resources,
      },
      flow,
      quotes,
    ),
  );

/** A template without what binding may change. */
function unboundPart(text: string): Section {
  const { Mappings, Rules, ...rest } = parseTemplate(text);
  const { Artifacts: _, ...mappings } = Mappings as Section;
  const { PublishedRegion: __, ...rules } = (Rules ?? {}) as Section;
  return { ...rest, mappings, rules };
}

function typedResources(text: string): unknown {
  return parseDocument(text, { version: '1.1', merge: false, logLevel: 'silent' }).toJS().Resources;
}

test('binding changes nothing but the Artifacts mapping and PublishedRegion', () => {
  fc.assert(
    fc.property(templates, (text) => {
      const bound = bind(text, LOCAL, ARTIFACTS);
      expect(unboundPart(bound)).toEqual(unboundPart(text));
      // Also for a reader to whom `yes` is a boolean and 012 is ten.
      expect(typedResources(bound)).toEqual(typedResources(text));
    }),
    { numRuns: 150 },
  );
});

test('a bound template can be bound to another host, as if it had never been bound', () => {
  fc.assert(
    fc.property(templates, (text) => {
      const once = bind(text, LOCAL, ARTIFACTS);
      expect(bind(once, LOCAL, ARTIFACTS)).toBe(once);
      expect(bind(once, PRODUCTION, ARTIFACTS)).toBe(bind(text, PRODUCTION, ARTIFACTS));
    }),
    { numRuns: 150 },
  );
});

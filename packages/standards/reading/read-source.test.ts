import fc from 'fast-check';
import { Document } from 'yaml';
import { StandardsError } from '../standards-error.ts';
import { type Node, plainOf } from './node.ts';
import { readSource } from './read-source.ts';

const read = (text: string) => readSource(Buffer.from(text), 'template.yaml');
const plain = (text: string): unknown => plainOf(read(text).root);

function faultOf(bytes: Uint8Array): { code: string; line: number; column: number; received: string } {
  try {
    readSource(bytes, 'template.yaml');
  } catch (error) {
    if (error instanceof StandardsError) return error.faults[0] as never;
    throw error;
  }
  throw new Error('it was read');
}
/** Words, and none of them missing. */
const SAID = /^(?!.*\bundefined\b)\S.*\S$/s;
/** Thirty lines that stand for 2^31 values. */
const DOUBLING = `a0: &a0 [x, x]\n${Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]\n`).join('')}`;
const fault = (text: string) => faultOf(Buffer.from(text));

function* nodesOf(node: Node): Generator<Node> {
  yield node;
  if (node.kind === 'list') for (const item of node.items) yield* nodesOf(item);
  if (node.kind === 'map')
    for (const { key, value } of node.entries.values()) {
      yield key;
      yield* nodesOf(value);
    }
}

describe('reading a template', () => {
  it('turns short functions into long ones', () => {
    expect(plain("a: !Ref b\nc: !GetAtt d.e.f\ng: !Join [',', [!Sub '${h}']]\ni: !If [x, !Ref y, z]")).toEqual({
      a: { Ref: 'b' },
      c: { 'Fn::GetAtt': ['d', 'e.f'] },
      g: { 'Fn::Join': [',', [{ 'Fn::Sub': '${h}' }]] },
      i: { 'Fn::If': ['x', { Ref: 'y' }, 'z'] },
    });
  });

  it('types plain scalars as JSON and YAML 1.1 agree, and keeps the rest as text', () => {
    expect(plain('[yes, off, ~, 12, 1.5, "12", 012, 1:30, 2010-09-09, 0x1f, on it]')).toEqual([
      true,
      false,
      null,
      12,
      1.5,
      '12',
      '012',
      '1:30',
      '2010-09-09',
      '0x1f',
      'on it',
    ]);
  });

  it.each([
    ['LF', 'a:\n  - b\n  - ccc\n'],
    ['CRLF', 'a:\r\n  - b\r\n  - ccc\r\n'],
    ['a byte-order mark', '\uFEFFa:\n  - b\n  - ccc\n'],
    ['JSON with tabs', '{\n\t"a":\n [ "b",\n"ccc"]}'],
  ])('knows where every value stands: %s', (_, text) => {
    const { root, source } = read(text);
    const found = [...nodesOf(root)].find((node) => node.kind === 'scalar' && node.text === 'ccc')!;
    const { line, column } = source.positionOf(found.start);
    const written = text.replace('\uFEFF', '').split('\n')[line - 1]!;
    expect(written.slice(column - 1)).toMatch(/^"?ccc/);
  });

  it('repeats what an alias names and merges what << brings', () => {
    expect(plain('a: &x {b: 1}\nc: *x\nd: {<<: *x, e: 2}')).toEqual({ a: { b: 1 }, c: { b: 1 }, d: { e: 2, b: 1 } });
    expect(plain('{"<<": {"a": 1}}')).toEqual({ '<<': { a: 1 } });
    expect(plain('x: &x {b: 1}\ny: &y {b: 2, c: 3}\nd: {<<: [*x, *y, 5], c: 4}\ne: {<<: text}')).toEqual({
      x: { b: 1 },
      y: { b: 2, c: 3 },
      d: { c: 4, b: 1 },
      e: { '<<': 'text' },
    });
  });

  it("takes YAML's own tags for what they say, and nothing for null", () => {
    expect(plain('[!!str 12, !!str true, !!int 12, ! 12, !!map {a: 1}, !!seq [1]]')).toEqual([
      '12',
      'true',
      12,
      12,
      { a: 1 },
      [1],
    ]);
    expect(plain('a:\nb: !Ref\n')).toEqual({ a: null, b: { Ref: null } });
    expect(plain('')).toBeNull();
  });

  it('reads attributes with dots, without a dot, and over lines', () => {
    expect(plain('[!GetAtt a, !GetAtt a.b.c, !GetAtt [a, b.c], !GetAtt "a.b\\nc"]')).toEqual([
      { 'Fn::GetAtt': ['a', ''] },
      { 'Fn::GetAtt': ['a', 'b.c'] },
      { 'Fn::GetAtt': ['a', 'b.c'] },
      { 'Fn::GetAtt': ['a', 'b\nc'] },
    ]);
    expect(plain('[!Condition a, !Base64 b]')).toEqual([{ Condition: 'a' }, { 'Fn::Base64': 'b' }]);
  });

  it.each([
    ['bytes that are not UTF-8', Buffer.from([0x61, 0x3a, 0x0a, 0x62, 0xff]), 'template-not-utf8', 2, 2],
    ['a trailing comma in JSON', '{"a": [1,\n2,]}', 'template-not-json', 2, 3],
    ['a comment in JSON', '{"a": 1, # one\n"b": 2}', 'template-not-json', 1, 10],
    ['a comment further right in JSON', '{"aaaaaaaaaaaaaaa": 1, # one', 'template-not-json', 1, 24],
    ['a comma before a brace in JSON', '{"a": {"b": 1,\n}}', 'template-not-json', 2, 1],
    ['a bad escape in JSON', '{"a":\n"\\q"}', 'template-not-json', 2, 3],
    ['JSON that ends early', '{"a":', 'template-not-json', 1, 6],
    ['an open quote', 'a: "b', 'template-not-yaml', 1, 6],
    ['a tab that indents', 'a:\n\tb: 1', 'template-not-yaml', 2, 1],
    ['a second document', 'a: 1\n---\nb: 2', 'template-not-yaml', 2, 1],
    ['an unknown tag', 'a: 1\nb: !Nope 1', 'template-tag-unknown', 2, 10],
    ['a repeated key', 'a: 1\nb: 2\na: 3', 'template-key-repeated', 3, 1],
    ['a key that is a list', '? [a]\n: b', 'template-key-invalid', 1, 3],
    ['an alias of nothing', 'a: *b', 'template-alias-invalid', 1, 4],
    ['an alias of itself', 'a: &b [*b]', 'template-alias-invalid', 1, 8],
  ])('refuses %s, with its place', (_, text, code, line, column) => {
    const said = { received: expect.stringMatching(SAID), expected: expect.stringMatching(SAID) };
    expect(faultOf(Buffer.from(text))).toMatchObject({
      code,
      line,
      column,
      ...said,
      remedy: expect.stringMatching(SAID),
    });
  });

  it.each([
    ['a: !Nope 1', '!Nope'],
    ['a: 1\na: 2', 'a second "a"'],
    ['? [a]\n: b', 'a list'],
    ['? {a: 1}\n: b', 'a map'],
    ['a: *b', '*b, which nothing is called'],
    ['a: &b [*b]', '*b inside of &b'],
    ['a: 1\n---\nb: 2', 'a second document begins here; a template is one'],
    [' '.repeat(2_000_001), '2000001 bytes'],
    ['['.repeat(101), 'more than 100 levels'],
    [DOUBLING, 'more than 500000 values, with what aliases repeat'],
    [`[${'a,'.repeat(400_000)}]`, 'more than 500000 tokens'],
  ])('says what it received', (text, received) => {
    expect(fault(text)).toMatchObject({
      received,
      expected: expect.stringMatching(SAID),
      remedy: expect.stringMatching(SAID),
    });
  });

  it('reports twenty faults at most', () => {
    expect.assertions(1);
    try {
      read('- !Nope 1\n'.repeat(30));
    } catch (error) {
      expect((error as StandardsError).faults).toHaveLength(20);
    }
  });

  it('tells all faults of a file at once', () => {
    try {
      read('a: !X 1\na: !Y 2\nb: *z');
    } catch (error) {
      expect((error as StandardsError).faults.map(({ code }) => code)).toEqual([
        'template-tag-unknown',
        'template-tag-unknown',
        'template-key-repeated',
        'template-alias-invalid',
      ]);
    }
    expect.assertions(1);
  });

  it.each([
    ['too many bytes', ' '.repeat(2_000_001), 'template-too-large'],
    ['too many tokens', `[${'a,'.repeat(400_000)}]`, 'template-too-large'],
    ['deep lists', '['.repeat(10_000), 'template-too-deep'],
    ['deep maps of JSON', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, 'template-too-deep'],
    ['deep sequences', '- '.repeat(10_000), 'template-too-deep'],
    ['aliases that double', DOUBLING, 'template-too-large'],
  ])('refuses %s before it is built', (_, text, code) => {
    expect(fault(text).code).toBe(code);
  });

  it('takes __proto__ for a name like any other', () => {
    const read = plain('{"__proto__": {"a": 1}, "constructor": 2}') as object;
    expect(Object.getOwnPropertyNames(read)).toEqual(['__proto__', 'constructor']);
    expect(({} as { a?: number }).a).toBeUndefined();
  });

  const data = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.constantFrom('yes', 'null', '~', '012', '1:30', '<<', '!Ref a', '{{', '- a', '# b', ' ', '\t', '2010-09-09'),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 4 }),
      tie('map'),
    ),
    map: fc.dictionary(
      fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom('__proto__', 'yes', 'Ref')),
      tie('value'),
      {
        maxKeys: 4,
      },
    ),
  })).map;

  it('sees in JSON what JSON.parse sees, and the same in YAML', () => {
    fc.assert(
      fc.property(data, fc.constantFrom(undefined, 2, '\t'), (value, indent) => {
        const json = JSON.stringify(value, null, indent);
        const yaml = new Document(value, { version: '1.1', aliasDuplicateObjects: false }).toString({ lineWidth: 0 });
        const expected = JSON.parse(json);
        expect(plain(json)).toEqual(expected);
        expect(plain(yaml)).toEqual(expected);
      }),
    );
  });

  it('throws nothing but its own error, and every place lies in the file', () => {
    const piece = fc.constantFrom(
      'a',
      ': ',
      '\n',
      '  ',
      '- ',
      '[',
      ']',
      '{',
      '}',
      ',',
      '"',
      "'",
      '|',
      '&x ',
      '*x',
      '!Ref ',
      '#',
      '\t',
      '\r',
      '? ',
      '<<: ',
      '%',
      '---',
      '\u0000',
      '\ud800',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(text, (written) => {
        let read: ReturnType<typeof readSource>;
        try {
          read = readSource(Buffer.from(written), 'f');
        } catch (error) {
          expect(error).toBeInstanceOf(StandardsError);
          return;
        }
        const { source, root } = read;
        const lines = source.text.split('\n');
        for (const node of nodesOf(root)) {
          expect(node.start).toBeLessThanOrEqual(node.end);
          const { line, column } = source.positionOf(node.start);
          expect(line).toBeLessThanOrEqual(lines.length);
          expect(column).toBeLessThanOrEqual(lines[line - 1]!.length + 1);
        }
      }),
      { numRuns: 500 },
    );
  });
});

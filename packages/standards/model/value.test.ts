import fc from 'fast-check';
import { Template } from './template.ts';
import type { Value } from './value.ts';

/** A template whose resource `A` has the property `X`, beside whatever else is given. */
function templateOf(x: string, rest = ''): Template {
  return Template.read(
    Buffer.from(`Resources:\n  A:\n    Type: AWS::X::Y\n    Properties:\n      X: ${x}\n${rest}`),
    'f',
  );
}
const valuesOf = (x: string, rest?: string, path = 'X'): Value[] =>
  templateOf(x, rest).resources.get('A')!.values(path);

/** A value in one word, with the assumptions that lead to it. */
function shown(value: Value): string {
  const what = value.spelling ?? value.kind;
  return value.when.said.length > 0 ? `${what} when ${value.when.said.join(' and ')}` : what;
}
const shownValues = (...given: Parameters<typeof valuesOf>): string[] => valuesOf(...given).map(shown);

const CONDITIONS = `
Parameters:
  Stage: { Type: String, AllowedValues: [dev, prod] }
  Key: { Type: String, Default: '' }
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsDev: !Equals [dev, !Ref Stage]
  IsNotProd: !Not [!Condition IsProd]
  HasKey: !Not [!Equals [!Ref Key, '']]
  IsBoth: !And [!Condition IsProd, !Condition HasKey]
  IsEither: !Or [!Condition IsProd, !Condition HasKey]
  Never: !Equals [a, b]
  Other: !Equals [!Select [0, [a]], a]
`;

describe('the values of a property', () => {
  it('has one for each branch, and none where NoValue stands', () => {
    expect(shownValues('!If [IsProd, a, !Ref AWS::NoValue]', CONDITIONS)).toEqual([
      'a when IsProd',
      'absent when not IsProd',
    ]);
  });

  it('goes into lists and maps behind branches', () => {
    const list = '[!If [IsProd, {B: 1}, !Ref AWS::NoValue], {B: 2}, {}]';
    expect(shownValues(list, CONDITIONS, 'X.*.B')).toEqual(['1 when IsProd', '2', 'absent']);
    expect(shownValues('!If [IsProd, {B: {C: 3}}, {}]', CONDITIONS, 'X.B.C')).toEqual([
      '3 when IsProd',
      'absent when not IsProd',
    ]);
  });

  it('takes one item for a list of it, and no items where the list is missing', () => {
    expect(shownValues('{B: 1}', '', 'X.*.B')).toEqual(['1']);
    expect(shownValues('{}', '', 'X.Y.*.B')).toEqual([]);
  });

  it.each([
    ['the same condition', '!If [IsProd, !If [IsProd, a, b], c]', ['a when IsProd', 'c when not IsProd']],
    ['its negation', '!If [IsProd, !If [IsNotProd, a, b], c]', ['b when IsProd', 'c when not IsProd']],
    [
      'another value of the same parameter',
      '!If [IsProd, !If [IsDev, a, b], c]',
      ['b when IsProd', 'c when not IsProd'],
    ],
    ['the only other allowed value', '!If [IsProd, a, !If [IsDev, b, c]]', ['a when IsProd', 'b when not IsProd']],
    ['what a conjunction says', '!If [IsBoth, !If [HasKey, a, b], c]', ['a when IsBoth', 'c when not IsBoth']],
    ['what a disjunction denies', '!If [IsEither, a, !If [HasKey, b, c]]', ['a when IsEither', 'c when not IsEither']],
    ['what is never so', '!If [Never, a, b]', ['b']],
    ['nothing, where a condition is beyond it', '!If [Other, a, b]', ['a when Other', 'b when not Other']],
  ])('leaves out branches that contradict %s', (_, x, expected) => {
    expect(shownValues(x, CONDITIONS)).toEqual(expected);
  });

  it('starts with the condition of the resource', () => {
    const text = `Resources:\n  A:\n    Type: AWS::X::Y\n    Condition: IsProd\n    Properties: {X: !If [IsProd, a, b]}\n${CONDITIONS}`;
    const template = Template.read(Buffer.from(text), 'f');
    expect(template.resources.get('A')!.values('X').map(shown)).toEqual(['a when IsProd']);
  });

  it('keeps two properties in the same branch', () => {
    const resource = templateOf('{P: !If [IsProd, a, b], Q: !If [IsNotProd, c, d]}', CONDITIONS).resources.get('A')!;
    const [first] = resource.values('X.P');
    expect(resource.values('X.Q', first!.when).map(shown)).toEqual(['d when IsProd']);
  });

  it('takes a default for what a parameter is, unless the branch says otherwise', () => {
    const parameters =
      "Parameters: { P: { Type: String, Default: gp2 }, L: { Type: CommaDelimitedList, Default: 'a, b' }, S: { Type: 'AWS::SSM::Parameter::Value<String>', Default: /x } }";
    const [preset, given] = valuesOf('!Ref P', parameters);
    expect([preset!.text, preset!.parameter, given!.kind, given!.reference]).toEqual([
      'gp2',
      'P',
      'reference',
      { kind: 'reference', target: 'P' },
    ]);
    expect(shownValues('!Ref L', parameters, 'X.*')).toEqual(['a', 'b', '${L}']);
    expect(shownValues('!Ref S', parameters)).toEqual(['${S}']);
    expect(shownValues('!If [HasKey, !Ref Key, none]', CONDITIONS)).toEqual([
      '${Key} when HasKey',
      'none when not HasKey',
    ]);
    expect(shownValues('!If [IsProd, !Ref Stage, none]', CONDITIONS)).toEqual([
      'prod when IsProd',
      'none when not IsProd',
    ]);
  });

  it('finds every value of a mapping whose keys are open', () => {
    const mappings = 'Mappings: { M: { a: { k: 1, l: [2, 3] }, b: { k: 4 } } }';
    expect(shownValues('!FindInMap [M, !Ref AWS::Region, k]', mappings)).toEqual(['1', '4']);
    expect(shownValues('!FindInMap [M, a, l]', mappings, 'X.*')).toEqual(['2', '3']);
    expect(shownValues('!FindInMap [M, z, k]', mappings)).toEqual(['unknown']);
  });

  it('knows the pieces of a text', () => {
    const [sub] = valuesOf("!Sub ['${A}-${B.C.D}-${!E}-${F}', {F: f}]");
    expect(sub!.parts).toEqual([{ target: 'A' }, '-', { target: 'B', attribute: 'C.D' }, '-${E}-f']);
    expect(sub!.text).toBeUndefined();
    expect(shownValues("!Join ['', [a, !Ref B, !Sub '${C}d']]")).toEqual(['a${B}${C}d']);
    expect(valuesOf("!Sub '${A}'")[0]!.reference).toMatchObject({ target: 'A' });
    expect(valuesOf("'{{resolve:secretsmanager:x:SecretString:y}}'")[0]!.parts).toEqual([
      { dynamic: 'secretsmanager' },
    ]);
  });

  it.each<[string, unknown[]]>([
    ["'a'", ['a']],
    ["''", ['']],
    ["'{{resolve:ssm:/a}}-{{resolve:ssm-secure:/b:1}}'", [{ dynamic: 'ssm' }, '-', { dynamic: 'ssm-secure' }]],
    ["!Sub 'a'", ['a']],
    ["!Sub ''", ['']],
    ["!Sub '${ A }${B.C}'", [{ target: 'A' }, { target: 'B', attribute: 'C' }]],
    [
      "!Sub ['${A}${B}${C}', { A: !Ref D, B: !GetAtt E.F, C: !ImportValue g }]",
      [{ target: 'D' }, { target: 'E', attribute: 'F' }, {}],
    ],
    ["!Sub 'x{{resolve:ssm:/${A}}}y'", ['x{{resolve:ssm:/', { target: 'A' }, '}}y']],
    ['!Sub [[a], {}]', [{}]],
    ['!Sub []', [{}]],
    ["!Join ['-', [a, b, '{{resolve:ssm:c}}']]", ['a-b-', { dynamic: 'ssm' }]],
    ["!Join [',', []]", ['']],
    [
      "!Join ['', [!Join ['.', [a, b]], !Join ['.', !Ref L], !GetAtt c.d, !ImportValue e, { f: 1 }]]",
      ['a.b', {}, { target: 'c', attribute: 'd' }, {}, {}],
    ],
    ["!Join ['', !Ref L]", []],
    ['!Join [[a], [b]]', []],
    ['!Join a', []],
    ['[a]', []],
    ['{ a: 1, b: 2 }', []],
  ])('makes pieces of %s', (x, parts) => {
    expect(valuesOf(x)[0]!.parts).toEqual(parts);
  });

  it.each([
    ['a', 'a'],
    ["!Sub '${A}${B.C}x'", '${A}${B.C}x'],
    ['!GetAtt A.B.C', '${A.B.C}'],
    ['!GetAtt [A, B]', '${A.B}'],
    ['!GetAtt [A, !Ref B]', '${A}'],
    ["!Sub ['${A}', { A: !ImportValue b }]", undefined],
    ["'{{resolve:ssm:/a}}'", undefined],
    ['[a]', undefined],
    ['!Ref [a]', undefined],
    ['!GetAtt [[a], b]', undefined],
  ])('spells %s', (x, spelling) => {
    expect(valuesOf(x)[0]!.spelling).toBe(spelling);
  });

  it('knows what is certainly so, and certainly not', () => {
    const answers = (x: string): boolean[] => {
      const value = valuesOf(x)[0]!;
      return [value.is('b', 'a'), value.isNot('b', 'a'), value.mentions('a')];
    };
    expect(answers('a')).toEqual([true, false, false]);
    expect(answers('c')).toEqual([false, true, false]);
    expect(answers('[a]')).toEqual([false, true, false]);
    expect(answers('{ a: 1 }')).toEqual([false, true, false]);
    expect(answers('!Ref AWS::NoValue')).toEqual([false, true, false]);
    expect(answers('!Ref a')).toEqual([false, false, true]);
    expect(answers("!Sub 'x${c}${a}'")).toEqual([false, false, true]);
    expect(answers("!Sub 'x${c}'")).toEqual([false, false, false]);
    expect([valuesOf('TRUE')[0]!.is('true'), valuesOf('True')[0]!.isNot('true')]).toEqual([true, false]);
    expect([valuesOf('A')[0]!.is('a'), valuesOf('"untrue"')[0]!.is('true')]).toEqual([false, false]);
  });

  it('lists the entries of a map, each with its values, and none of anything else', () => {
    const [map] = valuesOf('{ A: !If [IsProd, 1, 2], B: [3] }', CONDITIONS);
    expect(map!.entries().map(({ key, values }) => [key.text, values.map(shown)])).toEqual([
      ['A', ['1 when IsProd', '2 when not IsProd']],
      ['B', ['list']],
    ]);
    expect(valuesOf('[A]')[0]!.entries()).toEqual([]);
  });

  it('knows nothing below a text, and that nothing is below what is absent', () => {
    expect(shownValues('a', '', 'X.B')).toEqual(['unknown']);
    expect(shownValues('!Ref AWS::NoValue', '', 'X.B.*')).toEqual([]);
    expect(shownValues('!Ref AWS::NoValue', '', 'X.B.C')).toEqual(['absent']);
    expect(shownValues('[!Ref AWS::NoValue, null, a]', '', 'X.*')).toEqual(['a']);
  });

  it('takes the branches of a condition that is not there for open', () => {
    expect(shownValues('!If [Missing, a, b]')).toEqual(['a when Missing', 'b when not Missing']);
    expect(shownValues('!If [[IsProd], a, b]', CONDITIONS)).toEqual(['unknown']);
  });

  it('knows the keys of a mapping that the branch decides', () => {
    const rest = `${CONDITIONS}\nMappings: { M: { dev: { k: 1 }, prod: { k: 2 }, odd: x }, N: { a: { k: { l: 1 } } }, O: { a: text } }`;
    expect(shownValues('!If [IsProd, !FindInMap [M, !Ref Stage, k], none]', rest)).toEqual([
      '2 when IsProd',
      'none when not IsProd',
    ]);
    expect(shownValues('!FindInMap [M, !Ref Stage, k]', rest)).toEqual(['1', '2']);
    for (const call of ['[N, a, k]', '[O, a, k]', '[M, dev]', '[M, prod, z]', '[[M], prod, k]', 'M'])
      expect([call, shownValues(`!FindInMap ${call}`, rest)]).toEqual([call, ['unknown']]);
    expect(shownValues('!FindInMap [M, prod, k, { DefaultValue: 3 }]', rest)).toEqual(['2']);
  });

  it('looks at no more than 300 values of a mapping', () => {
    const mapping = (size: number): string =>
      `Mappings: { M: { ${Array.from({ length: size }, (_, index) => `a${index}: { k: 1 }`).join(', ')} } }`;
    expect(valuesOf('!FindInMap [M, !Ref AWS::Region, k]', mapping(300))).toHaveLength(300);
    expect(shownValues('!FindInMap [M, !Ref AWS::Region, k]', mapping(301))).toEqual(['unknown']);
  });

  it('reads a list of a parameter item by item, and an empty one as none', () => {
    const parameters =
      "Parameters: { L: { Type: 'List<Number>', Default: '1,2 ' }, E: { Type: CommaDelimitedList, Default: '' } }";
    const [list] = valuesOf('!Ref L', parameters);
    expect([list!.kind, list!.parameter, list!.reference]).toEqual(['list', 'L', undefined]);
    expect(shownValues('!Ref L', parameters, 'X.*')).toEqual(['1', '2', '${L}']);
    expect(shownValues('!Ref E', parameters, 'X.*')).toEqual(['${E}']);
    expect(valuesOf('!GetAtt L.Arn', parameters)[0]!.reference).toMatchObject({ target: 'L', attribute: 'Arn' });
    expect(valuesOf('[a]')[0]!.parameter).toBeUndefined();
  });

  it.each(['!ImportValue x', '!Select [0, !Split [",", a]]', '!If [IsProd, a]', '!FindInMap [No, a, b]', '!GetAZs ""'])(
    'says neither yes nor no of %s',
    (x) => {
      const [value] = valuesOf(x, CONDITIONS);
      expect([value!.kind, value!.is('a'), value!.isNot('a'), value!.isAbsent]).toEqual([
        'unknown',
        false,
        false,
        false,
      ]);
    },
  );

  it('knows nothing of what a macro or a loop over parameters adds', () => {
    expect(shownValues("{'Fn::Transform': {Name: M}, B: 1}", '', 'X.C')).toEqual(['unknown']);
    expect(shownValues("{'Fn::ForEach::L': [I, !Ref P, {'${I}': 1}]}", '', 'X.C')).toEqual(['unknown']);
  });

  it('points at the value, or where it is missed', () => {
    const template = templateOf('{B: {C: 1}}');
    const at = (path: string) => {
      const [value] = template.resources.get('A')!.values(path);
      return template.source.text.slice(value!.place.start, value!.place.end);
    };
    expect([at('X.B.C'), at('X.B.D'), at('X.E'), at('F')]).toEqual(['1', 'B', 'X', 'A']);
  });

  it('is never in two places of the same condition at once', () => {
    const names = ['IsProd', 'IsDev', 'IsNotProd', 'HasKey', 'IsBoth', 'IsEither', 'Never'];
    const tree: fc.Arbitrary<string> = fc.letrec<{ node: string }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 6 },
        fc.constantFrom('a', 'b', '!Ref AWS::NoValue'),
        fc
          .tuple(fc.constantFrom(...names), tie('node'), tie('node'))
          .map(([name, yes, no]) => `!If [${name}, ${yes}, ${no}]`),
      ),
    })).node;
    /** The conditions as a person would compute them. */
    const truths = (isProd: boolean, hasKey: boolean): Record<string, boolean> => ({
      IsProd: isProd,
      IsDev: !isProd,
      IsNotProd: !isProd,
      HasKey: hasKey,
      IsBoth: isProd && hasKey,
      IsEither: isProd || hasKey,
      Never: false,
    });
    fc.assert(
      fc.property(tree, fc.boolean(), fc.boolean(), (x, isProd, hasKey) => {
        const holds = truths(isProd, hasKey);
        const matching = valuesOf(x, CONDITIONS).filter(({ when }) =>
          when.said.every((said) => (said.startsWith('not ') ? !holds[said.slice(4)] : holds[said])),
        );
        expect(matching).toHaveLength(1);
      }),
    );
  });
});

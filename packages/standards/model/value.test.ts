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

import fc from 'fast-check';
import { entryOf, type MapNode } from '../reading/node.ts';
import { readSource } from '../reading/read-source.ts';
import { type Assumptions, Conditions, NOTHING_ASSUMED } from './conditions.ts';
import { readParameters } from './parameter.ts';

const PARAMETERS = `
Parameters:
  P: { Type: String, AllowedValues: [a, b, c] }
  Q: { Type: String, Default: a }
`;

function conditionsOf(definitions: string): Conditions {
  const { root } = readSource(Buffer.from(`${PARAMETERS}\nConditions:\n${definitions}`), 'f.yaml');
  const section = (name: string): MapNode => entryOf(root, name)!.value as MapNode;
  return new Conditions(section('Conditions'), readParameters(section('Parameters')));
}

/** A condition in JSON. */
type Expression = Record<string, unknown>;
const parameter = fc.constantFrom('P', 'Q');
const value = fc.constantFrom('a', 'b', 'z');
const comparison: fc.Arbitrary<Expression> = fc
  .tuple(parameter, value, fc.boolean())
  .map(([name, text, turned]) => ({ 'Fn::Equals': turned ? [text, { Ref: name }] : [{ Ref: name }, text] }));
const expression = fc.letrec<{ any: Expression }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    comparison,
    fc.constantFrom<Expression>(
      { Condition: 'C0' },
      { Condition: 'C1' },
      { 'Fn::Equals': ['x', 'x'] },
      { 'Fn::Equals': [{ Ref: 'P' }, { Ref: 'Q' }] },
    ),
    tie('any').map((inner) => ({ 'Fn::Not': [inner] })),
    fc.array(tie('any'), { minLength: 2, maxLength: 3 }).map((inner) => ({ 'Fn::And': inner })),
    fc.array(tie('any'), { minLength: 2, maxLength: 3 }).map((inner) => ({ 'Fn::Or': inner })),
  ),
})).any;

/** What CloudFormation makes of an expression where the parameters are these. */
function evaluated(of: Expression, given: Record<string, string>, named: Record<string, Expression>): boolean {
  const [operator, operand] = Object.entries(of)[0] as [string, never];
  const operands = operand as Expression[];
  if (operator === 'Condition') return evaluated(named[operand]!, given, named);
  if (operator === 'Fn::Not') return !evaluated(operands[0]!, given, named);
  if (operator === 'Fn::And') return operands.every((one) => evaluated(one, given, named));
  if (operator === 'Fn::Or') return operands.some((one) => evaluated(one, given, named));
  const texts = operands.map((one) => (typeof one === 'string' ? one : given[(one as { Ref: string }).Ref]));
  return texts[0] === texts[1];
}

/** Everything that the two parameters may be, as far as it makes a difference. */
const EVERYTHING = ['a', 'b', 'c'].flatMap((P) => ['a', 'b', 'z', 'else'].map((Q) => ({ P, Q })));

describe('conditions', () => {
  it('never say what is not so, whatever was assumed before', () => {
    const assumption = fc.tuple(fc.constantFrom('C0', 'C1', 'C2'), fc.boolean());
    fc.assert(
      fc.property(
        comparison,
        comparison,
        expression,
        fc.array(assumption, { maxLength: 3 }),
        (first, second, third, assumptions) => {
          const named = { C0: first, C1: second, C2: third };
          const conditions = conditionsOf(
            Object.entries(named)
              .map(([name, written]) => `  ${name}: ${JSON.stringify(written)}`)
              .join('\n'),
          );
          let under: Assumptions | undefined = NOTHING_ASSUMED;
          let possible = EVERYTHING;
          for (const [name, holds] of assumptions) {
            under = conditions.assume(name, holds, under);
            possible = possible.filter((given) => evaluated(named[name], given, named) === holds);
            if (!under) break;
          }
          if (!under) expect(possible).toEqual([]);
          else
            for (const [name, written] of Object.entries(named)) {
              const truth = conditions.truthOf(name, under);
              if (truth === undefined) continue;
              for (const given of possible) expect(evaluated(written, given, named)).toBe(truth);
            }
        },
      ),
      { numRuns: 400 },
    );
  });

  const TRUTHS = `
  Yes: !Equals [a, a]
  No: !Equals [a, b]
  Open: !Equals [!Ref Q, a]
  Impossible: !Equals [!Ref P, z]
  Unreadable: !Equals [!Select [0, [a]], a]
  Unknown: !Equals [!Ref Missing, a]
  Strange: { A: 1, B: 2 }
  Double: { 'Fn::Equals': [a, a], 'Fn::Not': [!Condition Yes] }
  Same: !Equals [!Ref P, !Ref Q]
  Here: !Equals [!Ref AWS::Region, us-east-1]
  Text: Yes
  Empty: !And []
  NotOpen: !Not [!Condition Open]
  AndNo: !And [!Condition Open, !Condition No]
  AndOpen: !And [!Condition Open, !Condition Yes]
  AndYes: !And [!Condition Yes, !Condition Yes]
  OrYes: !Or [!Condition Open, !Condition Yes]
  OrOpen: !Or [!Condition Open, !Condition No]
  OrNo: !Or [!Condition No, !Condition No]
`;

  it.each([
    ['Yes', true],
    ['No', false],
    ['Open', undefined],
    ['Impossible', false],
    ['Unreadable', undefined],
    ['Unknown', undefined],
    ['Strange', undefined],
    ['Double', undefined],
    ['Same', undefined],
    ['Here', undefined],
    ['Text', undefined],
    ['Empty', undefined],
    ['Missing', undefined],
    ['NotOpen', undefined],
    ['AndNo', false],
    ['AndOpen', undefined],
    ['AndYes', true],
    ['OrYes', true],
    ['OrOpen', undefined],
    ['OrNo', false],
  ])('know of %s that it is %s', (name, truth) => {
    expect(conditionsOf(TRUTHS).truthOf(name, NOTHING_ASSUMED)).toBe(truth);
  });

  const PLACES = `
  IsA: !Equals [!Ref P, a]
  IsB: !Equals [b, !Ref P]
  IsC: !Equals [!Ref P, c]
  NotA: !Not [!Equals [!Ref P, a]]
  NeitherAB: !And [!Not [!Condition IsA], !Not [!Condition IsB]]
  EitherAB: !Or [!Condition IsA, !Condition IsB]
  IsQ: !Equals [!Ref Q, a]
  Both: !And [!Condition IsA, !Condition IsQ]
`;

  it.each<[[string, boolean][], Record<string, boolean | undefined>]>([
    [[['IsA', true]], { IsA: true, IsB: false, IsC: false, NotA: false, EitherAB: true, NeitherAB: false }],
    [[['IsA', false]], { IsA: false, IsB: undefined, NotA: true, Both: false }],
    [[['NotA', true]], { IsA: false }],
    [[['NotA', false]], { IsA: true, IsB: false }],
    [[['NeitherAB', true]], { IsA: false, IsB: false, IsC: true, EitherAB: false }],
    [[['EitherAB', false]], { IsA: false, IsB: false, IsC: true }],
    [[['Both', true]], { IsA: true, IsQ: true, IsB: false }],
    [[['Both', false]], { IsA: undefined, IsQ: undefined }],
    [
      [
        ['IsA', false],
        ['IsB', false],
      ],
      { IsC: true, NeitherAB: true, EitherAB: false },
    ],
  ])('draw from %j what follows for the others', (assumptions, expected) => {
    const conditions = conditionsOf(PLACES);
    const under = assumptions.reduce<Assumptions>(
      (before, [name, holds]) => conditions.assume(name, holds, before)!,
      NOTHING_ASSUMED,
    );
    expect(under.said).toEqual(assumptions.map(([name, holds]) => (holds ? name : `not ${name}`)));
    for (const [name, truth] of Object.entries(expected))
      expect([name, conditions.truthOf(name, under)]).toEqual([name, truth]);
  });

  it.each<[string, boolean, string, boolean]>([
    ['IsA', true, 'IsB', true],
    ['IsA', true, 'IsA', false],
    ['EitherAB', false, 'IsA', true],
    ['NeitherAB', true, 'IsC', false],
    ['Both', true, 'IsQ', false],
  ])('cannot hold together: %s %s and %s %s', (one, oneHolds, other, otherHolds) => {
    const conditions = conditionsOf(PLACES);
    const together = (first: string, firstHolds: boolean, second: string, secondHolds: boolean) =>
      conditions.assume(second, secondHolds, conditions.assume(first, firstHolds, NOTHING_ASSUMED)!);
    expect(together(one, oneHolds, other, otherHolds)).toBeUndefined();
    expect(together(other, otherHolds, one, oneHolds)).toBeUndefined();
  });

  it('contradict themselves where a part contradicts another', () => {
    const conditions = conditionsOf(`
  IsA: !Equals [!Ref P, a]
  Split: !And [!Condition IsA, !Not [!Condition IsA]]
  Torn: !And [!Equals [!Ref P, a], !Equals [!Ref P, b]]
  Denied: !And [!Not [!Equals [!Ref Q, a]], !Equals [!Ref Q, a]]
  Turned: !And [!Equals [!Ref Q, a], !Not [!Equals [!Ref Q, a]]]
`);
    for (const name of ['Split', 'Torn', 'Denied', 'Turned'])
      expect(conditions.assume(name, true, NOTHING_ASSUMED)).toBeUndefined();
  });

  it('learn nothing from comparisons of two parameters, or with what is none', () => {
    const conditions = conditionsOf(`
  Same: !Equals [!Ref P, !Ref Q]
  Here: !Equals [!Ref AWS::Region, us-east-1]
  Mixed: !Equals [!Ref P, [a]]
  Other: !Select [!Ref P, a]
  IsA: !Equals [!Ref P, a]
  IsQ: !Equals [!Ref Q, a]
`);
    for (const name of ['Same', 'Here', 'Mixed', 'Other'])
      for (const holds of [true, false]) {
        const under = conditions.assume(name, holds, NOTHING_ASSUMED)!;
        expect([...under.equal, ...under.unequal]).toEqual([]);
        expect([conditions.truthOf('IsA', under), conditions.truthOf('IsQ', under)]).toEqual([undefined, undefined]);
      }
  });

  it('leave the assumptions before them as they are', () => {
    const conditions = conditionsOf(PLACES);
    const before = conditions.assume('IsA', false, NOTHING_ASSUMED)!;
    conditions.assume('IsB', false, before);
    expect(conditions.truthOf('IsC', before)).toBeUndefined();
    expect(conditions.truthOf('IsB', before)).toBeUndefined();
    expect(conditions.assume('IsA', false, before)).toBe(before);
  });

  /** `C0` is so where `C<length>` is, through all between. */
  const chain = (length: number, last: string): string =>
    [
      ...Array.from({ length }, (_, index) => `  C${index}: !Not [!Not [!Condition C${index + 1}]]`),
      `  C${length}: ${last}`,
    ].join('\n');

  it('are followed through chains that are not too long', () => {
    expect(conditionsOf(chain(50, '!Equals [a, a]')).truthOf('C0', NOTHING_ASSUMED)).toBe(true);
    expect(conditionsOf(chain(51, '!Equals [a, a]')).truthOf('C0', NOTHING_ASSUMED)).toBeUndefined();
    for (const [length, truth] of [
      [49, true],
      [200, undefined],
    ] as const) {
      const conditions = conditionsOf(`${chain(length, '!Equals [!Ref Q, a]')}\n  IsQ: !Equals [!Ref Q, a]`);
      expect(conditions.truthOf('IsQ', conditions.assume('C0', true, NOTHING_ASSUMED)!)).toBe(truth);
    }
  });

  it('end where they name each other, twice or in a circle', () => {
    const circle = conditionsOf('  A: !Condition B\n  B: !Not [!Condition A]\n  C: !And [!Condition C, !Condition C]');
    for (const name of ['A', 'B', 'C']) {
      expect(circle.truthOf(name, NOTHING_ASSUMED)).toBeUndefined();
      for (const holds of [true, false]) circle.assume(name, holds, NOTHING_ASSUMED);
    }
    const doubling = Array.from({ length: 40 }, (_, index) => {
      const next = `!Condition D${index + 1}`;
      return `  D${index}: !Or [${next}, !And [${next}, ${next}]]`;
    });
    const doubled = conditionsOf(`${doubling.join('\n')}\n  D40: !Equals [!Ref Q, a]\n  IsQ: !Equals [a, a]`);
    expect(doubled.truthOf('D0', NOTHING_ASSUMED)).toBeUndefined();
    // The next question starts anew.
    expect(doubled.truthOf('IsQ', NOTHING_ASSUMED)).toBe(true);
  });
});

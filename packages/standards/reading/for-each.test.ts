import { Template } from '../model/template.ts';
import { StandardsError } from '../standards-error.ts';
import { expandLoops } from './for-each.ts';
import { plainOf } from './node.ts';
import { readSource } from './read-source.ts';

const read = (text: string): Template => Template.read(Buffer.from(text), 'f.yaml');

/** What a text is once its loops are written out, and what they leave open. */
function expanded(text: string): { plain: unknown; undecided: string[] } {
  const { source, root } = readSource(Buffer.from(text), 'f.yaml');
  const { root: made, undecided } = expandLoops(root, source);
  return { plain: plainOf(made), undecided: undecided.map(({ why }) => why) };
}

function faultOf(text: string): unknown {
  try {
    read(text);
  } catch (error) {
    if (error instanceof StandardsError) return error.faults[0];
    throw error;
  }
  return undefined;
}

describe('loops', () => {
  it('replace their identifier in texts, keys, lists and Ref, and nothing else', () => {
    const { plain, undecided } = expanded(`
'Fn::ForEach::L':
  - I
  - [a.b]
  - 'K&{I}':
      - '\${I}-&{I}-\${!I}-\${J}-$\{I'
      - { Ref: I }
      - { Ref: J }
      - { Ref: [I] }
      - { Ref: I, Other: '\${I}' }
      - [1, true]
`);
    expect(undecided).toEqual([]);
    expect(plain).toEqual({
      Kab: ['a.b-ab-${!I}-${J}-${I', 'a.b', { Ref: 'J' }, { Ref: ['I'] }, { Ref: 'I', Other: 'a.b' }, [1, true]],
    });
  });

  it('stand beside other entries, and make none of an empty list', () => {
    expect(
      expanded("A: '${I}'\n'Fn::ForEach::L': [I, [], {'${I}': 1}]\n'Fn::ForEach::M': [I, [x], {'${I}': 2}]"),
    ).toEqual({
      plain: { A: '${I}', x: 2 },
      undecided: [],
    });
  });

  it('are not looked for where there is none', () => {
    const { source, root } = readSource(Buffer.from('A: {Ref: b}'), 'f.yaml');
    expect(expandLoops(root, source).root).toBe(root);
  });

  it.each([
    ['text', /has not the form/],
    ['{ a: [I, [x], {}] }', /has not the form/],
    ['[I, [x]]', /has not the form/],
    ['[[I], [x], {}]', /has not the form/],
    ['[I, [x], text]', /has not the form/],
    ['[I, !Ref P, {}]', /only the stack knows/],
    ['[I, [x, !Ref P], {}]', /only the stack knows/],
    ['[I, null, {}]', /only the stack knows/],
  ])('that are %s are left open, with a reason', (loop, why) => {
    const text = `Resources: { T: { Type: AWS::SNS::Topic }, 'Fn::ForEach::L': ${loop} }`;
    const template = read(text);
    expect(template.isComplete).toBe(false);
    expect(template.undecided).toMatchObject([{ why: expect.stringMatching(why) }]);
  });

  it('leave open what a loop inside of them leaves open', () => {
    const inner = "'Fn::ForEach::N': [J, !Ref P, { '${J}': { Type: AWS::SNS::Topic } }]";
    expect(read(`Resources: { 'Fn::ForEach::L': [I, [x], { ${inner} }] }`).isComplete).toBe(false);
    expect(
      read(
        `Resources: { 'Fn::ForEach::L': [I, [x], { ${inner} }], 'Fn::ForEach::M': [I, [y], { '\${I}': { Type: a } }] }`,
      ).isComplete,
    ).toBe(false);
  });

  it('of properties leave open which there are', () => {
    const template = read(`Resources:
  T:
    Type: AWS::SNS::Topic
    Properties: { 'Fn::ForEach::L': [I, !Ref P, { '\${I}': x }], Own: y }
`);
    expect(template.isComplete).toBe(true);
    const topic = template.resources.get('T')!;
    expect(topic.values('Own')[0]!.text).toBe('y');
    expect(topic.values('DisplayName')[0]!.kind).toBe('unknown');
  });

  const items = (size: number): string => Array.from({ length: size }, (_, index) => `a${index}`).join(', ');

  it('may not make more values than are read', () => {
    const topic = `{ Type: AWS::SNS::Topic, Properties: { P: [${items(10_000)}] } }`;
    expect(faultOf(`Resources: { 'Fn::ForEach::A': [A, [${items(50)}], { T: ${topic} }] }`)).toMatchObject({
      code: 'template-too-large',
      received: 'loops that make more than 500000 values',
      expected: 'at most 500000 values',
      remedy: 'loop over less',
      line: 1,
    });
  });

  it('may not make more text than is read', () => {
    const topic = `{ Type: AWS::SNS::Topic, Properties: { DisplayName: '${'${I}'.repeat(1_001)}' } }`;
    expect(faultOf(`Resources: { 'Fn::ForEach::A': [I, [${'x'.repeat(1_999)}], { T: ${topic} }] }`)).toMatchObject({
      code: 'template-too-large',
      received: 'loops that make more than 2000000 characters',
    });
    expect(faultOf(`Resources: { 'Fn::ForEach::A': [I, [${'x'.repeat(1_998)}], { T: ${topic} }] }`)).toBeUndefined();
  });
});

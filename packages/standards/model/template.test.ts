import { StandardsError } from '../standards-error.ts';
import { Template } from './template.ts';

const read = (text: string): Template => Template.read(Buffer.from(text), 'f.yaml');
const TOPIC = 'Resources: { T: { Type: AWS::SNS::Topic } }\n';

describe('a template', () => {
  it.each([
    ['Transform: AWS::Serverless-2016-10-31', /SAM/],
    ['Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]', /SAM/],
    ['Transform: { Name: AWS::Include, Parameters: { Location: x } }', /AWS::Include/],
    ['Transform: Mine', /Mine/],
  ])('is left alone with %s', (transform, why) => {
    expect(read(TOPIC + transform).leftAlone).toMatch(why);
  });

  it.each(['Transform: AWS::LanguageExtensions', 'Transform: AWS::SecretsManager-2020-07-23', ''])(
    'is not left alone with %s',
    (transform) => {
      expect(read(TOPIC + transform).leftAlone).toBeUndefined();
    },
  );

  it('writes out a loop over a list that stands in it, also inside of another', () => {
    const template = read(`
Resources:
  'Fn::ForEach::Outer':
    - Name
    - [a.b, c]
    - 'Fn::ForEach::Inner':
        - Kind
        - [X, Y]
        - 'T&{Name}\${Kind}':
            Type: AWS::SNS::Topic
            Properties: { DisplayName: !Sub '\${Name}-\${Kind}-\${AWS::Region}', TopicName: !Ref Kind }
`);
    expect([...template.resources.keys()]).toEqual(['TabX', 'TabY', 'TcX', 'TcY']);
    const topic = template.resources.get('TabY')!;
    expect(topic.values('DisplayName')[0]!.spelling).toBe('a.b-Y-${AWS::Region}');
    expect(topic.values('TopicName')[0]!.text).toBe('Y');
    expect(template.source.positionOf(topic.place.start).line).toBe(9);
    expect(template.isComplete).toBe(true);
  });

  it('says where a loop goes over what only the stack knows, and concludes nothing from what is missing', () => {
    const template = read(
      "Resources:\n  T: { Type: AWS::SNS::Topic }\n  'Fn::ForEach::L': [I, !Ref P, { '${I}': { Type: AWS::SNS::Topic } }]\n",
    );
    expect(template.isComplete).toBe(false);
    expect(template.undecided).toMatchObject([{ why: expect.stringMatching(/only the stack knows/) }]);
    expect([...template.resources.keys()]).toEqual(['T']);
  });

  it('knows who names a resource', () => {
    const template = read(`
Resources:
  T: { Type: AWS::SNS::Topic }
  A: { Type: AWS::X::A, Properties: { V: !If [C, !Ref T, x] } }
  B: { Type: AWS::X::B, Properties: { V: !Sub '\${T}/y' } }
  C: { Type: AWS::X::C, Properties: { V: [!GetAtt T.TopicName] } }
  D: { Type: AWS::X::D, DependsOn: T }
`);
    const referrers = template.referrers(template.resources.get('T')!);
    expect(referrers.map(({ logicalId }) => logicalId)).toEqual(['A', 'B', 'C']);
  });

  it.each([
    ['a list', '[1]', 'not-a-template'],
    ['nothing', '', 'not-a-template'],
    ['another document', 'a: 1', 'not-a-template'],
    ['a template without resources', 'AWSTemplateFormatVersion: 2010-09-09', 'template-invalid'],
    ['a resource without a type', 'Resources: { A: { Properties: {} } }', 'template-invalid'],
    [
      'far too many resources',
      `Resources:\n${Array.from({ length: 1001 }, (_, i) => `  R${i}: {Type: a}\n`).join('')}`,
      'template-too-large',
    ],
  ])('is not %s', (_, text, code) => {
    expect(() => read(text)).toThrow(StandardsError);
    expect(() => read(text)).toThrow(code);
  });

  it.each([
    ['[1]', 'a list'],
    ['text', 'a scalar'],
    ['{}', 'a map of nothing'],
    ['a: 1\nb: 2', 'a map of a, b'],
    ['a: 1\nb: 2\nc: 3\nd: 4\ne: 5', 'a map of a, b, c, d, e'],
    ['a: 1\nb: 2\nc: 3\nd: 4\ne: 5\nf: 6', 'a map of a, b, c, d, e, …'],
    ['Resources: { A: { Properties: {} } }', 'A without a Type'],
    ['Resources: { A: { Type: [B] } }', 'A without a Type'],
    ['Resources: { A: 1 }', 'A without a Type'],
    ['Resources: { AFn::ForEach::B: { C: 1 } }', 'AFn::ForEach::B without a Type'],
  ])('says of %s what it received', (text, received) => {
    try {
      read(text);
    } catch (error) {
      const [fault] = (error as StandardsError).faults;
      expect(fault).toMatchObject({
        received,
        expected: expect.stringMatching(/^a /),
        remedy: expect.stringMatching(/^\w+ /),
      });
    }
    expect.assertions(1);
  });

  it('has 1,000 resources at most, and says twenty faults of them at most', () => {
    const resources = (size: number, of: string): string =>
      `Resources:\n${Array.from({ length: size }, (_, index) => `  R${index}: { ${of} }\n`).join('')}`;
    expect(read(resources(1_000, 'Type: a')).resources.size).toBe(1_000);
    try {
      read(resources(1_001, 'Properties: {}'));
    } catch (error) {
      const { faults } = error as StandardsError;
      expect(faults).toHaveLength(20);
      expect(faults[0]).toMatchObject({
        received: '1001 resources',
        expected: 'at most 1000; CloudFormation takes 500',
        remedy: 'split the template',
      });
    }
    expect.assertions(3);
  });

  it('may get resources from a macro, and lists those that it has by type', () => {
    const template = read(
      "Resources: { 'Fn::Transform': { Name: AWS::Include }, A: { Type: B }, C: { Type: D }, E: { Type: B } }",
    );
    expect(template.isComplete).toBe(false);
    expect([...template.resources.keys()]).toEqual(['A', 'C', 'E']);
    expect(template.ofType('B', 'Z', 'D').map(({ logicalId }) => logicalId)).toEqual(['A', 'E', 'C']);
    expect(template.section('Resources')!.entries.size).toBe(4);
    expect(template.section('Outputs')).toBeUndefined();
  });

  it('knows its parameters as they are written', () => {
    const { parameters } = read(
      `${TOPIC}Parameters:
  A: { Type: Number, Default: 1, AllowedValues: [1, [2], 3], NoEcho: 'TRUE' }
  B: { Default: [1], AllowedValues: 1, NoEcho: trueish }
  C: { NoEcho: untrue }
`,
    );
    expect(
      [...parameters.values()].map(({ name, type, default: preset, allowedValues, secret }) => [
        name,
        type,
        preset?.text,
        allowedValues,
        secret,
      ]),
    ).toEqual([
      ['A', 'Number', '1', ['1', '3'], true],
      ['B', 'String', undefined, undefined, false],
      ['C', 'String', undefined, undefined, false],
    ]);
  });

  it.each([
    ['{ Parameters: {} }', /without a name/],
    ['[AWS::LanguageExtensions, Mine]', /Mine/],
    ['AWS::LanguageExtensionsOfMine', /AWS::LanguageExtensionsOfMine/],
    ['MyAWS::LanguageExtensions', /MyAWS/],
  ])('is left alone with the transform %s', (transform, why) => {
    expect(read(`${TOPIC}Transform: ${transform}`).leftAlone).toMatch(why);
  });

  it('misses an attribute at the resource, and a property at its name', () => {
    const template = read('Resources: { T: { Type: A, DeletionPolicy: { a: 1 } } }');
    const topic = template.resources.get('T')!;
    const [absent] = topic.attribute('UpdatePolicy');
    const [policy] = topic.attribute('DeletionPolicy');
    const at = ({ start, end }: { start: number; end: number }): string => template.source.text.slice(start, end);
    expect([absent!.isAbsent, at(absent!.place), at(policy!.place)]).toEqual([true, 'T', 'DeletionPolicy']);
    expect(topic.values('A').map(({ isAbsent }) => isAbsent)).toEqual([true]);
  });

  it('names no resource by a text with holes that are none', () => {
    const template = read(
      "Resources: { T: { Type: A }, B: { Type: C, Properties: { V: !Sub ['${X}${T}', { X: !ImportValue y }] } } }",
    );
    expect(template.referrers(template.resources.get('T')!).map(({ logicalId }) => logicalId)).toEqual(['B']);
    expect(template.referrers(template.resources.get('B')!)).toEqual([]);
  });
});

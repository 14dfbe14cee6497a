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
});

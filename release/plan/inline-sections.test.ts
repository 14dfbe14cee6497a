import { inlineSections } from './inline-sections.ts';
import { parseTemplate } from './parse-template.ts';

const resourcesOf = (text: string, keep?: string[]) => inlineSections(parseTemplate(text), keep).Resources;

test('conditions stand where they are used', () => {
  const text = `
Conditions:
  HasKey: !Not [!Equals [!Ref Key, '']]
  Both: !And [!Condition HasKey, !Equals [a, b]]
Resources:
  A:
    Condition: Both
    Properties:
      Key: !If [HasKey, !Ref Key, !Ref AWS::NoValue]
      Policy: {Condition: {StringEquals: {a: b}}}
`;
  const hasKey = { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'Key' }, ''] }] };
  expect(resourcesOf(text)).toEqual({
    A: {
      Condition: { 'Fn::And': [hasKey, { 'Fn::Equals': ['a', 'b'] }] },
      Properties: {
        Key: { 'Fn::If': [hasKey, { Ref: 'Key' }, { Ref: 'AWS::NoValue' }] },
        Policy: { Condition: { StringEquals: { a: 'b' } } },
      },
    },
  });
});

test('a look-up gives its value, or all that it could give', () => {
  const text = `
Mappings:
  Sizes: {small: {Cpu: 256, Name: s}, large: {Cpu: 512}}
Resources:
  A:
    Known: !FindInMap [Sizes, small, Cpu]
    Chosen: !FindInMap [Sizes, !Ref Size, Cpu]
`;
  expect(resourcesOf(text)).toEqual({
    A: {
      Known: '256',
      Chosen: { 'Fn::FindInMap': [{ small: '256', large: '512' }, { Ref: 'Size' }, 'Cpu'] },
    },
  });
  expect(resourcesOf(text, ['Sizes'])).toMatchObject({ A: { Known: { 'Fn::FindInMap': ['Sizes', 'small', 'Cpu'] } } });
});

test('a circle of conditions ends', () => {
  const text = 'Conditions: {A: !Not [!Condition B], B: !Not [!Condition A]}\nResources: {X: {Condition: A}}\n';
  expect(resourcesOf(text)).toEqual({ X: { Condition: { 'Fn::Not': [{ 'Fn::Not': ['A'] }] } } });
});

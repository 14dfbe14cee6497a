import { Template } from '../model/template.ts';
import { isDecidedBy } from './decided-by.ts';

function isDecided(value: unknown, conditions: Record<string, unknown> = {}): boolean {
  const text = JSON.stringify({
    Parameters: { Shape: { Type: 'String' }, Other: { Type: 'String' } },
    Conditions: conditions,
    Resources: { Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: value } } },
  });
  const template = Template.read(Buffer.from(text), 'a.json');
  return isDecidedBy('Shape', template.resources.get('Topic')!.properties, template);
}
const isRound = { 'Fn::Equals': [{ Ref: 'Shape' }, 'round'] };

describe('isDecidedBy', () => {
  it.each([
    ['a reference', { Ref: 'Shape' }],
    ['a text', { 'Fn::Sub': 'topic-${Shape}' }],
    ['the key of a mapping', { 'Fn::FindInMap': ['Names', { Ref: 'Shape' }, 'name'] }],
    ['a branch', { 'Fn::If': ['Unknown', { Ref: 'Shape' }, ''] }],
  ])('sees the parameter in %s', (_, value) => expect(isDecided(value)).toBe(true));

  it('sees it through conditions that name each other', () => {
    const value = { 'Fn::If': ['IsSquare', 'a', 'b'] };
    expect(isDecided(value, { IsRound: isRound, IsSquare: { 'Fn::Not': [{ Condition: 'IsRound' }] } })).toBe(true);
    expect(isDecided(value, { IsRound: isRound, IsSquare: { 'Fn::Equals': [{ Ref: 'Other' }, 'a'] } })).toBe(false);
  });

  it.each(['Shape', { Ref: 'Other' }, { 'Fn::Sub': '${Shapes}' }, { 'Fn::If': ['Gone', 'a', 'b'] }])(
    'does not see it in %j',
    (value) => expect(isDecided(value)).toBe(false),
  );

  it('ends where conditions go in a circle', () => {
    const circle = { A: { 'Fn::Not': [{ Condition: 'B' }] }, B: { 'Fn::Not': [{ Condition: 'A' }] } };
    expect(isDecided({ 'Fn::If': ['A', 'a', 'b'] }, circle)).toBe(false);
  });

  it('follows a chain of conditions that is longer than the stack is deep', () => {
    const length = 10_000;
    const chain = Object.fromEntries(
      Array.from({ length }, (_, index) => [`C${index}`, { 'Fn::Not': [{ Condition: `C${index + 1}` }] }]),
    );
    const value = { 'Fn::If': ['C0', 'a', 'b'] };
    expect(isDecided(value, { ...chain, [`C${length}`]: isRound })).toBe(true);
    expect(isDecided(value, { ...chain, [`C${length}`]: { 'Fn::Equals': [{ Ref: 'Other' }, 'a'] } })).toBe(false);
  });
});

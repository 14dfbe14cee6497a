import { Template } from '../model/template.ts';
import { isDecidedBy } from './decided-by.ts';

const read = (text: object): Template => Template.read(Buffer.from(JSON.stringify(text)), 'test.json');
const propertiesOf = (template: Template) => template.ofType('AWS::X::Y')[0]!.properties;

/** A resource that is decided by the first condition of a chain, whose last one asks for `Last`. */
function chainOf(length: number, Last: object): Template {
  const name = (index: number): string => `C${index}`;
  const conditions = Array.from({ length }, (_, index) => [
    name(index),
    { 'Fn::Not': [{ Condition: name(index + 1) }] },
  ]);
  return read({
    Parameters: { Asked: { Type: 'String' }, Other: { Type: 'String' } },
    Conditions: Object.fromEntries([...conditions, [name(length), Last]]),
    Resources: { It: { Type: 'AWS::X::Y', Properties: { Size: { 'Fn::If': ['C0', 'a', 'b'] } } } },
  });
}
const asks = (parameter: string): object => ({ 'Fn::Equals': [{ Ref: parameter }, 'x'] });

test('a parameter decides through the conditions of an If, however many stand between', () => {
  const template = chainOf(10_000, asks('Asked'));
  expect(isDecidedBy('Asked', propertiesOf(template), template)).toBe(true);
  expect(isDecidedBy('Other', propertiesOf(template), template)).toBe(false);
});

test('conditions that name each other in a circle decide nothing', () => {
  const template = chainOf(3, { Condition: 'C0' });
  expect(isDecidedBy('Asked', propertiesOf(template), template)).toBe(false);
});

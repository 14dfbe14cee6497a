import { perTemplate } from './per-template.ts';
import { Template } from './template.ts';

test('what is known of a template is worked out once, for each template', () => {
  const read = (type: string): Template => Template.read(Buffer.from(`Resources: { T: { Type: ${type} } }`), 'f');
  const workOut = jest.fn((template: Template) => template.resources.get('T')!.type);
  const typeOf = perTemplate(workOut);
  const [one, other] = [read('A'), read('B')];
  expect([typeOf(one), typeOf(other), typeOf(one)]).toEqual(['A', 'B', 'A']);
  expect(workOut).toHaveBeenCalledTimes(2);
});

import { type Assumptions, NOTHING_ASSUMED } from './conditions.ts';
import { Template } from './template.ts';
import { mayStandTogether } from './together.ts';

/** What holds where resources under these conditions are made. */
function assumed(...conditions: readonly string[]): Assumptions[] {
  const text = `
    Parameters:
      Size: { Type: String, Default: small }
    Conditions:
      Small: !Equals [!Ref Size, small]
      Large: !Equals [!Ref Size, large]
      NotSmall: !Not [!Equals [!Ref Size, small]]
      NotLarge: !Not [!Equals [!Ref Size, large]]
      Here: !Equals [!Ref AWS::Region, us-east-1]
      Elsewhere: !Not [!Condition Here]
    Resources:
${conditions.map((name, index) => `      R${index}: { Type: AWS::SNS::Topic, Condition: ${name} }`).join('\n')}
  `;
  return [...Template.read(Buffer.from(text), 'conditions.yaml').resources.values()].map(({ when }) => when);
}

describe('mayStandTogether', () => {
  it.each([
    ['Small', 'Small', true],
    ['Small', 'Large', false],
    ['Small', 'NotSmall', false],
    ['Small', 'NotLarge', true],
    ['NotSmall', 'NotLarge', true],
    ['Large', 'NotSmall', true],
    ['Here', 'Elsewhere', false],
    ['Here', 'Small', true],
  ])('knows of %s and %s, in either order', (one, other, expected) => {
    const [first, second] = assumed(one, other) as [Assumptions, Assumptions];
    expect(mayStandTogether(first, second)).toBe(expected);
    expect(mayStandTogether(second, first)).toBe(expected);
  });

  it('lets what stands always stand with anything', () => {
    for (const when of assumed('Small', 'NotSmall', 'Here', 'Elsewhere'))
      expect(mayStandTogether(when, NOTHING_ASSUMED)).toBe(true);
  });
});

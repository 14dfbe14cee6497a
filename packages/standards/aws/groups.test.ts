import { Template } from '../model/template.ts';
import { isHandedOn, isOfFixedSize, numberOf } from './groups.ts';

const GROUP = 'Type: AWS::AutoScaling::AutoScalingGroup';

function templateOf(properties: string, rest = ''): Template {
  return Template.read(
    Buffer.from(`
Parameters: { Size: { Type: Number }, Most: { Type: Number } }
Conditions: { C: !Equals [!Ref AWS::Region, a] }
Resources: { Group: { ${GROUP}, Properties: { ${properties} } }, Other: { Type: A } }
${rest}`),
    'f',
  );
}

describe('a group', () => {
  it.each([
    ['0', 0],
    ['12', 12],
    ["'004'", 4],
    ['999999999', 999_999_999],
    ['1000000000', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['2a', undefined],
    ["''", undefined],
    ['!Ref Size', undefined],
    ['[1]', undefined],
  ])('has of the size %s the number %s', (size, expected) => {
    const group = templateOf(`MinSize: ${size}`).resources.get('Group')!;
    expect(numberOf(group.values('MinSize')[0]!)).toBe(expected);
  });

  it.each([
    ['MinSize: 2, MaxSize: 2', true],
    ['MinSize: 0, MaxSize: 1', true],
    ['MinSize: !Ref Size, MaxSize: !Ref Size', true],
    ['MinSize: !If [C, 2, 3], MaxSize: !If [C, 2, 3]', true],
    ['MinSize: !If [C, 2, 3], MaxSize: !If [C, 3, 2]', false],
    ['MinSize: 1, MaxSize: 2', false],
    ['MinSize: 1, MaxSize: 11', false],
    ['MinSize: !Ref Size, MaxSize: !Ref Most', false],
    ['MinSize: !ImportValue a, MaxSize: !ImportValue a', false],
    ['MinSize: !If [C, 2, !ImportValue a], MaxSize: !If [C, 2, !ImportValue a]', false],
  ])('with { %s } is of fixed size: %s', (properties, expected) => {
    expect(isOfFixedSize(templateOf(properties).resources.get('Group')!)).toBe(expected);
  });

  it.each([
    ["Outputs: { A: { Value: !Sub '${Group}' } }", true],
    ["Outputs: { A: { Value: !Sub 'x/${AWS::StackName}/${Group}' } }", true],
    ['Outputs: { A: { Value: !Ref Group } }', true],
    ['Outputs: { A: { Value: !Ref Groups } }', false],
    ['Outputs: { A: { Value: MyGroup } }', false],
    ['', false],
  ])('with %s is handed on: %s', (rest, expected) => {
    const template = templateOf('MinSize: 1', rest);
    expect(isHandedOn(template.resources.get('Group')!, template)).toBe(expected);
  });
});

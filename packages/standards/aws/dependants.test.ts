import { Template } from '../model/template.ts';
import { dependantsOf } from './dependants.ts';

function dependants(logicalId: string, resources: Record<string, object>): string[] {
  const template = Template.read(Buffer.from(JSON.stringify({ Resources: resources })), 'a.json');
  return [...dependantsOf(template.resources.get(logicalId)!, template)].map((one) => one.logicalId).sort();
}
const Type = 'AWS::SNS::Topic';

describe('dependantsOf', () => {
  it('follows references and DependsOn, alone and in lists, over several resources', () => {
    const resources = {
      A: { Type },
      B: { Type, Properties: { TopicName: { 'Fn::Sub': '${A}-b' } } },
      C: { Type, DependsOn: 'B' },
      D: { Type, DependsOn: ['Other', 'C'] },
      Other: { Type },
    };
    expect(dependants('A', resources)).toEqual(['B', 'C', 'D']);
    expect(dependants('Other', resources)).toEqual(['D']);
    expect(dependants('D', resources)).toEqual([]);
  });

  it('ends in a circle, which CloudFormation would refuse', () => {
    const circle = { A: { Type, DependsOn: 'B' }, B: { Type, DependsOn: 'A' } };
    expect(dependants('A', circle)).toEqual(['A', 'B']);
  });
});

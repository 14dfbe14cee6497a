import { entryOf } from '../reading/node.ts';
import { templateStandard } from '../standard.ts';

export default templateStandard({
  name: 'unconditional-outputs',
  number: 56,
  title: 'Outputs exist always',
  why: 'A stack that reads an output of a nested stack fails where the output is absent.',
  remedy: "Remove the Condition and write Value: !If [<condition>, <value>, '']",
  source: 'CloudFormation User Guide, "Outputs syntax"',
  peers: 'none',
  audience: 'house',
  severity: 'error',
  applies: 'template',
  *check({ template }) {
    for (const [name, { value }] of template.section('Outputs')?.entries ?? []) {
      const condition = entryOf(value, 'Condition');
      if (condition) yield { at: { place: condition.value }, message: `The output ${name} may be absent` };
    }
  },
  examples: {
    good: [
      `
      Conditions:
        HasTopic: !Equals [!Ref AWS::Region, us-east-1]
      Resources:
        Topic: { Type: AWS::SNS::Topic, Condition: HasTopic }
      Outputs:
        TopicArn: { Value: !If [HasTopic, !Ref Topic, ''] }
      `,
      `
      Resources:
        Topic: { Type: AWS::SNS::Topic }
      `,
    ],
    bad: [
      `
      Conditions:
        HasTopic: !Equals [!Ref AWS::Region, us-east-1]
      Resources:
        Topic: { Type: AWS::SNS::Topic, Condition: HasTopic }
      Outputs:
        TopicArn:
          Condition: HasTopic # finding
          Value: !Ref Topic
      `,
    ],
  },
});

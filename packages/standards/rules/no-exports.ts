import { callsOf } from '../reading/intrinsics.ts';
import { entryOf } from '../reading/node.ts';
import { templateStandard } from '../standard.ts';

export default templateStandard({
  name: 'no-exports',
  number: 55,
  title: 'No stack exports values or imports them',
  why: 'An export cannot change or go while somebody imports it, so one stack locks another.',
  remedy: 'Take the value as a parameter, and let whoever deploys pass the output on',
  source: 'CloudFormation User Guide, "Get exported outputs from a deployed stack"',
  peers: 'none',
  audience: 'house',
  severity: 'warning',
  applies: 'template',
  *check({ template }) {
    for (const { value } of template.section('Outputs')?.entries.values() ?? []) {
      const exported = entryOf(value, 'Export');
      if (exported) yield { at: { place: exported.key }, message: 'The output is exported' };
    }
    for (const resource of template.resources.values())
      if (resource.properties)
        for (const imported of callsOf('Fn::ImportValue', resource.properties))
          yield { at: { place: imported }, resource, message: 'The value is imported from another stack' };
  },
  examples: {
    good: [
      `
      Resources:
        Topic: { Type: AWS::SNS::Topic }
      Outputs:
        TopicArn: { Value: !Ref Topic }
      `,
      `
      Resources:
        Topic: { Type: AWS::SNS::Topic }
      `,
    ],
    bad: [
      `
      Resources:
        Subscription:
          Type: AWS::SNS::Subscription
          Properties:
            TopicArn: !ImportValue topic # finding
            Endpoint:
              Fn::ImportValue: !Sub '\${AWS::StackName}-x' # finding
      Outputs:
        Arn:
          Value: !Ref Subscription
          Export: # finding
            Name: subscription
      `,
    ],
  },
});

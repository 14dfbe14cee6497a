import { customResourcesOf } from '../aws/custom-resources.ts';
import { templateStandard } from '../standard.ts';

export default templateStandard({
  name: 'custom-resource-timeout',
  number: 59,
  title: 'A custom resource says how long it may take',
  why: 'A function that dies without an answer holds the stack for an hour, and another one for the way back.',
  remedy: "Set ServiceTimeout to a little more than the function's own Timeout",
  source: 'CloudFormation Template Reference, "AWS::CloudFormation::CustomResource"',
  peers: 'none',
  audience: 'everyone',
  severity: 'note',
  applies: 'template',
  *check({ template }) {
    for (const resource of customResourcesOf(template))
      for (const timeout of resource.values('ServiceTimeout'))
        if (timeout.isAbsent) yield { at: timeout, resource, message: 'It may hold the stack for an hour' };
  },
  examples: {
    good: [
      `
      Resources:
        Seed:
          Type: AWS::CloudFormation::CustomResource
          Properties: { ServiceToken: !Ref FunctionArn, ServiceTimeout: 330 }
        Rule:
          Type: Custom::ListenerRule
          Properties: { ServiceToken: !Ref FunctionArn, ServiceTimeout: '60' }
        Topic: { Type: AWS::SNS::Topic }
      Parameters:
        FunctionArn: { Type: String }
      `,
    ],
    bad: [
      `
      Resources:
        Seed: # finding
          Type: AWS::CloudFormation::CustomResource
          Properties: { ServiceToken: !Ref FunctionArn }
        Rule: # finding
          Type: Custom::ListenerRule
          Properties: { ServiceToken: !Ref FunctionArn }
      Parameters:
        FunctionArn: { Type: String }
      `,
    ],
  },
});

import { scalarsOf } from '../reading/node.ts';
import { templateStandard } from '../standard.ts';

export default templateStandard({
  name: 'no-literal-partition',
  number: 43,
  title: 'No partition is written out in an ARN',
  why: 'arn:aws: does not exist in China and GovCloud.',
  remedy: "Write !Sub 'arn:${AWS::Partition}:…'",
  source: 'CloudFormation Template Reference, "Pseudo parameters reference", AWS::Partition',
  peers: 'cfn-lint I3042, which is off by default',
  audience: 'house',
  severity: 'warning',
  applies: 'template',
  *check({ template }) {
    for (const resource of template.resources.values())
      if (resource.properties)
        for (const scalar of scalarsOf(resource.properties))
          if (/^arn:aws[a-z-]*:/.test(scalar.text))
            yield { at: { place: scalar }, resource, message: 'The partition is written out' };
  },
  examples: {
    good: [
      `
      Resources:
        Role:
          Type: AWS::IAM::Role
          Properties:
            ManagedPolicyArns: [!Sub 'arn:\${AWS::Partition}:iam::aws:policy/ReadOnlyAccess']
      `,
      `
      Resources:
        Silent: { Type: AWS::SNS::Topic }
        Role:
          Type: AWS::IAM::Role
          Properties: { Description: 'like arn:aws:iam::1:role/x', Path: 'arn:awssome/' }
      `,
    ],
    bad: [
      `
      Resources:
        Role:
          Type: AWS::IAM::Role
          Properties:
            ManagedPolicyArns:
              - arn:aws:iam::aws:policy/ReadOnlyAccess # finding
              - !Join ['', ['arn:aws:iam::', !Ref AWS::AccountId, ':policy/x']] # finding
      `,
      `
      Resources:
        Role:
          Type: AWS::IAM::Role
          Properties:
            ManagedPolicyArns:
              - arn:aws-cn:iam::aws:policy/ReadOnlyAccess # finding
      `,
    ],
  },
});

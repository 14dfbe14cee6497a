import { takesResource } from '../aws/actions-without-resource.ts';
import { identityPolicyTypes, identityStatements, isAllow } from '../aws/statements.ts';
import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'no-wildcard-resources',
  number: 44,
  title: 'An action that takes a resource is allowed on named resources',
  why: 'What one function may do to its own table it should not do to all tables of the account.',
  remedy: 'Name the resources by ARN, or narrow the statement by a condition',
  source: 'Service Authorization Reference, "Actions, resources, and condition keys for AWS services"',
  peers: 'cfn-lint I3510 checks that resources fit their actions; cdk-nag IAM5 reports every asterisk',
  audience: 'house',
  severity: 'warning',
  applies: identityPolicyTypes,
  *check({ resource }) {
    for (const statement of identityStatements(resource).filter(isAllow)) {
      if (statement.values('Condition').some(({ isAbsent }) => !isAbsent)) continue;
      for (const everything of statement.values('Resource.*').filter((one) => one.is('*')))
        for (const action of statement.values('Action.*'))
          if (action.text !== undefined && takesResource(action.text))
            yield { at: action, message: `${action.text} takes a resource, and is allowed on ${everything.text}` };
    }
  },
  examples: {
    good: [
      `
      Resources:
        Policy:
          Type: AWS::IAM::ManagedPolicy
          Properties:
            PolicyDocument:
              Statement:
                - { Effect: Allow, Action: ['ec2:DescribeInstances', 'ecr:GetAuthorizationToken'], Resource: '*' }
                - { Effect: Allow, Action: 's3:GetObject', Resource: 'arn:aws:s3:::bucket/*' }
                - { Effect: Allow, Action: 'unheard:Of', Resource: '*' }
                - Effect: Allow
                  Action: ecs:UpdateService
                  Resource: '*'
                  Condition: { ArnEquals: { 'ecs:cluster': !Ref Cluster } }
      Parameters:
        Cluster: { Type: String }
      `,
      `
      Parameters:
        Action: { Type: String }
      Conditions:
        Here: !Equals [!Ref AWS::Region, us-east-1]
      Resources:
        Policy:
          Type: AWS::IAM::ManagedPolicy
          Properties:
            PolicyDocument:
              Statement:
                - { Effect: Deny, Action: 's3:GetObject', Resource: '*' }
                - { Effect: Allow, Action: !Ref Action, Resource: '*' }
                - Effect: Allow
                  Action: ecs:UpdateService
                  Resource: '*'
                  Condition: !If [Here, !Ref AWS::NoValue, { ArnEquals: { 'ecs:cluster': main } }]
      `,
    ],
    bad: [
      `
      Resources:
        Policy:
          Type: AWS::IAM::Policy
          Properties:
            PolicyDocument:
              Statement:
                - Effect: Allow
                  Action:
                    - logs:DescribeLogGroups
                    - logs:PutLogEvents # finding
                    - dynamodb:PutItem # finding
                  Resource: '*'
      `,
    ],
  },
});

import { identityPolicyTypes, identityStatements, isAllow } from '../aws/statements.ts';
import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'no-wildcard-actions',
  number: 44,
  title: 'No identity may do everything that a service can',
  why: 'A wildcard allows deleting where reading was meant, and each action that AWS adds later.',
  remedy: 'List the actions that are called',
  source: 'IAM User Guide, "Security best practices in IAM", Apply least-privilege permissions',
  peers:
    'cdk-nag IAMNoWildcardPermissions (IAM5) reports every asterisk, also in resources, and wants a reason for each',
  audience: 'everyone',
  severity: 'warning',
  applies: identityPolicyTypes,
  *check({ resource }) {
    for (const statement of identityStatements(resource).filter(isAllow))
      for (const action of statement.values('Action.*')) {
        const everything = /^(?:([a-z0-9-]+):)?\*+$/i.exec(action.text ?? '');
        if (!everything) continue;
        const [, service] = everything;
        yield { at: action, message: service ? `Every action of ${service} is allowed` : 'Every action is allowed' };
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
                - { Effect: Allow, Action: ['s3:GetObject', 'ec2:Describe*'], Resource: '*' }
                - { Effect: Deny, Action: '*', Resource: '*' }
      `,
      `
      Parameters:
        Action: { Type: String }
      Resources:
        Policy:
          Type: AWS::IAM::ManagedPolicy
          Properties:
            PolicyDocument: { Statement: [{ Effect: Allow, Action: [!Ref Action, '*:GetObject', 's3:*Object'] }] }
      `,
    ],
    bad: [
      `
      Conditions:
        IsDev: !Equals [!Ref AWS::Region, us-east-1]
      Resources:
        Role:
          Type: AWS::IAM::Role
          Properties:
            Policies:
              - PolicyName: all
                PolicyDocument:
                  Statement:
                    - Effect: Allow
                      Action: '*' # finding
                      Resource: '*'
                    - Effect: Allow
                      Action: !If
                        - IsDev
                        - s3:* # finding
                        - s3:GetObject
                      Resource: '*'
      `,
      `
      Resources:
        Policy:
          Type: AWS::IAM::ManagedPolicy
          Properties:
            PolicyDocument:
              Statement:
                - Effect: Allow
                  Action:
                    - '**' # finding: Every action is allowed
                    - S3:** # finding: Every action of S3 is allowed
      `,
    ],
  },
});

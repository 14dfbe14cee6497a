import { identityPolicyTypes, identityStatements, isAllow } from '../aws/statements.ts';
import { resourceStandard } from '../standard.ts';

/** AWS's own policies that allow it. */
const MANAGED = /:policy\/service-role\/AWSLambda(?:Basic|VPCAccess)ExecutionRole$/;

export default resourceStandard({
  name: 'no-create-log-group',
  number: 41,
  title: 'No role creates log groups',
  why: 'A group that a role makes has no end, no key and no owner, and comes back after the stack is gone.',
  remedy: 'Make the log group in the template and allow logs:CreateLogStream and logs:PutLogEvents on it',
  source: 'CloudWatch Logs User Guide, "Working with log groups and log streams"',
  peers: 'none',
  audience: 'house',
  severity: 'warning',
  applies: identityPolicyTypes,
  *check({ resource }) {
    for (const statement of identityStatements(resource).filter(isAllow))
      for (const action of statement.values('Action.*'))
        if (action.text !== undefined && /^(?:\*|logs:(?:\*|Create\*|CreateLog\*|CreateLogGroup))$/i.test(action.text))
          yield { at: action, message: `${action.text} creates log groups` };
    for (const policy of resource.values('ManagedPolicyArns.*')) {
      const last = policy.parts.at(-1);
      if (typeof last === 'string' && MANAGED.test(last))
        yield { at: policy, message: 'The managed policy allows logs:CreateLogGroup' };
    }
  },
  examples: {
    good: [
      `
      Resources:
        Role:
          Type: AWS::IAM::Role
          Properties:
            Policies:
              - PolicyName: logs
                PolicyDocument:
                  Statement:
                    - { Effect: Allow, Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: !GetAtt Logs.Arn }
                    - { Effect: Deny, Action: 'logs:CreateLogGroup', Resource: '*' }
        Logs: { Type: AWS::Logs::LogGroup }
      `,
      `
      Parameters:
        Action: { Type: String }
        PolicyArn: { Type: String }
      Resources:
        Role:
          Type: AWS::IAM::Role
          Properties:
            ManagedPolicyArns:
              - !Sub 'arn:\${AWS::Partition}:iam::aws:policy/ReadOnlyAccess'
              - !Ref PolicyArn
            Policies:
              - PolicyDocument:
                  Statement:
                    - { Effect: Allow, Action: [!Ref Action, 'xlogs:CreateLogGroup', 'logs:CreateLogGroups', 's3:*'] }
      `,
    ],
    bad: [
      `
      Resources:
        Role:
          Type: AWS::IAM::Role
          Properties:
            ManagedPolicyArns:
              - !Sub 'arn:\${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole' # finding
        Policy:
          Type: AWS::IAM::ManagedPolicy
          Properties:
            PolicyDocument:
              Statement:
                Effect: Allow
                Action:
                  - logs:PutLogEvents
                  - logs:CreateLogGroup # finding
                Resource: '*'
      `,
      `
      Resources:
        Role:
          Type: AWS::IAM::Role
          Properties:
            ManagedPolicyArns:
              - arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole # finding
            Policies:
              - PolicyDocument:
                  Statement:
                    - Effect: Allow
                      Action:
                        - '*' # finding
                        - logs:* # finding
                        - logs:Create* # finding
                        - logs:CreateLog* # finding
                        - LOGS:createloggroup # finding
      `,
    ],
  },
});

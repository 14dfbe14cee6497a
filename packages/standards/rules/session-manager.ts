import { attachedPolicies } from '../aws/attached-policies.ts';
import { sessionActions, sessionPolicies } from '../aws/sessions.ts';
import { identityStatements, isAllow } from '../aws/statements.ts';
import type { Resource } from '../model/resource.ts';
import type { Template } from '../model/template.ts';
import type { Value } from '../model/value.ts';
import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'session-manager',
  number: 31,
  title: 'Session Manager opens sessions to instances',
  why: 'It needs no open port and no key, says who was there, and is missed most when an instance is ill.',
  remedy: 'Attach AmazonSSMManagedInstanceCore, or a policy that allows its ssm and ssmmessages actions, to the role',
  source: 'Systems Manager User Guide, "Verify or add instance permissions for Session Manager"',
  peers: 'none; an account may have the Default Host Management Configuration instead, which no template shows',
  audience: 'house',
  severity: 'warning',
  applies: ['AWS::IAM::InstanceProfile'],
  *check({ resource, template }) {
    if (!template.isComplete) return;
    for (const name of resource.values('Roles.*')) {
      const role = template.referred(name);
      if (role?.type === 'AWS::IAM::Role' && !mayOpenSessions(role, template))
        yield { at: role, resource: role, message: 'Session Manager cannot reach instances of this role' };
    }
  },
  examples: {
    good: [
      `
      Resources:
        Profile: { Type: AWS::IAM::InstanceProfile, Properties: { Roles: [!Ref Managed, !Ref Own, !Ref Given] } }
        Others: { Type: AWS::IAM::InstanceProfile, Properties: { Roles: [!Ref Split, !Ref Most, elsewhere] } }
        Managed:
          Type: AWS::IAM::Role
          Properties:
            ManagedPolicyArns: [!Sub 'arn:\${AWS::Partition}:iam::aws:policy/AmazonSSMManagedInstanceCore']
        Own: { Type: AWS::IAM::Role }
        Policy:
          Type: AWS::IAM::Policy
          Properties:
            Roles: [!Ref Own]
            PolicyDocument:
              Statement:
                - { Effect: Allow, Action: 'ssm:Update*', Resource: '*' }
                - { Effect: Allow, Action: ['ssmmessages:*'], Resource: '*' }
        Given: { Type: AWS::IAM::Role, Properties: { ManagedPolicyArns: [!Ref InstancePolicyArn] } }
        Split:
          Type: AWS::IAM::Role
          Properties: { ManagedPolicyArns: [!Ref Messages, 'arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy'] }
        Messages:
          Type: AWS::IAM::ManagedPolicy
          Properties: { PolicyDocument: { Statement: { Effect: Allow, Action: 'ssmmessages:*', Resource: '*' } } }
        Update:
          Type: AWS::IAM::RolePolicy
          Properties:
            RoleName: !Ref Split
            PolicyDocument: { Statement: { Effect: Allow, Action: 'ssm:UpdateInstanceInformation', Resource: '*' } }
        Most:
          Type: AWS::IAM::Role
          Properties:
            Policies:
              - PolicyDocument: { Statement: { Effect: Allow, NotAction: 'iam:*', Resource: '*' } }
        Chosen:
          Type: AWS::IAM::Role
          Properties:
            Policies:
              - PolicyDocument: { Statement: { Effect: Allow, Action: !Ref Actions, Resource: '*' } }
        Free: { Type: AWS::IAM::InstanceProfile, Properties: { Roles: [!Ref Chosen] } }
      Parameters:
        InstancePolicyArn: { Type: String }
        Actions: { Type: CommaDelimitedList }
      `,
      `
      Transform: AWS::LanguageExtensions
      Parameters:
        Names: { Type: CommaDelimitedList }
      Resources:
        Profile: { Type: AWS::IAM::InstanceProfile, Properties: { Roles: [!Ref Role] } }
        Role: { Type: AWS::IAM::Role }
        Fn::ForEach::Policies:
          - Name
          - !Ref Names
          - 'Policy\${Name}': { Type: AWS::IAM::Policy, Properties: { Roles: [!Ref Role] } }
      `,
      `
      Resources:
        Profile: { Type: AWS::IAM::InstanceProfile, Properties: { Roles: [!Ref Some, !Ref Unknown, !Ref Mine] } }
        Some:
          Type: AWS::IAM::Role
          Properties:
            ManagedPolicyArns:
              - arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy
              - arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore
        Mine: { Type: AWS::IAM::Role, Properties: { ManagedPolicyArns: ['arn:aws:iam::123456789012:policy/Sessions'] } }
        Unknown:
          Type: AWS::IAM::Role
          Properties:
            Policies:
              - PolicyDocument:
                  Statement: [{ Effect: Allow, Action: 's3:GetObject', Resource: '*' }, !ImportValue statement]
      `,
    ],
    bad: [
      `
      Resources:
        Profile: { Type: AWS::IAM::InstanceProfile, Properties: { Roles: [!Ref Role] } }
        Role: # finding
          Type: AWS::IAM::Role
          Properties:
            ManagedPolicyArns: ['arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy']
            Policies:
              - PolicyName: half
                PolicyDocument: { Statement: { Effect: Allow, Action: 'ssmmessages:*', Resource: '*' } }
              - PolicyName: denied
                PolicyDocument: { Statement: { Effect: Deny, Action: 'ssm:*', Resource: '*' } }
        PassedOn:
          Type: AWS::IAM::Policy
          Properties:
            Roles: [other]
            PolicyDocument: { Statement: { Effect: Allow, Action: '*', Resource: !GetAtt Role.Arn } }
      `,
      `
      Resources:
        Profile: { Type: AWS::IAM::InstanceProfile, Properties: { Roles: [!Ref Role] } }
        Role: # finding
          Type: AWS::IAM::Role
          Properties:
            Policies:
              - PolicyDocument:
                  Statement:
                    - { Effect: Allow, Action: 'ssmmessages:*Session', Resource: '*' }
                    - { Effect: Allow, Action: ['ssm:Update*', 'ssm'], Resource: '*' }
      `,
    ],
  },
});

/** Whether a role's policies allow all that is needed, or may: some are not of this template. */
function mayOpenSessions(role: Resource, template: Template): boolean {
  const policies = role.values('ManagedPolicyArns.*');
  const own = policies.map((arn) => template.referred(arn)).filter((policy) => policy !== undefined);
  if (policies.some((arn) => !template.referred(arn) && mayGrant(arn))) return true;
  const statements = [role, ...own, ...attachedPolicies(role, template)].flatMap(identityStatements);
  // NotAction allows nearly everything, and a statement that only the stack knows may have one.
  if (statements.some((one) => one.values('NotAction').some(({ isAbsent }) => !isAbsent))) return true;
  const actions = statements.filter(isAllow).flatMap((statement) => statement.values('Action.*'));
  const allowed = actions.map(({ text }) => text?.toLowerCase());
  if (allowed.includes(undefined)) return true;
  return sessionActions.every((action) => allowed.some((pattern) => matches(action, pattern!)));
}

function mayGrant(arn: Value): boolean {
  const end = arn.parts.at(-1);
  if (typeof end !== 'string' || !end.includes(':aws:policy/')) return true;
  return sessionPolicies.has(end.slice(end.lastIndexOf('/') + 1));
}

function matches(action: string, pattern: string): boolean {
  const [start = '', ...rest] = pattern.split('*');
  return rest.length === 0 ? action === start : action.startsWith(start) && action.endsWith(rest.at(-1)!);
}

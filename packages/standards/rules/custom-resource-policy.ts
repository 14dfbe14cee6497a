import { attachedPolicies } from '../aws/attached-policies.ts';
import { customResourcesOf, providersOf } from '../aws/custom-resources.ts';
import { dependantsOf } from '../aws/dependants.ts';
import type { Resource } from '../model/resource.ts';
import type { Template } from '../model/template.ts';
import { templateStandard } from '../standard.ts';

export default templateStandard({
  name: 'custom-resource-policy',
  number: 59,
  title: 'What a custom resource may do is there before it and after it',
  why: 'CloudFormation makes and deletes at once what is not chained: the function finds itself without its rights.',
  remedy: "Let the custom resource or its function depend on the policy, or put it into the role's Policies",
  source: 'CloudFormation User Guide, "DependsOn attribute"',
  peers: 'none',
  audience: 'everyone',
  severity: 'warning',
  applies: 'template',
  *check({ template }) {
    const dependants = new Map<Resource, ReadonlySet<Resource>>();
    const after = (resource: Resource): ReadonlySet<Resource> => {
      const known = dependants.get(resource) ?? dependantsOf(resource, template);
      dependants.set(resource, known);
      return known;
    };
    // A policy that needs the result of the custom resource can only come after it.
    for (const resource of customResourcesOf(template))
      for (const policy of policiesBehind(resource, template))
        if (!after(policy).has(resource) && !after(resource).has(policy))
          yield {
            at: resource,
            resource,
            message: `${policy.logicalId}, by which its function acts, may go before it`,
          };
  },
  examples: {
    good: [
      `
      Resources:
        Seed:
          Type: Custom::Seed
          DependsOn: [Policy]
          Properties: { ServiceToken: !GetAtt Function.Arn }
        Function: { Type: AWS::Lambda::Function, Properties: { Role: !GetAtt Role.Arn } }
        Role: { Type: AWS::IAM::Role, Properties: { ManagedPolicyArns: [!Ref Managed], Policies: [] } }
        Managed: { Type: AWS::IAM::ManagedPolicy }
        Policy: { Type: AWS::IAM::Policy, Properties: { Roles: [!Ref Role] } }
        Late: { Type: AWS::IAM::Policy, Properties: { Roles: [!Ref Role], PolicyName: !Ref Seed } }
        Passes:
          Type: AWS::IAM::Policy
          Properties:
            Roles: [!Ref Other]
            PolicyDocument: { Statement: { Effect: Allow, Action: 'iam:PassRole', Resource: !GetAtt Role.Arn } }
        Other: { Type: AWS::IAM::Role }
        Careful:
          Type: Custom::Seed
          Properties: { ServiceToken: !GetAtt Waiting.Arn }
        Waiting:
          Type: AWS::Lambda::Function
          DependsOn: OtherPolicy
          Properties: { Role: !GetAtt OtherRole.Arn }
        OtherRole: { Type: AWS::IAM::Role }
        OtherPolicy: { Type: AWS::IAM::RolePolicy, Properties: { RoleName: !Ref OtherRole } }
      `,
    ],
    bad: [
      `
      Resources:
        Seed: # finding
          Type: Custom::Seed
          Properties: { ServiceToken: !GetAtt Function.Arn }
        Function: { Type: AWS::Lambda::Function, Properties: { Role: !GetAtt Role.Arn } }
        Role: { Type: AWS::IAM::Role }
        Policy: { Type: AWS::IAM::Policy, Properties: { Roles: [!Ref Role] } }
        Named: # finding
          Type: AWS::CloudFormation::CustomResource
          Properties: { ServiceToken: !Ref Live }
        Live: { Type: AWS::Lambda::Alias, Properties: { FunctionName: !Ref Function, Name: live } }
        Numbered: # finding
          Type: AWS::CloudFormation::CustomResource
          Properties: { ServiceToken: !Ref Version }
        Version: { Type: AWS::Lambda::Version, Properties: { FunctionName: !GetAtt Function.Arn } }
      `,
    ],
  },
});

/** The policies of the template that stand beside the roles of the functions that answer. */
function policiesBehind(custom: Resource, template: Template): ReadonlySet<Resource> {
  const roles = providersOf(custom, template)
    .flatMap((provider) => provider.values('Role'))
    .flatMap((role) => template.referred(role) ?? []);
  return new Set(roles.flatMap((role) => attachedPolicies(role, template)));
}

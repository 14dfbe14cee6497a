import { GROUP, launchersOf } from '../aws/groups.ts';
import { instanceValues, takesLaunchTemplate } from '../aws/instances.ts';
import { templateStandard } from '../standard.ts';

export default templateStandard({
  name: 'instance-profile',
  number: 31,
  title: 'Every instance has a role',
  why: 'Without one it can neither take sessions nor send logs, and whoever needs more puts keys on it.',
  remedy: 'Set IamInstanceProfile to an AWS::IAM::InstanceProfile whose role Session Manager can use',
  source: 'Systems Manager User Guide, "Verify or add instance permissions for Session Manager"',
  peers: 'cdk-nag EC2InstanceProfileAttached sees AWS::EC2::Instance alone, and not its launch template',
  audience: 'house',
  severity: 'warning',
  applies: 'template',
  *check({ template }) {
    // A launch template that nobody here uses may be a cluster's, which brings its own role.
    const launchers = new Set([
      ...template.ofType('AWS::EC2::Instance').filter((instance) => !takesLaunchTemplate(instance)),
      ...template.ofType(GROUP).flatMap((group) => launchersOf(group, template)),
    ]);
    for (const resource of launchers)
      for (const profile of instanceValues(resource, 'IamInstanceProfile'))
        if (profile.isAbsent) yield { at: profile, resource, message: 'The instance has no role' };
  },
  examples: {
    good: [
      `
      Resources:
        Group:
          Type: AWS::AutoScaling::AutoScalingGroup
          Properties: { LaunchTemplate: { LaunchTemplateId: !Ref Servers, Version: '1' } }
        Servers:
          Type: AWS::EC2::LaunchTemplate
          Properties: { LaunchTemplateData: { IamInstanceProfile: { Arn: !GetAtt Profile.Arn } } }
        Profile: { Type: AWS::IAM::InstanceProfile, Properties: { Roles: [servers] } }
        Nodes:
          Type: AWS::EC2::LaunchTemplate
          Properties: { LaunchTemplateData: { ImageId: ami-1 } }
        Server:
          Type: AWS::EC2::Instance
          Properties: { LaunchTemplate: { LaunchTemplateId: !Ref Servers, Version: '1' } }
      `,
    ],
    bad: [
      `
      Resources:
        Group:
          Type: AWS::AutoScaling::AutoScalingGroup
          Properties: { LaunchTemplate: { LaunchTemplateId: !Ref Servers, Version: '1' } }
        Servers:
          Type: AWS::EC2::LaunchTemplate
          Properties:
            LaunchTemplateData: # finding
              ImageId: ami-1
        Mixed:
          Type: AWS::AutoScaling::AutoScalingGroup
          Properties:
            MixedInstancesPolicy:
              LaunchTemplate: { LaunchTemplateSpecification: { LaunchTemplateId: !Ref Cheap, Version: '1' } }
        Cheap: # finding
          Type: AWS::EC2::LaunchTemplate
        Classic:
          Type: AWS::AutoScaling::AutoScalingGroup
          Properties: { LaunchConfigurationName: !Ref Configuration }
        Configuration: # finding
          Type: AWS::AutoScaling::LaunchConfiguration
        Server: # finding
          Type: AWS::EC2::Instance
          Properties: { ImageId: ami-1 }
      `,
    ],
  },
});

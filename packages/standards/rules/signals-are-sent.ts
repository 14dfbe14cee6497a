import { GROUP, launchersOf } from '../aws/groups.ts';
import { launcherTypes } from '../aws/instances.ts';
import { awaitsSignals, mentionsSignal, userDataOf } from '../aws/signals.ts';
import { perTemplate } from '../model/per-template.ts';
import { entryOf } from '../reading/node.ts';
import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'signals-are-sent',
  number: 32,
  title: 'Instances send the signals that their group awaits',
  why: 'A signal that nobody sends is a stack that waits until its timeout and is rolled back.',
  remedy: 'End the user data with cfn-signal, --stack ${AWS::StackName} and --resource <the group>',
  source: 'CloudFormation User Guide, "cfn-signal"',
  peers: 'none',
  audience: 'house',
  severity: 'warning',
  applies: [GROUP],
  *check({ resource, template }) {
    if (!awaitsSignals(resource) || mentionsSignal(resource.node) || isSentElsewhere(template)) return;
    for (const launcher of launchersOf(resource, template))
      if (!mentionsSignal(userDataOf(launcher)) && !mentionsSignal(entryOf(launcher.node, 'Metadata')?.value))
        yield { at: launcher, resource: launcher, message: `Its user data sends ${resource.logicalId} no signal` };
  },
  examples: {
    good: [
      `
      Resources:
        Group:
          Type: AWS::AutoScaling::AutoScalingGroup
          CreationPolicy: { ResourceSignal: { Count: 1 } }
          Properties: { LaunchTemplate: { LaunchTemplateId: !Ref Servers, Version: '1' }, MinSize: 1, MaxSize: 2 }
        Servers:
          Type: AWS::EC2::LaunchTemplate
          Properties:
            LaunchTemplateData:
              UserData:
                Fn::Base64: !Sub |
                  #!/bin/sh
                  trap 'cfn-signal -e $? --stack \${AWS::StackName} --resource Group --region \${AWS::Region}' EXIT
        NotAwaited:
          Type: AWS::AutoScaling::AutoScalingGroup
          Properties: { LaunchTemplate: { LaunchTemplateId: !Ref Silent, Version: '1' }, MinSize: 1, MaxSize: 2 }
        Silent: { Type: AWS::EC2::LaunchTemplate, Properties: { LaunchTemplateData: { ImageId: ami-1 } } }
      `,
      `
      Resources:
        Group:
          Type: AWS::AutoScaling::AutoScalingGroup
          CreationPolicy: { ResourceSignal: { Count: 1 } }
          Properties: { LaunchConfigurationName: !Ref Servers, MinSize: 1, MaxSize: 2 }
        Servers:
          Type: AWS::AutoScaling::LaunchConfiguration
          Metadata:
            AWS::CloudFormation::Init:
              config: { commands: { last: { command: !Sub 'cfn-signal --stack \${AWS::StackName} --resource Group' } } }
          Properties: { UserData: { Fn::Base64: !Sub 'cfn-init --stack \${AWS::StackName} --resource Servers' } }
      `,
      `
      Resources:
        Group:
          Type: AWS::AutoScaling::AutoScalingGroup
          CreationPolicy: { ResourceSignal: { Count: 1 } }
          Properties: { LaunchConfigurationName: !Ref Servers, MinSize: 1, MaxSize: 2 }
        Servers: { Type: AWS::AutoScaling::LaunchConfiguration, Properties: { ImageId: ami-1 } }
        Checks:
          Type: AWS::Lambda::Function
          Properties: { Code: { ZipFile: 'cloudformation.signal_resource()' } }
      `,
      `
      Mappings:
        Scripts: { First: { Boot: 'cfn-signal --resource Group' } }
      Resources:
        Group:
          Type: AWS::AutoScaling::AutoScalingGroup
          CreationPolicy: { ResourceSignal: { Count: 1 } }
          Properties: { LaunchConfigurationName: !Ref Servers }
        Servers: { Type: AWS::AutoScaling::LaunchConfiguration }
      `,
    ],
    bad: [
      `
      Resources:
        Group:
          Type: AWS::AutoScaling::AutoScalingGroup
          CreationPolicy: { ResourceSignal: { Count: 1 } }
          Properties: { LaunchTemplate: { LaunchTemplateId: !Ref Servers, Version: '1' }, MinSize: 1, MaxSize: 2 }
        Servers: # finding
          Type: AWS::EC2::LaunchTemplate
          Properties:
            LaunchTemplateData:
              UserData:
                Fn::Base64: yum update -y
        Role:
          Type: AWS::IAM::Role
          Properties:
            Policies:
              - PolicyDocument: { Statement: { Effect: Allow, Action: 'cloudformation:SignalResource', Resource: '*' } }
      `,
      `
      Resources:
        Group:
          Type: AWS::AutoScaling::AutoScalingGroup
          CreationPolicy: { ResourceSignal: { Count: 1 } }
          Properties: { LaunchConfigurationName: !Ref Servers }
        Servers: # finding
          Type: AWS::AutoScaling::LaunchConfiguration
        Signalled:
          Type: AWS::AutoScaling::AutoScalingGroup
          Properties: { Tags: [{ Key: by, Value: cfn-signal, PropagateAtLaunch: true }] }
        Others:
          Type: AWS::EC2::LaunchTemplate
          Properties: { LaunchTemplateData: { UserData: { Fn::Base64: cfn-signal } } }
      `,
    ],
  },
});

/** Whether something that starts no instances sends signals: a function, a document of Systems Manager, a mapping. */
const isSentElsewhere = perTemplate((template): boolean => {
  // A role that may signal is no signal.
  const others = [...template.resources.values()].filter(
    ({ type }) => type !== GROUP && !launcherTypes.includes(type) && !type.startsWith('AWS::IAM::'),
  );
  return [...others.map(({ properties }) => properties), template.section('Mappings')].some(mentionsSignal);
});

import { launcherTypes } from '../aws/instances.ts';
import { awaitsSignals, signalsIn, userDataOf } from '../aws/signals.ts';
import type { Template } from '../model/template.ts';
import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'signals-are-awaited',
  number: 32,
  title: 'What an instance signals waits for it',
  why: 'Somebody meant the stack to fail where the instance fails, and it does not.',
  remedy: 'Give the resource that --resource names a CreationPolicy, or name the one that has it',
  source: 'CloudFormation User Guide, "cfn-signal" and "CreationPolicy attribute"',
  peers: 'none',
  audience: 'everyone',
  severity: 'warning',
  applies: launcherTypes,
  *check({ resource, template }) {
    const userData = userDataOf(resource);
    if (!userData || !template.isComplete) return;
    for (const { at, target } of signalsIn(userData, template)) {
      const message = faultOf(target, template);
      if (message) yield { at, message };
    }
  },
  examples: {
    good: [
      `
      Resources:
        Group:
          Type: AWS::AutoScaling::AutoScalingGroup
          UpdatePolicy: { AutoScalingRollingUpdate: { WaitOnResourceSignals: true } }
        Servers:
          Type: AWS::EC2::LaunchTemplate
          Properties:
            LaunchTemplateData:
              UserData:
                Fn::Base64: !Sub |
                  /opt/aws/bin/cfn-signal -e $? \\
                    --stack \${AWS::StackName} --resource Group
                  /opt/aws/bin/cfn-signal --stack \${Parent} --resource Elsewhere
                  /opt/aws/bin/cfn-signal -e 0 '\${Handle}'
      Parameters:
        Parent: { Type: String }
        Handle: { Type: String }
      `,
      `
      Transform: AWS::LanguageExtensions
      Parameters:
        Names: { Type: CommaDelimitedList }
      Resources:
        Server:
          Type: AWS::EC2::Instance
          Properties: { UserData: { Fn::Base64: !Sub 'cfn-signal --stack \${AWS::StackName} --resource GroupA' } }
        Fn::ForEach::Groups:
          - Name
          - !Ref Names
          - 'Group\${Name}': { Type: AWS::AutoScaling::AutoScalingGroup }
      `,
    ],
    bad: [
      `
      Resources:
        Group:
          Type: AWS::AutoScaling::AutoScalingGroup
          UpdatePolicy: { AutoScalingRollingUpdate: { WaitOnResourceSignals: false } }
        Servers:
          Type: AWS::EC2::LaunchTemplate
          Properties:
            LaunchTemplateData:
              UserData:
                Fn::Base64: !Sub 'cfn-signal -e 0 --resource Group --stack \${AWS::StackName}' # finding
        Server:
          Type: AWS::EC2::Instance
          CreationPolicy: { ResourceSignal: { Timeout: PT5M } }
          Properties:
            UserData:
              Fn::If:
                - Signals
                - Fn::Base64:
                    Fn::Join: # finding
                      - ''
                      - ['cfn-signal -e 0 --stack ', !Ref AWS::StackId, ' --resource Sever', ' --region eu-west-1']
                - !Ref AWS::NoValue
      Conditions:
        Signals: !Equals [!Ref AWS::Region, eu-west-1]
      `,
    ],
  },
});

function faultOf(target: string, template: Template): string | undefined {
  const signalled = template.resources.get(target);
  if (!signalled) return `cfn-signal names ${target}, which is not in the template`;
  return awaitsSignals(signalled) ? undefined : `Nobody waits for the signal to ${target}`;
}

import type { Resource } from '../model/resource.ts';
import { resourceStandard } from '../standard.ts';

const OPTIONS: Readonly<Record<string, string>> = {
  'AWS::AutoScaling::LaunchConfiguration': 'MetadataOptions',
  'AWS::EC2::Instance': 'MetadataOptions',
  'AWS::EC2::LaunchTemplate': 'LaunchTemplateData.MetadataOptions',
};

export default resourceStandard({
  name: 'imdsv2',
  number: 25,
  title: 'Instances answer metadata requests only with a token',
  why: "Version 1 hands the role's credentials to whoever can make the instance fetch an address.",
  remedy: 'Set MetadataOptions.HttpTokens: required in the launch template',
  source: 'EC2 User Guide, "Configure the Instance Metadata Service options"',
  peers: 'cdk-nag EC2IMDSv2Enabled follows no If and no instance to its launch template',
  audience: 'everyone',
  severity: 'error',
  applies: Object.keys(OPTIONS),
  *check({ resource }) {
    if (takesLaunchTemplate(resource)) return;
    const options = OPTIONS[resource.type]!;
    for (const tokens of resource.values(`${options}.HttpTokens`))
      if (
        tokens.isNot('required') &&
        !resource.values(`${options}.HttpEndpoint`, tokens.when).some((one) => one.is('disabled'))
      )
        yield { at: tokens, message: 'Nothing here asks metadata requests for a token' };
  },
  examples: {
    good: [
      `
      Resources:
        Servers:
          Type: AWS::EC2::LaunchTemplate
          Properties:
            LaunchTemplateData:
              MetadataOptions: { HttpTokens: required }
        Server:
          Type: AWS::EC2::Instance
          Properties:
            LaunchTemplate: { LaunchTemplateId: !Ref Servers, Version: '1' }
        Closed:
          Type: AWS::EC2::Instance
          Properties:
            MetadataOptions: { HttpEndpoint: disabled }
      `,
    ],
    bad: [
      `
      Resources:
        Servers:
          Type: AWS::EC2::LaunchTemplate
          Properties:
            LaunchTemplateData: # finding
              ImageId: ami-1
        Others:
          Type: AWS::EC2::LaunchTemplate
          Properties:
            LaunchTemplateData:
              MetadataOptions:
                HttpTokens: optional # finding
        Server: # finding
          Type: AWS::EC2::Instance
          Properties: { ImageId: ami-1 }
      `,
      `
      Parameters:
        Endpoint: { Type: String, Default: enabled }
      Conditions:
        Closed: !Equals [!Ref AWS::Region, us-east-1]
      Resources:
        Servers:
          Type: AWS::EC2::LaunchTemplate
          Properties:
            LaunchTemplate: none
            LaunchTemplateData:
              MetadataOptions:
                HttpEndpoint: !Ref Endpoint
                HttpTokens: !If
                  - Closed
                  - required
                  - optional # finding
        Configuration: # finding
          Type: AWS::AutoScaling::LaunchConfiguration
          Properties: { LaunchTemplate: none }
      `,
    ],
  },
});

/** An instance of a launch template says nothing of its own; the launch template is looked at by itself. */
function takesLaunchTemplate(resource: Resource): boolean {
  return resource.type === 'AWS::EC2::Instance' && resource.values('LaunchTemplate').some(({ isAbsent }) => !isAbsent);
}

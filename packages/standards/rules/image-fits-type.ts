import {
  type Architecture,
  architectureOfImage,
  architectureOfType,
  instanceValues,
  launcherTypes,
} from '../aws/instances.ts';
import type { Template } from '../model/template.ts';
import type { Value } from '../model/value.ts';
import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'image-fits-type',
  number: 36,
  title: 'An image is of the architecture of its instance',
  why: 'EC2 refuses the instance: after everything else of the stack is made, or when a group should grow.',
  remedy: 'Take the image of the same architecture, and choose both by one parameter',
  source: 'EC2 User Guide, "Amazon EC2 instance type naming conventions"',
  peers: 'none: cfn-lint checks the form of both alone',
  audience: 'everyone',
  severity: 'error',
  applies: launcherTypes,
  *check({ resource, template }) {
    for (const type of instanceValues(resource, 'InstanceType')) {
      const wanted = type.text === undefined ? undefined : architectureOfType(type.text);
      const images = instanceValues(resource, 'ImageId', type.when).map((image) => imageArchitecture(image, template));
      // A mapping or a condition may choose the image by the type.
      if (wanted && images.length > 0 && images.every((image) => image !== undefined && image !== wanted))
        yield { at: type, message: `${type.text} is ${wanted}, and its image is ${images[0]}` };
    }
  },
  examples: {
    good: [
      `
      Parameters:
        Arm:
          Type: AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>
          Default: /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64
        Image: { Type: String, Default: ami-1 }
      Conditions:
        IsArm: !Equals [!Ref AWS::Region, eu-west-1]
      Resources:
        Small:
          Type: AWS::EC2::Instance
          Properties: { InstanceType: t4g.small, ImageId: !Ref Arm }
        Gpu:
          Type: AWS::EC2::LaunchTemplate
          Properties:
            LaunchTemplateData:
              InstanceType: g4dn.xlarge
              ImageId: resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64
        Either:
          Type: AWS::EC2::Instance
          Properties: { InstanceType: t3.small, ImageId: !If [IsArm, !Ref Arm, !Ref Image] }
        Unknown:
          Type: AWS::EC2::Instance
          Properties: { InstanceType: t4g.small, ImageId: !Ref Image }
      `,
      `
      Parameters:
        Type: { Type: String }
        NoDefault: { Type: String }
      Resources:
        Chosen:
          Type: AWS::EC2::Instance
          Properties: { InstanceType: !Ref Type, ImageId: 'resolve:ssm:/aws/service/web/arm64' }
        Asked: { Type: AWS::EC2::Instance, Properties: { InstanceType: t3.small, ImageId: !Ref NoDefault } }
        Made: { Type: AWS::EC2::Instance, Properties: { InstanceType: t3.small, ImageId: !GetAtt Pipeline.ImageId } }
        Silent: { Type: AWS::EC2::Instance, Properties: { InstanceType: t3.small } }
        Joined: { Type: AWS::EC2::Instance, Properties: { InstanceType: t3.small, ImageId: !Sub '\${Type}-\${NoDefault}' } }
        Pipeline: { Type: AWS::ImageBuilder::Image }
      `,
    ],
    bad: [
      `
      Parameters:
        InstanceType:
          Type: String
          Default: t3.micro # finding
        Arm:
          Type: AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>
          Default: /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64
      Resources:
        Small:
          Type: AWS::EC2::Instance
          Properties: { InstanceType: !Ref InstanceType, ImageId: !Ref Arm }
        Windows:
          Type: AWS::EC2::LaunchTemplate
          Properties:
            LaunchTemplateData:
              InstanceType: m7g.large # finding
              ImageId: resolve:ssm:/aws/service/ami-windows-latest/Windows_Server-2025-English-Full-Base
      `,
    ],
  },
});

/** Of the name that a value holds, or that the parameter holds whose value is looked up. */
function imageArchitecture(image: Value, template: Template): Architecture | undefined {
  const name = image.text ?? template.parameters.get(image.reference?.target ?? '')?.default?.text;
  return name === undefined ? undefined : architectureOfImage(name);
}

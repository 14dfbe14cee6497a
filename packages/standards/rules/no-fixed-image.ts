import { instanceValues, launcherTypes } from '../aws/instances.ts';
import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'no-fixed-image',
  number: 50,
  title: 'No instance has a machine image that is of one region',
  why: "An image's id exists in one region alone, and is gone when its owner has made enough newer ones.",
  remedy: 'Take the id from a map of regions, or from a public parameter: resolve:ssm:/aws/service/…',
  source: 'EC2 User Guide, "Reference AMIs using Systems Manager parameters"',
  peers: 'cfn-lint W2506 and E1152 check the type of the parameter and the form of the id',
  audience: 'everyone',
  severity: 'warning',
  applies: launcherTypes,
  *check({ resource, template }) {
    const mappings = template.section('Mappings');
    for (const image of instanceValues(resource, 'ImageId')) {
      if (!/^ami-[0-9a-z]+$/.test(image.text ?? '')) continue;
      const isMapped = mappings && image.place.start >= mappings.start && image.place.end <= mappings.end;
      if (!isMapped) yield { at: image, message: `The image ${image.text} is of one region` };
    }
  },
  examples: {
    good: [
      `
      Parameters:
        ImageId: { Type: 'AWS::EC2::Image::Id' }
        Latest:
          Type: AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>
          Default: /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64
      Mappings:
        Images: { eu-west-1: { arm64: ami-1 } }
      Resources:
        Mapped:
          Type: AWS::EC2::Instance
          Properties: { ImageId: !FindInMap [Images, !Ref AWS::Region, arm64] }
        Given:
          Type: AWS::EC2::Instance
          Properties: { ImageId: !Ref ImageId }
        Public:
          Type: AWS::EC2::Instance
          Properties: { ImageId: !Ref Latest }
      `,
    ],
    bad: [
      `
      Parameters:
        ImageId:
          Type: 'AWS::EC2::Image::Id'
          Default: ami-0123456789abcdef0 # finding
      Resources:
        Given:
          Type: AWS::EC2::Instance
          Properties: { ImageId: !Ref ImageId }
        Servers:
          Type: AWS::EC2::LaunchTemplate
          Properties:
            LaunchTemplateData:
              ImageId: ami-0123456789abcdef0 # finding
      `,
    ],
  },
});

import { isDecidedBy } from '../aws/decided-by.ts';
import { instanceValues, launcherTypes } from '../aws/instances.ts';
import type { Template } from '../model/template.ts';
import type { Value } from '../model/value.ts';
import { entryOf } from '../reading/node.ts';
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
      const isMapped = mappings && image.place.start >= mappings.start && image.place.end <= mappings.end;
      if (/^ami-[0-9a-z]+$/.test(image.text ?? '') && !isMapped && !isOfRegion(image, template))
        yield { at: image, message: `The image ${image.text} is of one region` };
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
        Chosen:
          Type: AWS::EC2::Instance
          Properties: { ImageId: !If [IsDublin, ami-1, ami-2] }
      Conditions:
        IsDublin: !Equals [!Ref AWS::Region, eu-west-1]
      `,
      `
      Parameters:
        Name: { Type: String, Default: my-ami-1 }
        Other: { Type: String, Default: ami-1/latest }
      Resources:
        Named: { Type: AWS::EC2::Instance, Properties: { ImageId: !Ref Name } }
        Pathed: { Type: AWS::EC2::Instance, Properties: { ImageId: !Ref Other } }
        Silent: { Type: AWS::EC2::Instance, Properties: { InstanceType: t4g.small } }
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
          Condition: IsTest
          Properties:
            LaunchTemplateData:
              ImageId: ami-0123456789abcdef0 # finding
      Conditions:
        IsTest: !Equals [!Ref AWS::StackName, test]
      `,
      `
      Parameters:
        ImageId:
          Type: 'AWS::EC2::Image::Id'
          Default: ami-0123456789abcdef0 # finding: is of one region
      Mappings:
        Images: { eu-west-1: { arm64: ami-1 } }
      Resources:
        Given: { Type: AWS::EC2::Instance, Properties: { ImageId: !Ref ImageId } }
        Unasked:
          Type: AWS::EC2::Instance
          Properties:
            ImageId: !If
              - Missing
              - ami-0123456789abcdef0 # finding
              - !FindInMap [Images, !Ref AWS::Region, arm64]
      `,
    ],
  },
});

/** Whether a condition on the region leads to the value. */
function isOfRegion({ when }: Value, template: Template): boolean {
  const conditions = template.section('Conditions');
  return when.said.some((said) =>
    isDecidedBy('AWS::Region', entryOf(conditions, said.replace(/^not /, ''))?.value, template),
  );
}

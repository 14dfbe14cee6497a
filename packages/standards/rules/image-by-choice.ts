import { instanceValues, launcherTypes } from '../aws/instances.ts';
import type { Parameter } from '../model/parameter.ts';
import { entryOf } from '../reading/node.ts';
import { resourceStandard } from '../standard.ts';

/** What a user may give: an image's own id, or the name of a parameter that holds it. */
const FORMS = ['ami-0123456789abcdef0', 'resolve:ssm:/images/web'];

export default resourceStandard({
  name: 'image-by-choice',
  number: 50,
  title: "Machine images are the release's, or the user's own",
  why: 'Some must run an image of their own; others should run the one that was tested with the template.',
  remedy: "Take one String that is empty by default and lets in ami-… and resolve:ssm:…, and else the release's map",
  source: 'EC2 User Guide, "Use a Systems Manager parameter to find an AMI"',
  peers: 'cfn-lint W2506 asks for AWS::EC2::Image::Id, which refuses both the empty string and resolve:ssm:',
  audience: 'house',
  severity: 'warning',
  applies: launcherTypes,
  *check({ resource, template }) {
    const images = instanceValues(resource, 'ImageId').filter(({ isAbsent }) => !isAbsent);
    if (images.length > 0 && images.every(({ text }) => text !== undefined))
      yield { at: resource, message: 'Nobody can give another image' };
    const names = new Set(images.map(({ reference, parameter }) => parameter ?? reference?.target));
    const parameters = [...names].flatMap((name) => template.parameters.get(name ?? '') ?? []);
    for (const parameter of parameters) for (const message of faultsOf(parameter)) yield { at: parameter, message };
  },
  examples: {
    good: [
      `
      Parameters:
        ImageId: { Type: String, Default: '', AllowedPattern: '^$|^(?:ami-[0-9a-f]+|resolve:ssm:.+)$' }
        Own: { Type: String }
        Java: { Type: String, AllowedPattern: '^(?:ami-[0-9a-f]++|resolve:ssm:.++)$' }
      Conditions:
        HasImage: !Not [!Equals [!Ref ImageId, '']]
      Mappings:
        Images: { eu-west-1: { arm64: ami-1 } }
      Resources:
        Servers:
          Type: AWS::EC2::LaunchTemplate
          Properties:
            LaunchTemplateData:
              ImageId: !If [HasImage, !Ref ImageId, !FindInMap [Images, !Ref AWS::Region, arm64]]
        ByJava: { Type: AWS::EC2::LaunchTemplate, Properties: { LaunchTemplateData: { ImageId: !Ref Java } } }
        Typed: { Type: AWS::EC2::LaunchTemplate, Properties: { LaunchTemplateData: { InstanceType: t3.small } } }
        Imported:
          Type: AWS::EC2::LaunchTemplate
          Properties: { LaunchTemplateData: { ImageId: !ImportValue image } }
        Others:
          Type: AWS::EC2::LaunchTemplate
          Properties: { LaunchTemplateData: { ImageId: !Ref Own } }
      `,
      `
      Parameters:
        Given: { Type: AWS::EC2::Image::Id }
      Resources:
        Silent: { Type: AWS::EC2::Instance, Properties: { ImageId: !If [Old, !ImportValue image, !Ref AWS::NoValue] } }
        Unread: { Type: AWS::CloudFormation::Stack, Properties: { Parameters: { Image: !Ref Given } } }
      `,
    ],
    bad: [
      `
      Parameters:
        Typed: # finding
          Type: 'AWS::EC2::Image::Id'
        Latest: # finding
          Type: String
          Default: resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64
        Narrow: # finding
          Type: String
          AllowedPattern: '^ami-[0-9a-f]+$'
      Mappings:
        Images: { eu-west-1: { arm64: ami-1 } }
      Resources:
        One: { Type: AWS::EC2::LaunchTemplate, Properties: { LaunchTemplateData: { ImageId: !Ref Typed } } }
        Two: { Type: AWS::EC2::LaunchTemplate, Properties: { LaunchTemplateData: { ImageId: !Ref Latest } } }
        Three: { Type: AWS::EC2::LaunchTemplate, Properties: { LaunchTemplateData: { ImageId: !Ref Narrow } } }
        Four: # finding
          Type: AWS::EC2::LaunchTemplate
          Properties: { LaunchTemplateData: { ImageId: !FindInMap [Images, !Ref AWS::Region, arm64] } }
      `,
      `
      Conditions:
        Old: !Equals [!Ref AWS::Region, us-east-1]
      Resources:
        Sometimes: # finding
          Type: AWS::EC2::Instance
          Properties: { ImageId: !If [Old, ami-1, !Ref AWS::NoValue] }
      `,
    ],
  },
});

function* faultsOf({ name, type, default: preset, declaration }: Parameter): Generator<string> {
  if (type !== 'String') yield `${name} is of type ${type}, which refuses the empty string or the other form`;
  else if (preset && preset.text !== '') yield `${name} has a default that no release made`;
  const pattern = entryOf(declaration, 'AllowedPattern')?.value;
  const refused = pattern?.kind === 'scalar' ? FORMS.filter((form) => refuses(pattern.text, form)) : [];
  if (refused.length > 0) yield `${name} refuses ${refused.join(' and ')}`;
}

function refuses(pattern: string, value: string): boolean {
  try {
    return !new RegExp(`^(?:${pattern})$`).test(value);
  } catch (error) {
    // Java's patterns, which CloudFormation takes, know more than JavaScript's.
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

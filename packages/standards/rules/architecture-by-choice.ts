import { isDecidedBy } from '../aws/decided-by.ts';
import { instanceValues } from '../aws/instances.ts';
import type { Parameter } from '../model/parameter.ts';
import type { Resource } from '../model/resource.ts';
import type { Template } from '../model/template.ts';
import { templateStandard } from '../standard.ts';

const NAME = 'Architecture';
const ARCHITECTURES = ['arm64', 'x86_64'];

export default templateStandard({
  name: 'architecture-by-choice',
  number: 36,
  title: 'Who deploys chooses the architecture of the machines',
  why: 'Arm costs less, and not everything runs on it; only the user knows what will.',
  remedy: `Add the parameter ${NAME} with AllowedValues [x86_64, arm64], and choose image and type by it`,
  source: 'ECS Developer Guide, "Task definitions for 64-bit ARM workloads"; EC2 User Guide, "Amazon Machine Images"',
  peers: 'none',
  audience: 'house',
  severity: 'warning',
  applies: 'template',
  *check({ template }) {
    const resources = [
      ...template.ofType('AWS::EC2::Instance', 'AWS::EC2::LaunchTemplate').filter((one) => hasChoice(one, template)),
      ...template.ofType('AWS::ECS::TaskDefinition').filter(hasPlatform),
    ];
    const parameter = template.parameters.get(NAME);
    for (const resource of resources)
      if (!isDecidedBy(NAME, resource.properties, template))
        yield { at: resource, resource, message: `No parameter ${NAME} chooses its architecture` };
    const others = parameter && resources.length > 0 ? faultOf(parameter) : undefined;
    if (others) yield { at: parameter!, message: others };
  },
  examples: {
    good: [
      `
      Parameters:
        Architecture: { Type: String, Default: arm64, AllowedValues: [x86_64, arm64] }
      Conditions:
        IsArm: !Equals [!Ref Architecture, arm64]
        IsIntel: !Not [Condition: IsArm]
      Mappings:
        Images: { eu-west-1: { x8664: ami-1, arm64: ami-2 } }
      Resources:
        Servers:
          Type: AWS::EC2::LaunchTemplate
          Properties:
            LaunchTemplateData:
              ImageId: !FindInMap [Images, !Ref AWS::Region, !If [IsIntel, x8664, arm64]]
        Others:
          Type: AWS::EC2::LaunchTemplate
          Properties: { LaunchTemplateData: { ImageId: !Sub 'resolve:ssm:/images/\${Architecture}' } }
        Task:
          Type: AWS::ECS::TaskDefinition
          Properties:
            RequiresCompatibilities: [FARGATE]
            RuntimePlatform: { CpuArchitecture: !If [IsArm, ARM64, X86_64], OperatingSystemFamily: LINUX }
        Windows:
          Type: AWS::ECS::TaskDefinition
          Properties:
            RuntimePlatform: { CpuArchitecture: X86_64, OperatingSystemFamily: WINDOWS_SERVER_2025_CORE }
        Typed: { Type: AWS::EC2::LaunchTemplate, Properties: { LaunchTemplateData: { InstanceType: t3.small } } }
        OnWindows:
          Type: AWS::EC2::Instance
          Properties: { ImageId: 'resolve:ssm:/aws/service/ami-windows-latest/Windows_Server-2025-English-Full-Base' }
        OnInstances:
          Type: AWS::ECS::TaskDefinition
          Properties: { RequiresCompatibilities: [EC2] }
      `,
      `
      Parameters:
        Architecture: { Type: String, AllowedValues: [one, two] }
      Conditions:
        IsNew: !Equals [!Ref AWS::Region, eu-south-2]
      Resources:
        Windows:
          Type: AWS::EC2::Instance
          Properties:
            ImageId: !If
              - IsNew
              - 'resolve:ssm:/images/server'
              - 'resolve:ssm:/aws/service/ami-windows-latest/Windows_Server-2025-English-Full-Base'
        Tasks:
          Type: AWS::ECS::TaskDefinition
          Properties:
            RuntimePlatform: { OperatingSystemFamily: !If [IsNew, LINUX, WINDOWS_SERVER_2025_CORE] }
      `,
    ],
    bad: [
      `
      Resources:
        Servers: # finding
          Type: AWS::EC2::LaunchTemplate
          Properties: { LaunchTemplateData: { ImageId: ami-1 } }
        Task: # finding
          Type: AWS::ECS::TaskDefinition
          Properties: { RequiresCompatibilities: [EC2, FARGATE] }
        Silent: # finding
          Type: AWS::ECS::TaskDefinition
      `,
      `
      Parameters:
        Architecture: # finding
          Type: String
          AllowedValues: [arm64, amd64]
      Resources:
        Servers: # finding
          Type: AWS::EC2::LaunchTemplate
          Properties: { LaunchTemplateData: { ImageId: ami-1 } }
        Task:
          Type: AWS::ECS::TaskDefinition
          Properties: { RuntimePlatform: { CpuArchitecture: !Ref Architecture } }
      `,
      `
      Parameters:
        Architecture: { Type: String } # finding
        Windows: { Type: String }
      Resources:
        Server: # finding
          Type: AWS::EC2::Instance
          Properties: { ImageId: !Ref Windows }
        Task:
          Type: AWS::ECS::TaskDefinition
          Properties: { RuntimePlatform: { CpuArchitecture: !Ref Architecture } }
      `,
      `
      Parameters:
        Architecture: { Type: String, AllowedValues: [arm64, x86_64, i386] } # finding
      Resources:
        Task:
          Type: AWS::ECS::TaskDefinition
          Properties: { RuntimePlatform: { CpuArchitecture: !Ref Architecture } }
      `,
    ],
  },
});

/** Windows has one architecture: EC2 has no other images of it. */
function hasChoice(launcher: Resource, { parameters }: Template): boolean {
  const images = instanceValues(launcher, 'ImageId').filter(({ isAbsent }) => !isAbsent);
  const names = images.map(
    ({ text, reference }) => text ?? parameters.get(reference?.target ?? '')?.default?.text ?? '',
  );
  return names.length > 0 && !names.some((name) => /windows/i.test(name));
}

/** Nor has it with ECS; and a task that runs on instances alone has their architecture. */
function hasPlatform(task: Resource): boolean {
  const isWindows = task
    .values('RuntimePlatform.OperatingSystemFamily')
    .some(({ text }) => text?.startsWith('WINDOWS') === true);
  const compatible = task.values('RequiresCompatibilities.*');
  return !isWindows && !(compatible.length > 0 && compatible.every((type) => type.isNot('FARGATE')));
}

function faultOf({ allowedValues = [] }: Parameter): string | undefined {
  const isRight = allowedValues.length === 2 && ARCHITECTURES.every((one) => allowedValues.includes(one));
  return isRight ? undefined : `${NAME} is not one of ${ARCHITECTURES.join(' and ')}`;
}

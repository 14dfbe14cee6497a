import { instanceValues, launcherTypes } from '../aws/instances.ts';
import type { Parameter } from '../model/parameter.ts';
import { resourceStandard } from '../standard.ts';

const NAME = 'KeyPairName';

export default resourceStandard({
  name: 'key-pair-by-choice',
  number: 30,
  title: 'Instances have a key pair only where somebody asks for one',
  why: 'Sessions go through Session Manager; a key that must be given is a key that must be kept and taken back.',
  remedy: `Take it from ${NAME}, a String that is empty by default, and leave KeyName out where it is ''`,
  source: 'EC2 User Guide, "Connect to your Amazon EC2 instance using Session Manager"',
  peers: 'cfn-lint has no rule; it offers AWS::EC2::KeyPair::KeyName, which refuses the empty string',
  audience: 'house',
  severity: 'warning',
  applies: launcherTypes,
  *check({ resource, template }) {
    const keys = instanceValues(resource, 'KeyName');
    const names = new Set(keys.map(({ reference, parameter }) => parameter ?? reference?.target));
    for (const name of names) {
      const parameter = template.parameters.get(name ?? '');
      for (const message of parameter ? faultsOf(parameter) : []) yield { at: parameter!, message };
    }
    for (const key of keys)
      if (key.is('')) yield { at: key, message: 'The empty name is handed to EC2, which refuses it' };
  },
  examples: {
    good: [
      `
      Parameters:
        KeyPairName: { Type: String, Default: '' }
      Conditions:
        HasKeyPair: !Not [!Equals [!Ref KeyPairName, '']]
      Resources:
        Servers:
          Type: AWS::EC2::LaunchTemplate
          Properties:
            LaunchTemplateData: { KeyName: !If [HasKeyPair, !Ref KeyPairName, !Ref AWS::NoValue] }
        Others:
          Type: AWS::EC2::LaunchTemplate
          Properties: { LaunchTemplateData: { ImageId: ami-1 } }
      `,
      `
      Resources:
        Made:
          Type: AWS::EC2::Instance
          Properties: { KeyName: !Ref Pair }
        Pair: { Type: AWS::EC2::KeyPair }
      `,
    ],
    bad: [
      `
      Parameters:
        KeyPairName: # finding
          Type: 'AWS::EC2::KeyPair::KeyName'
        KeyName: # finding
          Type: String
          Default: ''
      Conditions:
        HasKey: !Not [!Equals [!Ref KeyName, '']]
      Resources:
        Servers:
          Type: AWS::EC2::LaunchTemplate
          Properties:
            LaunchTemplateData: { KeyName: !Ref KeyPairName }
        Server:
          Type: AWS::EC2::Instance
          Properties: { KeyName: !If [HasKey, !Ref KeyName, !Ref AWS::NoValue] }
      `,
      `
      Parameters:
        KeyPairName:
          Type: String
          Default: '' # finding
      Resources:
        Servers:
          Type: AWS::EC2::LaunchTemplate
          Properties:
            LaunchTemplateData: { KeyName: !Ref KeyPairName }
      `,
      `
      Parameters:
        KeyPairName: # finding
          Type: String
          Default: web
      Resources:
        Server: { Type: AWS::EC2::Instance, Properties: { KeyName: !Ref KeyPairName } }
      `,
      `
      Parameters:
        KeyPairName: # finding
          Type: String
      Resources:
        Server: { Type: AWS::EC2::Instance, Properties: { KeyName: !Ref KeyPairName } }
      `,
      `
      Parameters:
        KeyPairName: # finding
          Type: 'AWS::EC2::KeyPair::KeyName'
          Default: ''
      Conditions:
        HasKeyPair: !Not [!Equals [!Ref KeyPairName, '']]
      Resources:
        Server:
          Type: AWS::EC2::Instance
          Properties: { KeyName: !If [HasKeyPair, !Ref KeyPairName, !Ref AWS::NoValue] }
      `,
    ],
  },
});

function* faultsOf({ name, type, default: preset }: Parameter): Generator<string> {
  if (name !== NAME) yield `The key pair comes from ${name}, which is called ${NAME} everywhere else`;
  if (type !== 'String') yield `${name} must be given: its type refuses the empty string`;
  else if (preset?.text !== '') yield `${name} is not empty by default`;
}

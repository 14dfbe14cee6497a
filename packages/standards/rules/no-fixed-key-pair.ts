import { instanceValues, launcherTypes } from '../aws/instances.ts';
import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'no-fixed-key-pair',
  number: 30,
  title: 'No instance has a key pair that the template names',
  why: 'A key pair is of one account and region: elsewhere the stack fails, and here its owner can log in everywhere.',
  remedy: "Take the name from a parameter that is empty by default, and leave KeyName out where it is ''",
  source: 'EC2 User Guide, "Amazon EC2 key pairs and Amazon EC2 instances"',
  peers: 'none',
  audience: 'everyone',
  severity: 'warning',
  applies: launcherTypes,
  *check({ resource, template }) {
    const made = template.ofType('AWS::EC2::KeyPair').flatMap((pair) => pair.values('KeyName'));
    const own = new Set(made.map(({ spelling }) => spelling));
    for (const key of instanceValues(resource, 'KeyName'))
      if (key.text && !own.has(key.text)) yield { at: key, message: `The key pair ${key.text} is fixed` };
  },
  examples: {
    good: [
      `
      Parameters:
        KeyPairName: { Type: String, Default: '' }
        Chosen: { Type: 'AWS::EC2::KeyPair::KeyName' }
      Conditions:
        HasKeyPair: !Not [!Equals [!Ref KeyPairName, '']]
      Resources:
        Servers:
          Type: AWS::EC2::LaunchTemplate
          Properties:
            LaunchTemplateData: { KeyName: !If [HasKeyPair, !Ref KeyPairName, !Ref AWS::NoValue] }
        Server:
          Type: AWS::EC2::Instance
          Properties: { KeyName: !Ref Chosen }
        Pair:
          Type: AWS::EC2::KeyPair
          Properties: { KeyName: of-this-stack }
        Other:
          Type: AWS::EC2::Instance
          Properties: { KeyName: of-this-stack }
      `,
    ],
    bad: [
      `
      Parameters:
        KeyName:
          Type: 'AWS::EC2::KeyPair::KeyName'
          Default: admin # finding
      Resources:
        Servers:
          Type: AWS::EC2::LaunchTemplate
          Properties:
            LaunchTemplateData:
              KeyName: !Ref KeyName
        Server:
          Type: AWS::EC2::Instance
          Properties:
            KeyName: joe # finding
        Classic:
          Type: AWS::AutoScaling::LaunchConfiguration
          Properties:
            KeyName: jill # finding
      `,
    ],
  },
});

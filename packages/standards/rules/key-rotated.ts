import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'key-rotated',
  number: 7,
  title: 'A key is rotated',
  why: 'Rotation bounds how much one key has encrypted, and costs the users of the key nothing.',
  remedy: 'Set EnableKeyRotation: true',
  source: 'KMS Developer Guide, "Rotate AWS KMS keys"',
  peers: 'cdk-nag KMSBackingKeyRotationEnabled looks at one branch alone',
  audience: 'everyone',
  severity: 'warning',
  applies: ['AWS::KMS::Key'],
  *check({ resource }) {
    for (const rotated of resource.values('EnableKeyRotation')) {
      const holds = (property: string, ...texts: string[]): boolean =>
        resource.values(property, rotated.when).every((value) => value.isAbsent || value.is(...texts));
      // Only symmetric keys whose material KMS made can be rotated by it.
      const canRotate =
        holds('KeySpec', 'SYMMETRIC_DEFAULT') && holds('KeyUsage', 'ENCRYPT_DECRYPT') && holds('Origin', 'AWS_KMS');
      if (canRotate && rotated.isNot('true')) yield { at: rotated, message: 'The key is not rotated' };
    }
  },
  examples: {
    good: [
      `
      Resources:
        Key:
          Type: AWS::KMS::Key
          Properties: { EnableKeyRotation: true, KeyPolicy: {} }
        Signing:
          Type: AWS::KMS::Key
          Properties: { KeySpec: RSA_2048, KeyUsage: SIGN_VERIFY, KeyPolicy: {} }
        Imported:
          Type: AWS::KMS::Key
          Properties: { Origin: EXTERNAL, KeyPolicy: {} }
      `,
      `
      Conditions:
        Signs: !Equals [!Ref AWS::Region, us-east-1]
      Resources:
        Hashing:
          Type: AWS::KMS::Key
          Properties: { KeyUsage: GENERATE_VERIFY_MAC }
        Either:
          Type: AWS::KMS::Key
          Properties: { KeySpec: !If [Signs, RSA_2048, SYMMETRIC_DEFAULT] }
        Pair:
          Type: AWS::KMS::Key
          Properties: { KeySpec: ECC_NIST_P256 }
      `,
    ],
    bad: [
      `
      Resources:
        Silent: # finding
          Type: AWS::KMS::Key
          Properties: { KeyPolicy: {} }
        Off:
          Type: AWS::KMS::Key
          Properties:
            KeySpec: SYMMETRIC_DEFAULT
            EnableKeyRotation: false # finding
            KeyPolicy: {}
      `,
      `
      Resources:
        Key: # finding
          Type: AWS::KMS::Key
          Properties: { KeySpec: SYMMETRIC_DEFAULT, KeyUsage: ENCRYPT_DECRYPT, Origin: AWS_KMS }
      `,
    ],
  },
});

import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'efs-encrypted',
  number: 4,
  title: 'File systems are encrypted',
  why: 'Only the console encrypts a file system unasked, and a plain one can never be encrypted afterwards.',
  remedy: 'Set Encrypted: true; a change replaces the file system, so copy the files first',
  source: 'EFS User Guide, "Encrypting data at rest"',
  peers: 'cdk-nag EFSEncrypted takes a file system that says nothing for an encrypted one',
  audience: 'everyone',
  severity: 'error',
  applies: ['AWS::EFS::FileSystem'],
  *check({ resource }) {
    for (const encrypted of resource.values('Encrypted'))
      if (encrypted.isNot('true')) yield { at: encrypted, message: 'The file system is not encrypted' };
  },
  examples: {
    good: [
      `
      Resources:
        Files:
          Type: AWS::EFS::FileSystem
          Properties: { Encrypted: true, KmsKeyId: !Ref KeyArn }
        Others:
          Type: AWS::EFS::FileSystem
          Properties: { Encrypted: !Ref Encrypt }
      Parameters:
        KeyArn: { Type: String }
        Encrypt: { Type: String, Default: 'true', AllowedValues: ['true', 'false'] }
      `,
    ],
    bad: [
      `
      Resources:
        Silent: # finding
          Type: AWS::EFS::FileSystem
        Plain:
          Type: AWS::EFS::FileSystem
          Properties:
            Encrypted: false # finding
      `,
    ],
  },
});

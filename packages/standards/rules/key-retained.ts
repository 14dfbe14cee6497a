import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'key-retained',
  number: 7,
  title: 'What is kept keeps its key',
  why: 'A snapshot or bucket that outlives its stack is noise once the key that encrypts it is deleted.',
  remedy: 'Write DeletionPolicy: RetainExceptOnCreate and UpdateReplacePolicy: Retain on the key',
  source: 'KMS Developer Guide, "Delete an AWS KMS key"; CloudFormation User Guide, "DeletionPolicy attribute"',
  peers: 'none: cfn-lint I3011 looks at each resource alone',
  audience: 'everyone',
  severity: 'error',
  applies: ['AWS::KMS::Key'],
  *check({ resource, template }) {
    const kept = template
      .referrers(resource)
      // Roles and aliases may be kept too; they need no key to be read.
      .filter(({ type }) => !/^AWS::(?:IAM|KMS)::/.test(type))
      .find((user) =>
        user.attribute('DeletionPolicy').every((policy) => policy.is('Retain', 'RetainExceptOnCreate', 'Snapshot')),
      );
    if (!kept) return;
    for (const policy of resource.attribute('DeletionPolicy'))
      if (policy.isNot('Retain', 'RetainExceptOnCreate'))
        yield { at: policy, message: `The key is deleted while ${kept.logicalId}, which it encrypts, is kept` };
  },
  examples: {
    good: [
      `
      Resources:
        Key:
          Type: AWS::KMS::Key
          DeletionPolicy: RetainExceptOnCreate
          Properties: { KeyPolicy: {} }
        Files:
          Type: AWS::EFS::FileSystem
          DeletionPolicy: Retain
          Properties: { Encrypted: true, KmsKeyId: !GetAtt Key.Arn }
        PassingKey:
          Type: AWS::KMS::Key
          Properties: { KeyPolicy: {} }
        Passing:
          Type: AWS::SQS::Queue
          Properties: { KmsMasterKeyId: !Ref PassingKey }
      `,
      `
      Conditions:
        Keeps: !Equals [!Ref AWS::Region, us-east-1]
      Resources:
        Key:
          Type: AWS::KMS::Key
          DeletionPolicy: Retain
          Properties: { KeyPolicy: {} }
        Files:
          Type: AWS::EFS::FileSystem
          DeletionPolicy: RetainExceptOnCreate
          Properties: { KmsKeyId: !GetAtt Key.Arn }
        ReadersKey: { Type: AWS::KMS::Key }
        Reader:
          Type: AWS::IAM::Role
          DeletionPolicy: Retain
          Properties: { Description: !Ref ReadersKey }
        Alias:
          Type: AWS::KMS::Alias
          DeletionPolicy: Retain
          Properties: { TargetKeyId: !Ref ReadersKey }
        SometimesKey: { Type: AWS::KMS::Key }
        Sometimes:
          Type: AWS::SQS::Queue
          DeletionPolicy: !If [Keeps, Retain, Delete]
          Properties: { KmsMasterKeyId: !Ref SometimesKey }
      `,
    ],
    bad: [
      `
      Resources:
        Key: # finding
          Type: AWS::KMS::Key
          Properties: { KeyPolicy: {} }
        Files:
          Type: AWS::EFS::FileSystem
          DeletionPolicy: Retain
          Properties: { Encrypted: true, KmsKeyId: !GetAtt Key.Arn }
      `,
      `
      Resources:
        Key: # finding
          Type: AWS::KMS::Key
        Volume:
          Type: AWS::EC2::Volume
          DeletionPolicy: Snapshot
          Properties: { KmsKeyId: !Ref Key }
        Other:
          Type: AWS::KMS::Key
          DeletionPolicy: Delete # finding
        Messages:
          Type: AWS::SQS::Queue
          DeletionPolicy: RetainExceptOnCreate
          Properties: { KmsMasterKeyId: !Ref Other }
        Reader:
          Type: Custom::AWS::KMS::Reader
          Properties: { Key: !Ref Third }
          DeletionPolicy: Retain
        Third: # finding
          Type: AWS::KMS::Key
      `,
    ],
  },
});

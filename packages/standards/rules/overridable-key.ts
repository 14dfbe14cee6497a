import { isPartOrCopy } from '../aws/databases.ts';
import { encryptionKeys } from '../aws/encryption-keys.ts';
import { isLogTarget, policiesOf } from '../aws/log-targets.ts';
import { everybodyIn, isAllow, resourceStatements } from '../aws/statements.ts';
import type { Resource } from '../model/resource.ts';
import type { Template } from '../model/template.ts';
import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'overridable-key',
  number: 1,
  title: 'The user may say with which key data is encrypted',
  why: 'A key of AWS cannot be shared, revoked or audited, and changing the key later replaces most stores.',
  remedy: "Take the key from a parameter: !If [HasKey, !Ref KeyArn, !Ref 'AWS::NoValue']",
  source: 'KMS Developer Guide, "Customer managed keys and AWS managed keys"',
  peers: 'cdk-nag asks for keys of some types (DocumentDB, Redshift, Secrets), none asks for a choice',
  audience: 'house',
  severity: 'warning',
  applies: [...encryptionKeys.keys()],
  *check({ resource, template }) {
    if (isPartOrCopy(resource) || takesNoKey(resource, template)) return;
    const keys = resource.values(encryptionKeys.get(resource.type)!);
    // A key that the template makes is the user's as well.
    const isOpen = keys.some(({ kind, text, parts }) => kind === 'unknown' || (parts.length > 0 && text === undefined));
    if (!isOpen) yield { at: keys[0] ?? resource, message: 'Nobody can choose the key that encrypts it' };
  },
  examples: {
    good: [
      `
      Parameters:
        KeyArn: { Type: String, Default: '' }
      Conditions:
        HasKey: !Not [!Equals [!Ref KeyArn, '']]
      Resources:
        Queue:
          Type: AWS::SQS::Queue
          Properties: { KmsMasterKeyId: !If [HasKey, !Ref KeyArn, !Ref AWS::NoValue] }
        Stream:
          Type: AWS::Kinesis::Stream
          Properties: { StreamEncryption: { EncryptionType: KMS, KeyId: !If [HasKey, !Ref KeyArn, alias/aws/kinesis] } }
        Data:
          Type: AWS::S3::Bucket
          Properties:
            LoggingConfiguration: { DestinationBucketName: !Ref Sink }
            BucketEncryption:
              ServerSideEncryptionConfiguration:
                - ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: !GetAtt Key.Arn }
        Sink: { Type: AWS::S3::Bucket }
        Key: { Type: AWS::KMS::Key }
        Member:
          Type: AWS::RDS::DBInstance
          Properties: { DBClusterIdentifier: !Ref Cluster }
        Cluster:
          Type: AWS::RDS::DBCluster
          Properties: { KmsKeyId: !Ref KeyArn }
      `,
      `
      Resources:
        Queue: { Type: AWS::SQS::Queue, Properties: { KmsMasterKeyId: !ImportValue key } }
        Site: { Type: AWS::S3::Bucket }
        SitePolicy:
          Type: AWS::S3::BucketPolicy
          Properties:
            Bucket: !Ref Site
            PolicyDocument: { Statement: [{ Effect: Allow, Principal: '*', Action: 's3:GetObject' }] }
      `,
    ],
    bad: [
      `
      Resources:
        Queue: # finding
          Type: AWS::SQS::Queue
        Topic:
          Type: AWS::SNS::Topic
          Properties:
            KmsMasterKeyId: alias/aws/sns # finding
        Data: # finding
          Type: AWS::S3::Bucket
        Other:
          Type: AWS::S3::Bucket
          Properties:
            BucketEncryption:
              ServerSideEncryptionConfiguration:
                - ServerSideEncryptionByDefault: # finding
                    SSEAlgorithm: AES256
      `,
      `
      Resources:
        Data: # finding
          Type: AWS::S3::Bucket
        DataPolicy:
          Type: AWS::S3::BucketPolicy
          Properties:
            Bucket: !Ref Data
            PolicyDocument:
              Statement:
                - { Effect: Deny, Principal: '*', Action: 's3:*' }
                - { Effect: Allow, Principal: { AWS: '123456789012' }, Action: 's3:*' }
      `,
    ],
  },
});

/** Buckets to which logs are delivered, or from which everybody reads. */
function takesNoKey(resource: Resource, template: Template): boolean {
  if (resource.type !== 'AWS::S3::Bucket') return false;
  const statements = policiesOf(resource, template).flatMap(resourceStatements);
  const isPublic = statements.some((statement) => isAllow(statement) && everybodyIn(statement).length > 0);
  return isPublic || isLogTarget(resource, template);
}

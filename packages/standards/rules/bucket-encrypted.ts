import { resourceStandard } from '../standard.ts';

const RULE = 'BucketEncryption.ServerSideEncryptionConfiguration.*.ServerSideEncryptionByDefault.SSEAlgorithm';

export default resourceStandard({
  name: 'bucket-encrypted',
  number: 5,
  title: 'A bucket says how it is encrypted',
  why: 'S3 encrypts by itself since 2023, but only what is written can be reviewed and be given a key.',
  remedy: 'Give the bucket a BucketEncryption with SSEAlgorithm AES256, aws:kms or aws:kms:dsse',
  source: 'S3 User Guide, "Setting default server-side encryption behavior for Amazon S3 buckets"',
  peers: 'cdk-nag S3DefaultEncryptionKMS asks for KMS everywhere, which log delivery and anonymous readers cannot use',
  audience: 'house',
  severity: 'warning',
  applies: ['AWS::S3::Bucket'],
  *check({ resource }) {
    for (const encryption of resource.values('BucketEncryption'))
      if (encryption.isAbsent) yield { at: encryption, message: 'The bucket does not say how it is encrypted' };
    for (const algorithm of resource.values(RULE))
      if (algorithm.isNot('AES256', 'aws:kms', 'aws:kms:dsse'))
        yield { at: algorithm, message: 'The bucket has no algorithm that S3 knows' };
  },
  examples: {
    good: [
      `
      Resources:
        Data:
          Type: AWS::S3::Bucket
          Properties:
            BucketEncryption:
              ServerSideEncryptionConfiguration:
                - ServerSideEncryptionByDefault: { SSEAlgorithm: !If [HasKey, 'aws:kms', AES256] }
      Conditions:
        HasKey: !Not [!Equals [!Ref KeyArn, '']]
      Parameters:
        KeyArn: { Type: String, Default: '' }
      `,
      `
      Resources:
        Data:
          Type: AWS::S3::Bucket
          Properties:
            BucketEncryption:
              ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms:dsse' } }]
      `,
    ],
    bad: [
      `
      Resources:
        Data: # finding
          Type: AWS::S3::Bucket
        Other:
          Type: AWS::S3::Bucket
          Properties:
            BucketEncryption:
              ServerSideEncryptionConfiguration:
                - ServerSideEncryptionByDefault:
                    SSEAlgorithm: AES128 # finding
      `,
    ],
  },
});

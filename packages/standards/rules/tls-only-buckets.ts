import { policiesOf } from '../aws/log-targets.ts';
import { everybodyIn, resourceStatements } from '../aws/statements.ts';
import type { Value } from '../model/value.ts';
import { resourceStandard } from '../standard.ts';

const TRANSPORT = 'aws:securetransport';

export default resourceStandard({
  name: 'tls-only-buckets',
  number: 18,
  title: 'A bucket refuses requests without TLS',
  why: 'S3 answers plain HTTP, and nothing but the bucket policy stops a client that asks so.',
  remedy: 'Add a bucket policy that denies s3:* to everybody where aws:SecureTransport is false',
  source: 'S3 User Guide, "Security best practices for Amazon S3", Enforce encryption of data in transit',
  peers: 'cdk-nag S3BucketSSLRequestsOnly follows no condition and no If',
  audience: 'house',
  severity: 'warning',
  applies: ['AWS::S3::Bucket'],
  *check({ resource, template }) {
    if (!template.isComplete) return;
    const statements = policiesOf(resource, template).flatMap(resourceStatements);
    if (!statements.some((statement) => mayDenyPlain(statement)))
      yield { at: resource, message: 'The bucket takes requests without TLS' };
  },
  examples: {
    good: [
      `
      Resources:
        Data: { Type: AWS::S3::Bucket }
        DataPolicy:
          Type: AWS::S3::BucketPolicy
          Properties:
            Bucket: !Ref Data
            PolicyDocument:
              Statement:
                - Effect: Deny
                  Principal: '*'
                  Action: s3:*
                  Resource: [!GetAtt Data.Arn, !Sub '\${Data.Arn}/*']
                  Condition: { Bool: { 'aws:SecureTransport': 'false' } }
      `,
      `
      Resources:
        Fn::Transform: { Name: AWS::Include, Parameters: { Location: 's3://bucket/resources.yaml' } }
        Data: { Type: AWS::S3::Bucket }
      `,
      `
      Resources:
        Data: { Type: AWS::S3::Bucket }
        DataPolicy:
          Type: AWS::S3::BucketPolicy
          Properties: { Bucket: !Ref Data, PolicyDocument: { Statement: [!ImportValue statement] } }
        Other: { Type: AWS::S3::Bucket }
        OtherPolicy:
          Type: AWS::S3::BucketPolicy
          Properties:
            Bucket: !Ref Other
            PolicyDocument:
              Statement:
                - { Effect: Allow, Principal: { AWS: '123456789012' }, Action: 's3:GetObject' }
                - Effect: Deny
                  Principal: { AWS: '*' }
                  Action: 's3:*'
                  Condition: { StringNotEquals: { 'aws:SourceVpc': vpc-1 }, Bool: { 'AWS:SecureTransport': false } }
      `,
    ],
    bad: [
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
                - Effect: Deny
                  Principal: '*'
                  Action: s3:*
                  Resource: !Sub '\${Data.Arn}/*'
                  Condition: { Bool: { 'aws:SecureTransport': 'true' } }
        Other: # finding
          Type: AWS::S3::Bucket
      `,
      `
      Resources:
        Allowed: # finding
          Type: AWS::S3::Bucket
        AllowedPolicy:
          Type: AWS::S3::BucketPolicy
          Properties:
            Bucket: !Ref Allowed
            PolicyDocument:
              Statement:
                - { Effect: Allow, Principal: '*', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': false } } }
        ForSome: # finding
          Type: AWS::S3::Bucket
        ForSomePolicy:
          Type: AWS::S3::BucketPolicy
          Properties:
            Bucket: !Ref ForSome
            PolicyDocument:
              Statement:
                - Effect: Deny
                  Principal: { AWS: '123456789012' }
                  Action: 's3:*'
                  Condition: { Bool: { 'aws:SecureTransport': false } }
                - { Effect: Deny, Principal: '*', Action: 's3:*', Condition: { Bool: { 'aws:ViaAWSService': false } } }
      `,
    ],
  },
});

/** Whether a statement denies everybody what comes without TLS, or is one that only the stack knows. */
function mayDenyPlain(statement: Value): boolean {
  if (statement.kind !== 'map') return true;
  if (!statement.values('Effect').some((effect) => effect.is('Deny'))) return false;
  if (everybodyIn(statement).length === 0) return false;
  return statement
    .values('Condition')
    .flatMap((condition) => condition.entries())
    .flatMap(({ values }) => values)
    .flatMap((operands) => operands.entries())
    .some(({ key, values }) => key.text.toLowerCase() === TRANSPORT && values.every((value) => value.is('false')));
}

import { policiesOf, takesAccessLogs, takesLoadBalancerLogs } from '../aws/log-targets.ts';
import { everybodyIn, isAllow, resourceStatements } from '../aws/statements.ts';
import type { Assumptions } from '../model/conditions.ts';
import type { Resource } from '../model/resource.ts';
import type { Template } from '../model/template.ts';
import type { Value } from '../model/value.ts';
import { resourceStandard } from '../standard.ts';

const ALGORITHM = 'BucketEncryption.ServerSideEncryptionConfiguration.*.ServerSideEncryptionByDefault.SSEAlgorithm';

export default resourceStandard({
  name: 'log-bucket-without-kms',
  number: 5,
  title: 'Buckets that take access logs, or that everybody reads, are encrypted with SSE-S3',
  why: 'Access-log delivery cannot write to a bucket with a KMS key, and anonymous readers cannot read from one.',
  remedy: 'Set SSEAlgorithm: AES256',
  source: 'S3 User Guide, "Enabling Amazon S3 server access logging"; ALB User Guide, "Access logs"',
  peers: 'none: cdk-nag S3DefaultEncryptionKMS asks for the opposite',
  audience: 'everyone',
  severity: 'error',
  applies: ['AWS::S3::Bucket'],
  *check({ resource, template }) {
    for (const { reason, when } of reasonsAgainstKms(resource, template))
      for (const algorithm of resource.values(ALGORITHM, when))
        if (algorithm.is('aws:kms', 'aws:kms:dsse')) yield { at: algorithm, message: `${reason}, which KMS prevents` };
  },
  examples: {
    good: [
      `
      Resources:
        Logs:
          Type: AWS::S3::Bucket
          Properties:
            BucketEncryption:
              ServerSideEncryptionConfiguration:
                - ServerSideEncryptionByDefault: { SSEAlgorithm: AES256 }
        Data:
          Type: AWS::S3::Bucket
          Properties:
            LoggingConfiguration: { DestinationBucketName: !Ref Logs }
            BucketEncryption:
              ServerSideEncryptionConfiguration:
                - ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' }
      `,
      `
      Conditions:
        Here: !Equals [!Ref AWS::Region, us-east-1]
      Resources:
        Site:
          Type: AWS::S3::Bucket
          Properties:
            BucketEncryption:
              ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }]
        SitePolicy:
          Type: AWS::S3::BucketPolicy
          Properties:
            Bucket: !Ref Site
            PolicyDocument:
              Statement:
                - { Effect: Deny, Principal: '*', Action: 's3:GetObject' }
                - { Effect: Allow, Principal: { AWS: '111122223333' }, Action: 's3:GetObject' }
                - { Effect: Allow, Principal: '*', Action: 's3:ListBucket' }
                - { Effect: Allow, Principal: '*', Action: 's3:GetObject', Condition: { Bool: { 'aws:SecureTransport': true } } }
                - Effect: Allow
                  Principal: '*'
                  Action: 's3:GetObject'
                  Condition: !If [Here, !Ref AWS::NoValue, { StringEquals: { 'aws:SourceVpc': vpc-1 } }]
      `,
    ],
    bad: [
      `
      Resources:
        Logs:
          Type: AWS::S3::Bucket
          Properties:
            BucketEncryption:
              ServerSideEncryptionConfiguration:
                - ServerSideEncryptionByDefault:
                    SSEAlgorithm: aws:kms # finding
        Data:
          Type: AWS::S3::Bucket
          Properties:
            LoggingConfiguration: { DestinationBucketName: !Ref Logs }
      `,
      `
      Resources:
        Site:
          Type: AWS::S3::Bucket
          Properties:
            BucketEncryption:
              ServerSideEncryptionConfiguration:
                - ServerSideEncryptionByDefault:
                    SSEAlgorithm: aws:kms # finding
        SitePolicy:
          Type: AWS::S3::BucketPolicy
          Properties:
            Bucket: !Ref Site
            PolicyDocument:
              Statement: { Effect: Allow, Principal: '*', Action: 's3:GetObject', Resource: !Sub '\${Site.Arn}/*' }
      `,
      `
      Resources:
        Logs:
          Type: AWS::S3::Bucket
          Properties:
            BucketEncryption:
              ServerSideEncryptionConfiguration:
                - ServerSideEncryptionByDefault:
                    SSEAlgorithm: aws:kms # finding
        Balancer:
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties:
            LoadBalancerAttributes:
              - { Key: access_logs.s3.bucket, Value: !Ref Logs }
      `,
      `
      Resources:
        Site:
          Type: AWS::S3::Bucket
          Properties:
            BucketEncryption:
              ServerSideEncryptionConfiguration:
                - ServerSideEncryptionByDefault:
                    SSEAlgorithm: aws:kms:dsse # finding
        SitePolicy:
          Type: AWS::S3::BucketPolicy
          Properties:
            Bucket: !Ref Site
            PolicyDocument:
              Statement:
                - { Effect: Deny, Principal: '*', Action: 's3:DeleteObject' }
                - { Effect: Allow, Principal: '*', Action: ['s3:ListBucket', 's3:GetObject'] }
      `,
    ],
  },
});

/** Why the bucket cannot have a key, and when. */
function reasonsAgainstKms(bucket: Resource, template: Template): { reason: string; when: Assumptions }[] {
  const when = bucket.when;
  if (takesAccessLogs(bucket, template)) return [{ reason: 'S3 delivers access logs here', when }];
  if (takesLoadBalancerLogs(bucket, template)) return [{ reason: 'A load balancer delivers access logs here', when }];
  return policiesOf(bucket, template)
    .flatMap(resourceStatements)
    .filter(letsEverybodyRead)
    .map((statement) => ({ reason: 'Everybody may read here', when: statement.when }));
}

function letsEverybodyRead(statement: Value): boolean {
  return (
    isAllow(statement) &&
    everybodyIn(statement).length > 0 &&
    statement.values('Condition').every(({ isAbsent }) => isAbsent) &&
    statement.values('Action.*').some((action) => action.is('s3:GetObject'))
  );
}
